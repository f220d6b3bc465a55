#include "test/sim/roles_doctor.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "test/sim/roles_cluster.h"

namespace caduceus::sim {

using namespace roles;

namespace {

bool is(const RecordResponse* response, Reject reason) {
  const auto* const refusal = response == nullptr ? nullptr : std::get_if<Refusal>(response);
  return refusal != nullptr && refusal->reason.value == name(reason);
}

}  // namespace

DoctorNode::DoctorNode(RolesCluster& cluster, std::size_t number, std::size_t place, bool cheats)
    : PersonNode(cluster, number),
      world_(cluster.world()),
      member_(world_.doctor(place)),
      place_(place),
      cheats_(cheats),
      self_{world_.net(), world_.ppub(), member_.keys, member_.sealing, world_.licence(place)} {}

void DoctorNode::stopped() { PersonNode::stopped(); }

void DoctorNode::wish() {
  switch (cluster_.kernel().rng().below(10)) {
    case 0:
    case 1:
    case 2: return write_records();
    case 3:
    case 4: return ask_consent();
    case 5:
    case 6:
    case 7: {
      const auto grants = received_grants(step());
      if (!grants.empty()) want(grants[cluster_.kernel().rng().below(grants.size())].content.grant.policy.id);
      return fetch_wanted([this] { end(); });
    }
    case 8: return open_index();
    default: return read_records();
  }
}

// As every command does first; then mail, letters, and what was begun.
void DoctorNode::sync() {
  WriteSet old = step();
  expire_fetches(old, now());
  expire_cases(old, now());
  write(old, [this] {
    collect(self_.hospital(), [this] {
      post_all([this] {
        deliver_all([this] {
          if (cluster_.is_healed()) {
            for (const ReceivedGrant& grant : received_grants(step())) {
              if (!settled_.contains(grant.content.grant.policy.id)) want(grant.content.grant.policy.id);
            }
          }
          fetch_wanted([this] { end(); });
        });
      });
    });
  });
}

std::string DoctorNode::what_waits() const {
  const WriteSet read = step();
  const auto grants = received_grants(read);
  if (!doctor_letters(read).empty()) return "letters";
  // Who was revoked delivers nothing any more.
  const bool is_revoked = cluster_.ledger().revocation(identity(), cluster_.ledger().height()).has_value();
  if (!is_revoked && !pending_deliveries(read).empty()) return "deliveries";
  const bool is_settled = std::ranges::all_of(grants, [&](const auto& one) { return settled_.contains(one.content.grant.policy.id); });
  return wanted_.empty() && is_settled ? "" : "grants to fetch by";
}

void DoctorNode::read(const Envelope& envelope) {
  WriteSet change = step();
  const auto received = receive_letter(change, self_, envelope, now(), cluster_.kernel().rng());
  cluster_.read_a_letter(received ? std::nullopt : std::optional(received.error()));
  if (received) write(change);
}

void DoctorNode::post_all(Next next) {
  std::vector<Outgoing> letters;
  for (auto& [number, letter] : doctor_letters(step())) letters.push_back({number, letter.relay, std::move(letter.envelope)});
  post(
      std::move(letters),
      [this](std::uint64_t number) {
        WriteSet sent = step();
        sent.erase(doctor_outbox, number);
        write(sent);
      },
      std::move(next));
}

// One or two records of a visit.
void DoctorNode::write_records() {
  deliver_all([this] {
    const std::size_t patient = cluster_.some_patient_of(self_.hospital());
    WriteSet met = step();
    CHECK(meet(met, self_, world_.card(patient)));
    write(met, [this, patient] {
      std::vector<RecordDraft> drafts;
      for (std::uint64_t n = cluster_.kernel().between(1, 2); n > 0; --n) {
        const std::string emr = to_hex(cluster_.kernel().rng().bytes<8>());
        drafts.push_back(draft_record([&](const Bytes32& salt) { return record_hash(salt, as_bytes(emr)); }, cluster_.kernel().rng()));
        drafts.back().size = emr.size();
        drafts.back().title.value = "record " + emr;
        drafts.back().media_type.value = "text/plain";
        drafts.back().file.value = emr;  // in place of a file
      }
      sign_records(patient, std::move(drafts));
    });
  });
}

void DoctorNode::sign_records(std::size_t patient, std::vector<RecordDraft> drafts) {
  const SlotRules rules{.net = self_.net, .run = 1};
  const auto ledger =
      std::make_shared<SlotLedger>(rules, self_.licence.licence.device, step().get(doctor_slots, Byte{0}).value_or(SlotMark{}));
  WriteSet change = step();
  CHECK(reserve_slot(change, *ledger, now(), now()).has_value());  // asks for the mark
  const auto mark = ledger->to_persist();
  CHECK(mark.has_value());  // a new ledger has nothing reserved
  const WriteSet nothing = step();
  write(has(RolesPlant::forget_slot_mark) ? nothing : change, [this, patient, drafts = std::move(drafts), ledger, mark = *mark] {
    ledger->persisted(mark);
    WriteSet none = step();
    auto slot = reserve_slot(none, *ledger, now(), now());
    if (!slot || !*slot) return end();
    const Slot used = (*slot)->slot;
    WriteSet signed_one = step();
    const PendingDelivery pending =
        sign_delivery(signed_one, self_, world_.card(patient).patient.identity, drafts, **std::move(slot), now(), cluster_.kernel().rng());
    cluster_.checker().signs(identity(), used, encode(pending.deliver.group.group));
    write(signed_one, [this] { deliver_all([this] { end(); }); });
  });
}

void DoctorNode::deliver_all(Next next) {
  auto pending = pending_deliveries(step());
  if (pending.empty()) return next();
  deliver(std::move(pending.front()), 0, std::move(next));
}

// As it was signed, however often it takes.
void DoctorNode::deliver(PendingDelivery pending, std::size_t uploaded, Next next) {
  if (uploaded < pending.drafts.items.size()) {
    const RecordDraft& draft = pending.drafts.items[uploaded];
    const ByteView emr = as_bytes(draft.file.value);
    Upload part{draft.upload, draft.salt, draft.size, 0, {{emr.begin(), emr.end()}}};
    return ask(self_.hospital(), std::move(part), [this, pending, uploaded, next](const RecordResponse* response) {
      if (response != nullptr && std::holds_alternative<Uploaded>(*response)) return deliver(pending, uploaded + 1, next);
      next();
    });
  }
  if (has(RolesPlant::lose_delivery)) {
    WriteSet over = step();
    forget_delivery(over, self_, pending);
    write(over);
  }
  cluster_.checker().delivers(pending.deliver);
  ask(self_.hospital(), pending.deliver, [this, pending, next](const RecordResponse* response) {
    const bool is_open = response == nullptr || is(response, Reject::upload_unknown);
    if (is_open) return next();
    if (const auto* refusal = std::get_if<Refusal>(response)) cluster_.checker().delivery_refused(pending.deliver, refusal->reason.value);
    WriteSet over = step();
    forget_delivery(over, self_, pending);
    write(over, next);
  });
}

void DoctorNode::ask_consent() {
  SeededRng& rng = cluster_.kernel().rng();
  const std::size_t patient = rng.below(cluster_.setup().patients);
  // Where he writes himself, or somewhere.
  const Identity& somewhere = world_.hospital(rng.below(cluster_.setup().hospitals)).identity();
  const Identity& hospital = rng.below(2) == 0 ? self_.hospital() : somewhere;
  WriteSet change = step();
  const auto id =
      ask_patient(change, self_, world_.card(patient), {{}, hospital, {"treatment"}, {"what there is"}, 1, now() + 3'600'000}, now(), rng);
  CHECK(id.has_value());
  write(change, [this] { post_all([this] { end(); }); });
}

// All of the grant's records, or some of them.
void DoctorNode::want(const GrantId& id) {
  const auto grant = step().get(doctor_grants, id);
  if (!grant || wanted_.contains(id)) return;
  RecordPlaces places = grant->content.grant.policy.records;
  if (!cluster_.is_healed() && places.items.size() > 1 && cluster_.kernel().happens(3)) places.items.pop_back();
  wanted_.emplace(id, places);
}

void DoctorNode::fetch_wanted(Next next) {
  const auto ids = std::make_shared<std::vector<GrantId>>();
  for (const auto& [id, places] : wanted_) ids->push_back(id);
  const auto one = std::make_shared<Next>();
  *one = [this, ids, one, next = std::move(next)] {
    if (ids->empty()) {
      const Next last = next;
      after(0, [one] { *one = nullptr; });
      return last();
    }
    const GrantId id = ids->back();
    ids->pop_back();
    fetch(id, [one] { (*one)(); });
  };
  (*one)();
}

void DoctorNode::fetch(const GrantId& id, Next next) {
  const auto grant = step().get(doctor_grants, id);
  CHECK(grant.has_value());
  const Identity hospital = grant->content.grant.policy.hospital;
  WriteSet change = step();
  const auto sealed = begin_fetch(change, self_, id, wanted_.at(id), world_.party_of(hospital).sealing, now(), cluster_.kernel().rng());
  CHECK(sealed.has_value());
  write(change, [this, id, hospital, sealed = *sealed, next = std::move(next)] {
    ask(hospital, AskRecords{sealed}, [this, id, next](const RecordResponse* response) {
      fetched(id, response);
      next();
    });
  });
}

void DoctorNode::fetched(const GrantId& id, const RecordResponse* response) {
  if (response == nullptr) return;
  const auto asked = step().get(doctor_fetches, id);
  CHECK(asked.has_value());
  const GrantRequest& request = asked->requester.request();
  WriteSet change = step();
  if (const auto* refusal = std::get_if<Refusal>(response)) {
    // Once the request is too old, or the hospital out of touch, the doctor asks anew.
    const bool is_for_good = cluster_.checker().refused(request, refusal->reason.value, cheats_);
    if (is_for_good) {
      wanted_.erase(id);
      settled_.insert(id);
    }
    forget_fetch(change, id);
    return write(change);
  }
  const auto* const answer = std::get_if<Answer>(response);
  CHECK(answer != nullptr);
  const auto keys = fetch_keys(step(), id, answer->t_a);
  CHECK(keys.has_value());
  opened(request.policy.hospital, *keys, *answer);
  finish_fetch(change, id, sha256(encode(*answer)));
  write(change, [this, id] {
    wanted_.erase(id);
    settled_.insert(id);
  });
}

void DoctorNode::opened(const Identity& hospital, std::span<const SecretKey> keys, const Answer& answer) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto body = open_body(keys[i], answer.bodies.items.at(i).value);
    if (!body) return cluster_.checker().fail("an answer does not open: " + std::string(name(body.error())));
    const Bytes32 record = record_hash(body->head.salt, body->emr.expose());
    cluster_.checker().opens(body->head.htxm, record);
    const auto place = cluster_.ledger().find(body->head.htxm);  // not yet there: unverified
    if (place && !check_record(record, hospital, place->terms)) return cluster_.checker().fail("a record is not what MED has");
  }
  cluster_.opened(keys.size());
}

}  // namespace caduceus::sim
