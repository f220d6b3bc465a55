// How SUP's transactions are signed, and how all signatures of many of them are verified (PROTOCOL.md §2 R3, §3, §7, §8).
//
// The doctor and the hospital of a tx_ur each draw a nonce and set it; when both stand in the transaction, each signs htxU, and the
// hospital puts the two parts together:
//
//   OwnNonce own = OwnNonce::draw(rng);  transaction.nonces[place] = own.value();
//   auto part = sign_part(net, transaction, std::move(own), keys.aggregate, rng);
//   auto done = complete(transaction, {{theirs, ours}});
#pragma once

#include <deque>
#include <map>

#include "core/chain/sup_transaction.h"

namespace caduceus {

// w = (net, "SUP", purpose, IDs, nonces).
template <class Terms>
[[nodiscard]] NonceTerms nonce_terms(const NetworkId& net, const SupSigned<Terms>& transaction) {
  NonceTerms terms{net, "SUP", Terms::purpose, {}, {transaction.nonces.begin(), transaction.nonces.end()}};
  for (const Identity* signer : transaction.terms.signers()) terms.signers.push_back(*signer);
  return terms;
}

// One signer's (S, T) on htx. All nonces stand in the transaction. Reject::aggregate_w_not_own unless `own` does, at the signer's place.
template <class Terms>
[[nodiscard]] Checked<IndividualSignature> sign_part(const NetworkId& net, const SupSigned<Terms>& transaction, OwnNonce own,
                                                     const AggregateKey& signer, Rng& rng) {
  TRY(UnusedString w, std::move(own).claim(nonce_terms(net, transaction), signer.identity));
  return sign(signer, hash_of(transaction.terms), std::move(w), rng);
}

// (ΣS, ΣT). Reject::point_is_identity when they cancel.
[[nodiscard]] Checked<EncodedSum> sum_parts(std::span<const IndividualSignature> parts);

// The transaction with the sum of all signers' parts, in any order. Reject::point_is_identity.
template <class Terms>
[[nodiscard]] Checked<SupSigned<Terms>> complete(SupSigned<Terms> transaction,
                                                 const std::array<IndividualSignature, SupSigned<Terms>::signer_count>& parts) {
  TRY(transaction.sum, sum_parts(parts));
  return transaction;
}

// Of a single signer, whose key it is (CHECK).
template <class Terms>
  requires(SupSigned<Terms>::signer_count == 1)
[[nodiscard]] SupSigned<Terms> sign_terms(const NetworkId& net, const Terms& terms, const AggregateKey& signer, Rng& rng) {
  OwnNonce own = OwnNonce::draw(rng);
  SupSigned<Terms> transaction{terms, {own.value()}, {}};
  const auto part = sign_part(net, transaction, std::move(own), signer, rng);
  CHECK(part.has_value());
  transaction.sum = EncodedSum::of(*part);
  return transaction;
}

// Opens a hospital's or a doctor's account; `signer` is the account's (CHECK). The PKG's signature is in the terms.
[[nodiscard]] Registration sign_registration(const NetworkId& net, const G1& ppub, const RegistrationTerms& terms, const SigningKey& signer,
                                             Rng& rng);

// What every transaction is verified against: of genesis.
struct TransactionKeys {
  NetworkId net{};
  SystemParameters parameters;
  G2 pkg;  // the PKG's BLS key, whose possession was proved
};

// A transaction whose signatures hold. Whether it is valid on top of a state, the state says.
class VerifiedTransaction {
 public:
  [[nodiscard]] const SupTransaction& value() const { return value_; }
  [[nodiscard]] const TransactionHash& hash() const { return hash_; }
  // Of its w: two transactions under one w do not stand in one block (R4). Zero without an identity-based signature.
  [[nodiscard]] const Bytes32& w() const { return w_; }

 private:
  friend class TransactionVerifier;
  VerifiedTransaction(SupTransaction value, const TransactionHash& hash, const Bytes32& w) : value_(std::move(value)), hash_(hash), w_(w) {}
  SupTransaction value_;
  TransactionHash hash_;
  Bytes32 w_;
};

// Needs no state but caches: of identities, and of the transactions that it verified, so that a block of what came one by one before costs
// nothing more. One owner: a thread that verifies has its own.
class TransactionVerifier {
 public:
  // About 400 bytes an identity cached; 2 MiB for transactions.
  TransactionVerifier(const TransactionKeys& keys, std::size_t cached_identities) : keys_(keys), identities_(cached_identities) {}

  // Every signature in them, all identity-based ones as one batch with fresh weights. A licence is held against the L in its signature,
  // which the state compares with the account's. Reject::aggregate_w_reused (also over two transactions, R4), aggregate_invalid,
  // transaction_pkg, possession_of_sealing_key, signature_other_key, signature_invalid, point_…, scalar_….
  [[nodiscard]] Checked<void> verify(std::span<const SupTransaction> transactions, Rng& rng);

  // Each for itself, with its reason; in batches, halved where one fails (R6).
  [[nodiscard]] std::vector<Checked<VerifiedTransaction>> verify_each(std::vector<SupTransaction> transactions, Rng& rng);

 private:
  struct Sum;
  // All but identity-based signatures, of which the sum is added to the others.
  [[nodiscard]] Checked<void> check_alone(const SupTransaction& transaction, std::size_t place, std::vector<Sum>& sums) const;
  [[nodiscard]] Checked<void> verify_sums(std::span<const Sum> sums, Rng& rng);

  // A transaction with its signatures, and H(w).
  struct Known {
    Bytes32 digest{};
    Bytes32 w{};
  };
  [[nodiscard]] const Bytes32* known(const Bytes32& digest) const;  // its H(w)
  void remember(const Known& known);
  static constexpr std::size_t most_known = 1U << 14U;

  TransactionKeys keys_;
  HashedIdentities identities_;
  std::map<Bytes32, Bytes32> known_;
  std::deque<Bytes32> by_age_;
};

}  // namespace caduceus
