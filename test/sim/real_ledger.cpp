#include "test/sim/real_ledger.h"

namespace caduceus::sim {

const SignedTransactions& SignedTransactions::all() {
  static const SignedTransactions instance;
  return instance;
}

SignedTransactions::SignedTransactions() {
  SupWorld world(2023, 3, 2, 2);
  keys_ = world.keys();
  std::vector<SupTransaction> transactions = world.registrations();
  Time now = first;
  const auto add = [&](SupTransaction transaction) {
    transactions.push_back(std::move(transaction));
    now = now + apart;
    return hash_of(transactions.back());
  };
  for (std::size_t round = 0; round < 12; ++round) {
    const auto& doctor = world.doctor(round % world.doctors());
    const TransactionHash opened = add(world.emergency(doctor, now));
    add(world.emergency(doctor, now, EmergencyKind::read));
    // He is revoked for some seconds, for good, or only until he is not.
    const auto& other = world.doctor((round + 1) % world.doctors());
    const Time expires = now + (round % 3 == 0 ? 5'000 : 10'000'000);
    add(world.revocation(other, RevocationAction::add, expires, now));
    add(world.emergency(other, now));
    const TransactionHash dispute = add(world.dispute(world.patient(round % 2), opened, now));
    if (round % 3 == 1) add(world.revocation(other, RevocationAction::take_off, expires, now));
    add(world.answer(world.hospital(round % 3), dispute, now));
  }
  TransactionVerifier verifier(keys_, 64);
  for (auto& verified : verifier.verify_each(std::move(transactions), world.rng)) {
    CHECK(verified.has_value());
    transactions_.push_back(*std::move(verified));
  }
}

Bytes RealLedger::body_of(std::uint64_t transaction) const {
  SupBody body;
  body.transactions.items.push_back(SignedTransactions::all().at(transaction).value());
  if (transaction == invalid) {
    // Nobody signed it so.
    EmergencyTransaction forged = std::get<EmergencyTransaction>(SignedTransactions::all().at(12).value());
    forged.terms.hur[0] ^= 1;
    body.transactions.items = {forged};
  }
  return encode_body(body);
}

Bytes RealLedger::body_too_long() const {
  SupBody body;
  body.transactions.items.assign(SupBody::most_transactions + 1, SignedTransactions::all().at(1).value());
  return encode_body(body);
}

Checked<sup::StateRef> RealLedger::execute(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) {
  TRY(sup::StateRef state, SupLedger::execute(parent, place, body));
  seen_[encode(state->roots)] = state;
  return state;
}

sup::StateRef RealLedger::load(const SupHeader& committed) {
  sup::StateRef state = SupLedger::load(committed);
  seen_[encode(state->roots)] = state;
  return state;
}

void RealLedger::joined(const SupHeader& block, const sup::StateRef& state) {
  seen_[encode(state->roots)] = state;
  SupLedger::joined(block, state);
}

}  // namespace caduceus::sim
