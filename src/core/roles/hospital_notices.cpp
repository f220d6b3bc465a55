#include "core/roles/hospital_notices.h"

#include "core/roles/hospital_counts.h"

namespace caduceus::roles {

void notify(WriteSet& step, Notice notice) {
  const std::uint64_t number = count(step, [](HospitalCounts& counts) { return counts.next_notice++; });
  step.put(notices, number, notice);
}

}  // namespace caduceus::roles
