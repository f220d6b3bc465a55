#include "test/sim/roles_patient.h"

#include <algorithm>

#include "test/sim/roles_cluster.h"

namespace caduceus::sim {

using namespace roles;
namespace pat = roles::patient;

PatientNode::PatientNode(RolesCluster& cluster, std::size_t number, std::size_t place)
    : PersonNode(cluster, number),
      world_(cluster.world()),
      person_(world_.patient(place)),
      place_(place),
      self_{world_.ppub(), person_.member.keys, person_.member.sealing},
      account_{world_.net(), person_.known.account} {}

void PatientNode::change(const std::function<void(WriteSet&)>& how, Next next) {
  WriteSet made = step();
  how(made);
  write(made, std::move(next));
}

void PatientNode::wish() {
  const Next over = [this] { end(); };
  // At first she goes everywhere.
  for (std::size_t i = 0; i < cluster_.setup().hospitals; ++i) {
    const Identity& hospital = world_.hospital(i).identity();
    if (!step().get(pat::visits, hospital) && !cluster_.kernel().happens(3)) return visit(hospital, over);
  }
  switch (cluster_.kernel().rng().below(9)) {
    case 0: return visit(world_.hospital(cluster_.kernel().rng().below(cluster_.setup().hospitals)).identity(), over);
    case 1:
    case 2:
    case 3: return grant_unasked();
    case 4: return revoke(over);
    case 5: return enrol_biometrics();
    case 6: return publish(over);
    case 7: return dispute();
    default: const auto visited = pat::visited(step()); return read_logs({visited.begin(), visited.end()}, true, over);
  }
}

void PatientNode::sync() {
  collect(world_.card(place_).relay, [this] {
    go_on_with_visits([this] {
      answer_questions([this] {
        std::vector<Outgoing> letters;
        for (auto& [number, letter] : pat::letters_to_send(step())) letters.push_back({number, letter.relay, std::move(letter.envelope)});
        const auto sent = [this](std::uint64_t number) { change([number](WriteSet& step) { pat::letter_sent(step, number); }, [] {}); };
        post(std::move(letters), sent, [this] {
          send_revocations([this] { go_on_with_disputes([this] { look_at_med([this] { publish([this] { end(); }); }); }); });
        });
      });
    });
  });
}

std::string PatientNode::what_waits() const {
  const WriteSet read = step();
  bool is_visited = true;
  read.for_each_under(pat::visits, {}, [&](const Identity& /*hospital*/, const Initiator& visit) {
    return is_visited = visit.state() == AgreementState::active;
  });
  if (!is_visited) return "visits";
  if (!pat::letters_to_send(read).empty()) return "letters";
  const auto grants = pat::grants_of(read);
  if (!std::ranges::all_of(grants, [](const auto& one) { return !one.revocation || one.revoked; })) return "revocations";
  const auto records = pat::records_of(read);
  if (!std::ranges::all_of(records, [](const auto& one) { return one.on_med && one.on_med->is_final; })) return "records on MED";
  if (!pat::calls_to_submit(read).empty()) return "calls";
  const bool is_lost = cluster_.loses_mail_of(identity());
  const auto disputes = pat::disputes_of(read);
  const auto is_over = [&](const pat::HeldDispute& one) { return one.is_told && (one.is_answered || is_lost); };
  if (!std::ranges::all_of(disputes, is_over)) return "disputes";
  const auto questions = pat::questions_of(read);
  const bool is_said = std::ranges::all_of(questions, [](const auto& one) { return one.state != pat::QuestionState::open; });
  return is_said || is_lost ? "" : "questions";
}

void PatientNode::read(const Envelope& envelope) {
  const auto letter = open_letter(self_.sealing, envelope);
  CHECK(letter.has_value());  // a liar of a relay cannot write one
  if (world_.member(letter->from) == nullptr) return;
  WriteSet taken = step();
  const auto outcome = receive(taken, self_, world_.party_of(letter->from), *letter, now(), cluster_.kernel().rng());
  cluster_.read_a_letter(outcome ? std::nullopt : std::optional(outcome.error()));
  if (outcome) return write(taken);
  if (outcome.error() == Reject::access_log) cluster_.checker().log_refused(letter->from);
}

void PatientNode::visit(const Identity& hospital, Next next) {
  WriteSet begun = step();
  const auto meet = pat::begin_visit(begun, self_, world_.key_of(hospital), world_.card(place_), cluster_.kernel().rng());
  CHECK(meet.has_value());
  if (begun.get(pat::visits, hospital)->state() == AgreementState::active) return next();
  write(begun, [this, hospital, meet = *meet, next = std::move(next)] {
    ask(hospital, meet, [this, hospital, next](const RecordResponse* response) {
      const auto* const reply = response == nullptr ? nullptr : std::get_if<Reply>(response);
      if (reply == nullptr) return next();
      WriteSet pending = step();
      const auto confirm = pat::visit_replied(pending, self_, hospital, *reply, cluster_.kernel().rng());
      if (!confirm) return cluster_.checker().fail("a visit is refused: " + std::string(name(confirm.error())));
      write(pending, [this, hospital, confirm = *confirm, next] {
        ask(hospital, confirm, [this, hospital, next](const RecordResponse* last) {
          const auto* const ack = last == nullptr ? nullptr : std::get_if<Ack>(last);
          if (ack == nullptr) return next();
          WriteSet active = step();
          const auto good = pat::visit_acknowledged(active, hospital, *ack);
          if (!good) return cluster_.checker().fail("a visit's end is refused: " + std::string(name(good.error())));
          write(active, next);
        });
      });
    });
  });
}

void PatientNode::go_on_with_visits(Next next) {
  std::optional<Identity> open;
  step().for_each_under(pat::visits, {}, [&](const Identity& hospital, const Initiator& one) {
    if (one.state() != AgreementState::active) open = hospital;
    return !open;
  });
  if (!open) return next();
  visit(*open, std::move(next));
}

// The first one that is open: yes, if there are records, or no.
void PatientNode::answer_questions(Next next) {
  for (const pat::HeldQuestion& one : pat::questions_of(step())) {
    if (one.state != pat::QuestionState::open || (!cluster_.is_healed() && cluster_.kernel().happens(3))) continue;
    if (!cluster_.kernel().happens(5) && consent(one.doctor, one.question.hospital, one.question.id, next)) return;
    if (!cluster_.is_healed() && !cluster_.kernel().happens(4)) continue;
    WriteSet denied = step();
    CHECK(pat::deny(denied, self_, one.question.id, "not today", now(), cluster_.kernel().rng()));
    return write(denied, std::move(next));
  }
  next();
}

void PatientNode::grant_unasked() {
  std::vector<Identity> agreed;
  step().for_each_under(pat::doctors, {}, [&](const Identity& doctor, const Responder& /*agreement*/) {
    agreed.push_back(doctor);
    return true;
  });
  SeededRng& rng = cluster_.kernel().rng();
  const Identity& hospital = world_.hospital(rng.below(cluster_.setup().hospitals)).identity();
  if (agreed.empty() || !consent(agreed[rng.below(agreed.size())], hospital, {}, [this] { end(); })) end();
}

// Of some of her records there, for a minute or some hours. False: there is nothing to consent to, or not yet.
bool PatientNode::consent(const Identity& doctor, const Identity& hospital, const pat::QuestionId& question, Next next) {
  SeededRng& rng = cluster_.kernel().rng();
  std::vector<RecordPlace> places;
  for (const pat::HeldRecord& record : pat::records_of(step())) {
    if (record.notice.terms.hospital == hospital && !record.erased && (places.empty() || rng.below(3) != 0)) {
      places.push_back(record.notice.place);
    }
  }
  if (places.empty()) return false;
  const std::uint64_t life = rng.below(3) == 0 ? 20'000 + rng.below(60'000) : 6 * 3'600'000;
  WriteSet given = step();
  const auto held = pat::consent(
      given, self_,
      {doctor, hospital, std::move(places), "treatment", now() + life, static_cast<std::uint32_t>(1 + rng.below(3)), question}, now(), rng);
  if (!held) {
    if (held.error() != Reject::agreement_unknown) cluster_.checker().fail("a consent is refused: " + std::string(name(held.error())));
    return false;
  }
  // A crash of this moment may leave it on disk, though nobody heard that it is.
  cluster_.checker().granted(held->policy);
  write(given, std::move(next));
  return true;
}

