// What a wallet has on MED under its account: calls of the EMR index.
#pragma once

#include "app/wallet.h"

namespace caduceus {

// Which of the wallet's calls are in a final block of MED. The number of the account's next one.
Result<std::uint64_t> next_call(Wallet& wallet);
[[nodiscard]] Result<void> look_at_calls(Wallet& wallet);

}  // namespace caduceus
