#include "host/node/record_publisher.h"

#include <iostream>

#include "core/roles/hospital_counts.h"

namespace caduceus {
namespace {

constexpr std::uint64_t doubt = 30'000;  // ms

SlotMark mark_of(const RecordRoom& room) { return room.step().get(roles::hospital_slots, Byte{0}).value_or(SlotMark{}); }

SlotLedger ledger_of(const RecordRoom& room) {
  SlotRules rules;
  rules.net = room.net();
  rules.epoch_length = room.genesis().med.epoch_length;
  return {rules, roles::hospital_device, mark_of(room)};
}

}  // namespace

RecordPublisher::RecordPublisher(RecordRoom& room, std::chrono::milliseconds every)
    : room_(room), every_(every), ledger_(ledger_of(room)), timer_(room.loop()) {}

void RecordPublisher::start() {
  look();
  timer_.expires_after(every_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) start();
  });
}

void RecordPublisher::look() {
  look_at_bundles();
  if (!is_making_) make_bundle();
}

void RecordPublisher::look_at_bundles() {
  roles::WriteSet step = room_.step();
  std::vector<std::uint64_t> final;
  step.for_each_under(roles::open_bundles, {}, [&](std::uint64_t number, const roles::OpenBundle& open) {
    // A bundle is on chain as a whole.
    const Bundle& bundle = open.bundle.bundle;
    const RecordLine& line = bundle.groups.items.front().records.items.front();
    const TransactionHash htxm = hash_of(RecordTerms{bundle.groups.items.front().doctor, bundle.hospital, line.record, line.written});
    switch (room_.chains().fate_of(htxm)) {
      case HospitalChains::Fate::absent: hand_in(number, open); return true;
      case HospitalChains::Fate::final: final.push_back(number); break;
      case HospitalChains::Fate::in_block: break;
    }
    refused_since_.erase(number);
    return true;
  });
  if (final.empty()) return;
  for (const std::uint64_t number : final) roles::bundle_is_final(step, number);
  room_.write(step, [] {});
}

void RecordPublisher::hand_in(std::uint64_t number, const roles::OpenBundle& open) {
  if (!handing_in_.insert(number).second) return;
  room_.work([bundle = open.bundle](RecordRoom::Worker& own) { return own.verifier.verify(bundle, own.random); },
             [this, number](Checked<med::Signed<med::SignedBundle>> verified) {
               handing_in_.erase(number);
               if (!verified) return refused(number, verified.error());
               const auto taken = room_.chains().publish(*std::move(verified));
               if (!taken) refused(number, taken.error());
             });
}

void RecordPublisher::refused(std::uint64_t number, Reject reason) {
  switch (reason) {
    case Reject::pool_known:
    case Reject::pool_full:
    case Reject::pool_share: return;  // it waits there, or here
    default: break;
  }
  // It may be in a block that came this moment. Else one of its slots is spent, the hospital's or a doctor's, or its epoch is over: the
  // others' groups go into another bundle.
  const auto [since, is_new] = refused_since_.try_emplace(number, RecordRoom::now());
  if (is_new || since->second + doubt > RecordRoom::now()) return;
  refused_since_.erase(since);
  roles::WriteSet step = room_.step();
  const auto open = step.get(roles::open_bundles, number);
  if (!open) return;
  const auto lost = roles::bundle_is_refused(
      step, number, [&](const med::SignedGroup& group) { return !room_.chains().is_spent(group.group.doctor, group.group.slot); });
  std::clog << "MED refuses a bundle of " << open->bundle.bundle.records() << " records: " << explain(reason) << '\n';
  for (const RecordGroup& group : lost) {
    std::clog << group.records.items.size() << " records of " << to_string(group.doctor) << " will never be on MED: those of slot "
              << group.slot.number << " of epoch " << group.slot.epoch.value() << '\n';
  }
  room_.write(step, [] {});
}

void RecordPublisher::make_bundle() {
  auto groups = roles::groups_to_publish(room_.step(), most_records);
  if (groups.groups.empty()) return;
  // That a folder was put back from an old copy by hand shows here (R5).
  if (const auto newest = room_.chains().newest_slot(room_.self(), roles::hospital_device, mark_of(room_).epoch)) {
    ledger_.seen_on_chain(*newest, RecordRoom::now());
  }
  auto slot = ledger_.take(RecordRoom::now(), room_.chains().heights().sup_time);
  if (!slot) {
    if (std::exchange(said_, slot.error()) != slot.error()) std::clog << "no bundle is made: " << explain(slot.error()) << '\n';
    return;
  }
  said_.reset();
  is_making_ = true;
  if (!*slot) {  // the mark first (R5)
    const SlotMark mark = *ledger_.to_persist();
    roles::WriteSet step = room_.step();
    step.put(roles::hospital_slots, Byte{0}, mark);
    return room_.write(step, [this, mark] {
      ledger_.persisted(mark);
      is_making_ = false;
      make_bundle();
    });
  }
  room_.work(
      [this, groups = groups.groups, slot = **std::move(slot)](RecordRoom::Worker& own) mutable {
        return med::make_bundle(room_.net(), room_.self(), std::move(groups), RecordRoom::now(), std::move(slot),
                                room_.keys().keys.aggregate, own.random);
      },
      [this, groups](const Checked<med::SignedBundle>& bundle) {
        is_making_ = false;
        if (!bundle) {
          std::clog << "no bundle is made: " << explain(bundle.error()) << '\n';
          return;
        }
        roles::WriteSet step = room_.step();
        roles::keep_bundle(step, groups, *bundle);
        if (const std::size_t waiting = groups.groups.size() - bundle->bundle.groups.items.size(); waiting != 0) {
          std::clog << "signatures of doctors cancel each other: " << waiting << " of their groups wait for another bundle\n";
        }
        room_.write(step, [this] { look_at_bundles(); });
      });
}

}  // namespace caduceus
