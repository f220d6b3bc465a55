// A patient's own record that was too long for a letter, from the hospital that keeps it, in constant memory.
#pragma once

#include "app/wallet.h"

namespace caduceus {

// Into a file that must not be there yet; it is there once its hash was that of the record's tx_mr. Failure: the hospital does not answer, or
// refuses; it sent another record.
[[nodiscard]] Result<void> download_own(Wallet& wallet, const roles::patient::HeldRecord& record, const std::filesystem::path& out);

}  // namespace caduceus
