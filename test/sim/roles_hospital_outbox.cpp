// What leaves a simulated hospital by itself: letters to patients (host/node/record_letters.cpp) and bundles to MED (host/node/record_publisher.cpp).
#include <algorithm>

#include "core/roles/hospital_disputes.h"
#include "core/roles/hospital_publishing.h"
#include "test/sim/roles_bodies.h"
#include "test/sim/roles_cluster.h"
#include "test/sim/roles_hospital.h"

namespace caduceus::sim {

using namespace roles;

// All that wait, and are not on their way.
void HospitalNode::send_letters() {
  std::vector<std::pair<std::uint64_t, Notice>> waiting;
  step().for_each_under(notices, {}, [&](std::uint64_t number, const Notice& notice) {
    if (!on_the_way_.contains(number)) waiting.emplace_back(number, notice);
    return true;
  });
  for (const auto& [number, notice] : waiting) send_letter(number, notice);
}

// Nothing of a record that was erased meanwhile.
std::optional<LetterContent> HospitalNode::content_of(const Notice& notice) {
  const WriteSet read = step();
  if (const auto* record = std::get_if<NewRecord>(&notice.what)) {
    const auto held = read.get(held_records, record->htxm);
    CHECK(held.has_value());
    const auto body = read.get(sim_bodies, held->body);
    if (!body) return std::nullopt;
    return RecordNotice{held->place, held->batch_size, held->terms, body->salt,
                        held->title, held->media_type, held->size,  {{body->emr.value}}};
  }
  if (const auto* access = std::get_if<NewAccess>(&notice.what)) {
    const auto entry = read.get(log_entries, access->number);
    CHECK(entry.has_value());
    return sign_entry(cluster_.world().ppub(), self_.keys.signing, *entry, cluster_.kernel().rng());
  }
  if (const auto* receipt = std::get_if<ErasureReceipt>(&notice.what)) return *receipt;
  return std::get<DisputeReply>(notice.what);
}

void HospitalNode::send_letter(std::uint64_t number, const Notice& notice) {
  const auto visit = active_visit_of(step(), notice.patient);
  Party to;
  if (const auto* reply = std::get_if<DisputeReply>(&notice.what)) {
    const auto dispute = step().get(held_disputes, reply->dispute);
    CHECK(dispute.has_value());
    to = dispute->said.reply_to;
  } else if (visit) {
    to = visit->card.party();
  } else {
    // A keyslot's holder was visited, too.
    CHECK(false);
  }
  auto content = content_of(notice);
  if (!content) return letter_arrived(number);
  Envelope letter = write_letter(cluster_.world().ppub(), self_.keys.signing, to, *std::move(content), now(), cluster_.kernel().rng());
  on_the_way_.insert(number);
  if (has(RolesPlant::drop_letter_on_crash)) letter_arrived(number);
  ask(cluster_.number_of(to.relay), identity(), Deposit{std::move(letter)}, [this, number](const RecordResponse* response) {
    on_the_way_.erase(number);
    if (response != nullptr && std::holds_alternative<Done>(*response)) letter_arrived(number);
  });
}

void HospitalNode::letter_arrived(std::uint64_t number) {
  WriteSet done = step();
  done.erase(notices, number);
  write(done);
}

void HospitalNode::publish() {
  consult([] {},
          [this](bool is_heard) {
            if (!is_heard) return;
            std::vector<std::uint64_t> final;
            std::vector<Bundle> absent;
            step().for_each_under(open_bundles, {}, [&](std::uint64_t number, const OpenBundle& open) {
              const auto place = cluster_.ledger().find(record_hashes(open.bundle.bundle).front());
              if (!place) absent.push_back(open.bundle.bundle);
              if (place && place->fate == RolesLedger::Fate::final) final.push_back(number);
              return true;
            });
            WriteSet done = step();
            for (const std::uint64_t number : final) bundle_is_final(done, number);
            write(done);
            if (!absent.empty()) {
              consult([this, absent] { std::ranges::for_each(absent, [this](const Bundle& one) { cluster_.ledger().submit(one); }); },
                      [](bool /*heard*/) {});
            }
            if (!is_making_) make_bundle();
          });
}

void HospitalNode::make_bundle() {
  const GroupsToPublish groups = groups_to_publish(step(), 64);
  if (groups.groups.empty()) return;
  auto slot = slots_->take(now(), sup_time());
  if (!slot) return;
  is_making_ = true;
  if (!*slot) {  // the mark first (R5)
    const SlotMark mark = *slots_->to_persist();
    WriteSet marked = step();
    marked.put(hospital_slots, Byte{0}, mark);
    return write(marked, [this, mark] {
      slots_->persisted(mark);
      is_making_ = false;
      make_bundle();
    });
  }
  cluster_.checker().signs(identity(), (*slot)->slot, encode(groups.groups.front().group));
  const auto bundle = med::make_bundle(cluster_.world().net(), identity(), groups.groups, now(), **std::move(slot), self_.keys.aggregate,
                                       cluster_.kernel().rng());
  CHECK(bundle.has_value());
  WriteSet kept = step();
  keep_bundle(kept, groups, *bundle);
  write(kept, [this] { is_making_ = false; });
}

}  // namespace caduceus::sim
