// What a consortium agreed on before its first block (PROTOCOL.md §2, §8, §10): who its hospitals are, who enrols, and the parameters.
// Everybody has the same bytes; their hash names the network, and everything that is signed names the network.
#pragma once

#include <tuple>

#include "core/base/codec.h"
#include "core/chain/bls_committee.h"
#include "core/chain/med_parameters.h"
#include "core/chain/sup_signing.h"
#include "core/sup/anchoring.h"
#include "core/sup/replica.h"

namespace caduceus::sup {

// The PKG as everybody knows it.
struct Authority {
  SystemParameters parameters;
  G2 accounts;  // BLS; signs the accounts of SUP (R3)
  G1 accounts_possession;
  Blob<1, 4096> certificate;  // X.509, DER: issues all TLS certificates

  static auto fields(auto& self) { return std::tie(self.parameters, self.accounts, self.accounts_possession, self.certificate); }
  // Reject::parameters_inconsistent, possession_invalid.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Authority&, const Authority&) = default;
};

// A hospital on the committee: the consensus key that it made itself.
struct Hospital {
  Identity identity;
  G2 consensus;  // BLS
  G1 possession;

  static auto fields(auto& self) { return std::tie(self.identity, self.consensus, self.possession); }
  // Reject::genesis_hospital, possession_invalid.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Hospital&, const Hospital&) = default;
};

struct Genesis {
  Text<1, 64> name;
  Time time;
  Authority authority;
  List<Hospital, SignerSet::most_signers, 1> hospitals;  // in the order of their places
  Byte commit_depth = 3;                                 // or 2
  Timing timing;
  MedParameters med;
  AnchorRules anchoring;

  static auto fields(auto& self) {
    return std::tie(self.name, self.time, self.authority, self.hospitals, self.commit_depth, self.timing, self.med, self.anchoring);
  }
  // Reject::genesis_hospital (one is named twice, or two have one key), genesis_parameters.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Genesis&, const Genesis&) = default;

  [[nodiscard]] NetworkId network() const;
  // MED's block 0: the first anchor.
  [[nodiscard]] MblockHeader first_mblock() const;
  [[nodiscard]] TransactionKeys transaction_keys() const;
  [[nodiscard]] BlsCommittee committee() const;
  [[nodiscard]] Rules rules() const;
  [[nodiscard]] std::optional<Place> place_of(const Identity& hospital) const;
};

// §10: production's timing is Timing's default.
constexpr Timing devnet_timing{.base = 200, .idle = 1000, .flush = 5, .ahead = 2000, .observe = 200};
// Easiest targets, for the 4.9 million hashes a second that med::search() makes on one core of the machine it was measured on: a minute's work in
// production (2^28 hashes), where every further miner makes it harder, and a second's on a devnet (2^22).
constexpr MedParameters production_med{.easiest_target = {0, 0, 0, 0x10}};
constexpr MedParameters devnet_med{.interval = 2000, .half_life = 120'000, .epoch_length = 10'000, .easiest_target = {0, 0, 0x04}};

}  // namespace caduceus::sup