void PatientNode::revoke(Next next) {
  auto all = pat::grants_of(step());
  std::erase_if(all, [](const pat::HeldGrant& one) { return one.revocation.has_value(); });
  if (all.empty()) return next();
  const Policy policy = all[cluster_.kernel().rng().below(all.size())].policy;
  WriteSet begun = step();
  CHECK(pat::begin_revocation(begun, self_, policy.id, now(), cluster_.kernel().rng()));
  cluster_.checker().revoking(policy);
  write(begun, [this, next = std::move(next)] { send_revocations(next); });
}

void PatientNode::send_revocations(Next next) {
  for (const pat::HeldGrant& one : pat::grants_of(step())) {
    if (!one.revocation || one.revoked) continue;
    return ask(one.policy.hospital, *one.revocation, [this, policy = one.policy, next](const RecordResponse* response) {
      if (response == nullptr || !std::holds_alternative<Done>(*response)) return next();
      cluster_.checker().revoked(policy);
      change([&](WriteSet& step) { pat::revocation_done(step, policy.id, now()); }, [this, next] { send_revocations(next); });
    });
  }
  next();
}

// What the light client says of records that are not final.
void PatientNode::look_at_med(Next next) {
  consult([] {},
          [this, next = std::move(next)](bool is_heard) {
            if (!is_heard) return next();
            WriteSet seen = step();
            for (const pat::HeldRecord& record : pat::records_of(step())) {
              const auto place = cluster_.ledger().find(record.htxm());
              std::optional<pat::OnMed> on_med;
              if (place) on_med = pat::OnMed{{}, place->height, place->fate == RolesLedger::Fate::final};
              pat::seen_on_med(seen, record.name(), on_med);
            }
            write(seen, next);
          });
}

}  // namespace caduceus::sim
