// A hospital's access log, checked against what stands elsewhere: nothing was left out of its chain, every doctor signed what he asked, and
// every emergency is committed on SUP, with the same content.
#pragma once

#include "app/sup_reader.h"
#include "core/roles/access_log.h"
#include "core/sup/genesis.h"

namespace caduceus {

struct Audited {
  std::uint64_t consented = 0;
  std::uint64_t emergencies = 0;
};

// Of all entries, from the first on. Failure: which entry does not hold, and why; nobody of SUP answers.
[[nodiscard]] Result<Audited> audit_log(const sup::Genesis& genesis, const Identity& hospital, SupReader& sup,
                                        const std::vector<roles::LogEntry>& entries);

}  // namespace caduceus
