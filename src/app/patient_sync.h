// What a patient's wallet does with its hospitals: visits, mail, what she asked for and did not get yet.
#pragma once

#include "app/wallet.h"

namespace caduceus {

// Begins a first visit, or goes on with it. Failure: a hospital that does not answer, or refuses.
[[nodiscard]] Result<void> visit_hospital(Wallet& wallet, const Identity& hospital);

// Letters that wait in the outbox go to their readers' relays. What does not arrive stays there, and is a trouble.
void send_letters(Wallet& wallet, std::vector<std::string>& troubles);
// To the hospital; it has it on disk, when this returns.
[[nodiscard]] Result<void> send_revocation(Wallet& wallet, const roles::patient::PolicyId& id, const roles::RevokeGrant& revocation);
// To the hospital that backed the disputed request.
[[nodiscard]] Result<void> send_dispute_words(Wallet& wallet, const TransactionHash& htxu, const roles::patient::HeldDispute& dispute);

struct Synced {
  std::size_t letters = 0;    // read
  std::size_t refused = 0;    // and dropped
  std::size_t records = 0;    // new ones
  std::size_t questions = 0;  // open ones, in all
  std::vector<std::string> troubles;  // what is to be tried again
};
// All that waits, both ways. Failure: her own mail cannot be had.
[[nodiscard]] Result<Synced> sync(Wallet& wallet);

}  // namespace caduceus
