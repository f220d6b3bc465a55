// The strings w under which identity-based signatures are made (PROTOCOL.md §3, R5). A signer that uses one w for two messages
// lets anyone sign anything in its name, so a w that may be signed under is a value of a type of its own, which is used up.
#pragma once

#include <compare>
#include <initializer_list>
#include <span>
#include <utility>

#include "core/base/identity.h"
#include "core/base/rng.h"

namespace caduceus {

// The network: H(genesis) of the consortium.
using NetworkId = Bytes32;

struct OneTimeString {
  Bytes bytes;
  friend auto operator<=>(const OneTimeString&, const OneTimeString&) = default;
};

// A signer's n-th signature of an epoch on one of its devices: number = 16·k + device.
struct Slot {
  static constexpr std::uint32_t per_epoch = 4096;  // k < 4096

  Epoch epoch;
  std::uint16_t number = 0;

  [[nodiscard]] std::uint32_t k() const { return number / 16U; }
  [[nodiscard]] std::uint8_t device() const { return number % 16U; }
  static auto fields(auto& self) { return std::tie(self.epoch, self.number); }
  friend auto operator<=>(const Slot&, const Slot&) = default;
};

// w = (net, "MED", "mr", epoch, slot), for tx_mr and TX_mr.
OneTimeString slot_string(const NetworkId& net, const Slot& slot);

// 32 bytes that a signer drew for one signature; they are part of its w.
using SignatureNonce = Bytes32;

// w = (net, chain, purpose, IDs, one nonce a signer), for SUP's transactions and patients' calls.
struct NonceTerms {
  NetworkId net;
  std::string_view chain;    // "SUP" or "MED"
  std::string_view purpose;  // of the transaction
  std::vector<Identity> signers;
  std::vector<SignatureNonce> nonces;  // of the signers, in their order
};
OneTimeString nonce_string(const NonceTerms& terms);

// A w under which its holder has not signed yet, and which signing takes away. It comes from a SlotLedger or from one's own nonce.
class UnusedString {
 public:
  UnusedString(UnusedString&&) = default;
  UnusedString& operator=(UnusedString&&) = default;
  UnusedString(const UnusedString&) = delete;
  UnusedString& operator=(const UnusedString&) = delete;
  ~UnusedString() = default;

  // The caller answers for it: vectors, and attacks that sign twice.
  static UnusedString assume_unused(OneTimeString w) { return UnusedString(std::move(w)); }

  [[nodiscard]] const OneTimeString& string() const { return w_; }

 private:
  explicit UnusedString(OneTimeString w) : w_(std::move(w)) {}
  OneTimeString w_;
};

// One's own fresh nonce, good for one signature.
class OwnNonce {
 public:
  static OwnNonce draw(Rng& rng) { return OwnNonce(rng.bytes<32>()); }
  // By hand: a default move would leave the nonce behind as well, to be claimed again.
  OwnNonce(OwnNonce&& other) noexcept : nonce_(std::exchange(other.nonce_, SignatureNonce{})) {}
  OwnNonce& operator=(OwnNonce&& other) noexcept {
    nonce_ = std::exchange(other.nonce_, SignatureNonce{});
    return *this;
  }
  OwnNonce(const OwnNonce&) = delete;
  OwnNonce& operator=(const OwnNonce&) = delete;
  ~OwnNonce() = default;

  [[nodiscard]] const SignatureNonce& value() const { return nonce_; }

  // The w of these terms, to be signed under by `self`. Reject::aggregate_w_not_own unless the terms hold this nonce, once, at
  // self's place. The nonce is used up either way.
  [[nodiscard]] Checked<UnusedString> claim(const NonceTerms& terms, const Identity& self) &&;

 private:
  explicit OwnNonce(const SignatureNonce& nonce) : nonce_(nonce) {}
  SignatureNonce nonce_;  // zero once it is used up
};

}  // namespace caduceus
