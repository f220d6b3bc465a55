#include "bench/share/patient.h"

#include <thread>

#include "app/med_folder.h"
#include "app/public_file.h"
#include "core/med/request.h"
#include "host/node/med_service.h"

namespace caduceus::bench {
namespace {

namespace pat = roles::patient;

NodeClient med_of(const Folders& folders, const Consortium& consortium, const Identity& who) {
  auto addresses = med_addresses(consortium.genesis, folders.network().med_nodes());
  CHECK(addresses.has_value());
  return {consortium.credentials(who), *std::move(addresses), most_med_frame};
}

}  // namespace

Patient::Patient(const Folders& folders, const Consortium& consortium, SupWorld::Person person, const Identity& relay)
    : consortium_(consortium),
      person_(std::move(person)),
      hospitals_(folders.client_of(person_.identity())),
      med_(med_of(folders, consortium, person_.identity())),
      self_{consortium.genesis.authority.parameters.signing, person_.member.keys, person_.member.sealing},
      card_(roles::make_card(self_.ppub, self_.keys.signing, self_.sealing, relay, random_)) {
  random_.fill(scan_.value.expose());
  scan_.usable.fill(0xff);
}

Result<void> Patient::visit(const SupWorld::Member& hospital) {
  const Identity& who = hospital.identity();
  roles::WriteSet begun = step();
  const auto meet = pat::begin_visit(begun, self_, hospital.keys.signing.verification_key(), card_, random_);
  CHECK(meet.has_value());
  tables_.apply(begun);
  TRY(const Reply reply, hospitals_.ask<Reply>(who, *meet));
  roles::WriteSet pending = step();
  const auto confirm = pat::visit_replied(pending, self_, who, reply, random_);
  if (!confirm) return refused("a visit", confirm.error());
  tables_.apply(pending);
  TRY(const Ack ack, hospitals_.ask<Ack>(who, *confirm));
  roles::WriteSet active = step();
  if (const auto done = pat::visit_acknowledged(active, who, ack); !done) return refused("a visit", done.error());
  tables_.apply(active);
  return {};
}

Result<bool> Patient::read_mail(const SupWorld::Member& hospital, std::uint64_t& after) {
  const roles::Party from{hospital.keys.signing.verification_key(), hospital.sealing.public_key, hospital.identity()};
  TRY(const roles::MailList mail, hospitals_.ask<roles::MailList>(card_.relay, roles::Collect{after}));
  for (const roles::NumberedEnvelope& one : mail.envelopes.items) {
    const auto letter = open_letter(self_.sealing, one.envelope);
    if (!letter) return refused("a letter", letter.error());
    roles::WriteSet change = step();
    const auto read = pat::receive(change, self_, from, *letter, wall_clock(), random_);
    if (!read) return refused("a letter", read.error());
    tables_.apply(change);
    after = one.number;
  }
  return !mail.envelopes.items.empty();
}

Result<void> Patient::receive_records(const SupWorld::Member& hospital, std::size_t count) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  for (std::uint64_t after = 0; pat::records_of(step()).size() < count;) {
    if (std::chrono::steady_clock::now() > end) return failure("a hospital's letters do not reach its patient");
    TRY(const bool any, read_mail(hospital, after));
    if (!any) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  records_ = pat::records_of(step());
  std::vector<RecordPlace> places;
  for (std::size_t i = 0; i < records(); ++i) places.push_back(place(i));
  auto visit = pat::visit_at(step(), hospital.identity());
  auto factors = pat::factors_of(step(), hospital.identity(), places);
  CHECK(visit && factors);
  visit_ = *std::move(visit);
  factors_ = *std::move(factors);
  return {};
}

Result<void> Patient::publish(std::vector<Identity> holders) {
  std::ranges::sort(holders);
  roles::WriteSet made = step();
  const auto slot = pat::enrol_biometrics(made, self_, {&scan_, 1}, holders, random_);
  CHECK(slot.has_value());
  tables_.apply(made);
  for (const Identity& holder : holders) {
    TRY(const roles::Done done, hospitals_.ask<roles::Done>(holder, *slot));
    static_cast<void>(done);
  }
  roles::WriteSet calls = step();
  pat::slot_is_held(calls);
  std::vector<pat::RecordToIndex> entries;
  for (pat::HeldRecord& record : pat::records_to_index(calls)) entries.push_back({std::move(record), {"asthma"}});
  const NetworkId net = consortium_.genesis.network();
  const auto added = pat::add_calls(calls, {net, known().account}, 0, entries, med::PoolLimits{}.account_calls, random_);
  CHECK(added.has_value());
  tables_.apply(calls);
  for (const med::SignedCall& call : pat::calls_to_submit(step())) {
    TRY(const auto answer, med_.ask<med::ClientResponse>(med::ClientRequest{0, med::Submit{call}}, std::chrono::seconds(30)));
    if (const auto* const refusal = std::get_if<Refusal>(&answer.response)) return failure("MED refused a call: " + refusal->reason.value);
  }
  return {};
}

Grant Patient::grant(const Identity& doctor, std::size_t i, Rng& rng) const {
  constexpr std::uint64_t hour = 3'600'000;
  const Time now = wall_clock();
  const RecordTerms& terms = record(i);
  const Policy policy{rng.bytes<16>(), identity(),    doctor, terms.hospital, {{place(i)}}, Time(now.value() - hour),
                      now + hour,      {"treatment"}, 1};
  const Secret<Scalar>* const factor = &factors_.at(i);
  auto made = make_grant(policy, *visit_, {&factor, 1});
  CHECK(made.has_value());
  return *std::move(made);
}

Template Patient::scan(Rng& rng) const {
  constexpr std::size_t wrong = Template::bits * 15 / 100;
  Template again{scan_.value.copy(), scan_.usable};
  for (std::size_t i = 0; i < wrong; ++i) {
    const auto drawn = rng.bytes<2>();
    again.value.expose()[drawn[0]] ^= static_cast<Byte>(1U << (drawn[1] % 8U));
  }
  return again;
}

}  // namespace caduceus::bench
