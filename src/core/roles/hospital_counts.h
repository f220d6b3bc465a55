// What a hospital counts of what it keeps, and the numbers that it gives next.
#pragma once

#include "core/roles/tables.h"

namespace caduceus::roles {

struct HospitalCounts {
  std::uint64_t patients = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // of these
  std::uint64_t unpublished = 0;  // records that no final block has yet
  std::uint64_t next_notice = 0;
  std::uint64_t next_group = 0;
  std::uint64_t next_bundle = 0;

  static auto fields(auto& self) {
    return std::tie(self.patients, self.records, self.bytes, self.unpublished, self.next_notice, self.next_group, self.next_bundle);
  }
};

// Table 15: one, under 0.
inline constexpr Table<Byte, HospitalCounts> hospital_counts{15};

inline HospitalCounts counts_of(const WriteSet& step) { return step.get(hospital_counts, Byte{0}).value_or(HospitalCounts{}); }
// Changed by `how`, which may return a number that was given.
auto count(WriteSet& step, const auto& how) {
  HospitalCounts counts = counts_of(step);
  if constexpr (std::is_void_v<decltype(how(counts))>) {
    how(counts);
    step.put(hospital_counts, Byte{0}, counts);
  } else {
    const auto given = how(counts);
    step.put(hospital_counts, Byte{0}, counts);
    return given;
  }
}

}  // namespace caduceus::roles
