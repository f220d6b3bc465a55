#include "core/roles/hospital_publishing.h"

#include "core/roles/hospital_counts.h"

namespace caduceus::roles {
namespace {

void keep_proofs(WriteSet& step, const Bundle& bundle) {
  const BundleHead head = head_of(bundle);
  const std::vector<TransactionHash> hashes = record_hashes(bundle);
  const MerkleTree tree(hashes);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    auto record = step.get(held_records, hashes[i]);
    CHECK(record.has_value());
    record->proof.value = encode(InBundle{head, tree.prove(i)});
    step.put(held_records, hashes[i], *record);
  }
}

std::uint64_t next_group(WriteSet& step) {
  return count(step, [](HospitalCounts& counts) { return counts.next_group++; });
}

OpenBundle take(WriteSet& step, std::uint64_t number) {
  auto open = step.get(open_bundles, number);
  CHECK(open.has_value());
  step.erase(open_bundles, number);
  return *std::move(open);
}

}  // namespace

void queue_group(WriteSet& step, const med::SignedGroup& group) { step.put(waiting_groups, next_group(step), group); }

GroupsToPublish groups_to_publish(const WriteSet& step, std::size_t most_records) {
  GroupsToPublish found;
  std::size_t records = 0;
  step.for_each_under(waiting_groups, {}, [&](std::uint64_t number, med::SignedGroup group) {
    records += group.group.records.items.size();
    if (records > most_records && !found.groups.empty()) return false;
    found.numbers.push_back(number);
    found.groups.push_back(std::move(group));
    return true;
  });
  return found;
}

void keep_bundle(WriteSet& step, const GroupsToPublish& groups, const med::SignedBundle& bundle) {
  const std::uint64_t number = count(step, [](HospitalCounts& counts) { return counts.next_bundle++; });
  std::map<std::pair<Identity, Slot>, const RecordGroup*> bundled;
  for (const RecordGroup& group : bundle.bundle.groups.items) bundled.emplace(std::pair(group.doctor, group.slot), &group);
  OpenBundle open{bundle, {}};
  for (std::size_t i = 0; i < groups.groups.size(); ++i) {
    const RecordGroup& group = groups.groups[i].group;
    const auto found = bundled.find({group.doctor, group.slot});
    if (found == bundled.end() || *found->second != group) continue;
    open.groups.items.push_back(groups.groups[i]);
    step.erase(waiting_groups, groups.numbers[i]);
  }
  step.put(open_bundles, number, open);
  keep_proofs(step, bundle.bundle);
}

void bundle_is_final(WriteSet& step, std::uint64_t number) {
  const std::size_t records = take(step, number).bundle.bundle.records();
  count(step, [&](HospitalCounts& counts) { counts.unpublished -= records; });
}

std::vector<RecordGroup> bundle_is_refused(WriteSet& step, std::uint64_t number,
                                           const std::function<bool(const med::SignedGroup&)>& may_be_published) {
  std::vector<RecordGroup> lost;
  const OpenBundle refused = take(step, number);
  for (const med::SignedGroup& group : refused.groups.items) {
    if (may_be_published(group)) {
      queue_group(step, group);
    } else {
      step.put(lost_groups, next_group(step), group);
      lost.push_back(group.group);
    }
  }
  return lost;
}

}  // namespace caduceus::roles
