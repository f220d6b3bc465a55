// How a hospital's records get on MED (PROTOCOL.md §5): doctors' groups that wait become a bundle, under a slot of the hospital's; the
// bundle is handed in until a final block has it, again when a block that had it was left.
#pragma once

#include "core/med/signing.h"
#include "core/roles/hospital_records.h"

namespace caduceus::roles {

struct OpenBundle {
  med::SignedBundle bundle;
  // The groups with their signatures: should the bundle be refused for good, they go into another.
  List<med::SignedGroup, Bundle::most_groups, 1> groups;

  static auto fields(auto& self) { return std::tie(self.bundle, self.groups); }
};

// Tables 22 to 24, and 32.
inline constexpr Table<std::uint64_t, med::SignedGroup> waiting_groups{22};
inline constexpr Table<std::uint64_t, OpenBundle> open_bundles{23};
inline constexpr Table<Byte, SlotMark> hospital_slots{24};  // one, under 0
// That MED will never have: their slot was spent, or its epoch was over before they got there. The records are held all the same.
inline constexpr Table<std::uint64_t, med::SignedGroup> lost_groups{32};
constexpr std::uint8_t hospital_device = 0;  // a hospital signs on one

// Verified (R6).
void queue_group(WriteSet& step, const med::SignedGroup& group);

// So many records at most, but one group at least, unless none waits.
struct GroupsToPublish {
  std::vector<std::uint64_t> numbers;
  std::vector<med::SignedGroup> groups;
};
[[nodiscard]] GroupsToPublish groups_to_publish(const WriteSet& step, std::size_t most_records);
// The bundle of these, or of some: the others wait on. Its records' proofs are kept.
void keep_bundle(WriteSet& step, const GroupsToPublish& groups, const med::SignedBundle& bundle);

// A final block has it.
void bundle_is_final(WriteSet& step, std::uint64_t number);
// MED will never have it: its groups wait again, but those of which `may_be_published` says no: these are lost, and returned.
std::vector<RecordGroup> bundle_is_refused(WriteSet& step, std::uint64_t number,
                                           const std::function<bool(const med::SignedGroup&)>& may_be_published);

}  // namespace caduceus::roles
