// BLS multi-signatures (PROTOCOL.md §3): votes and time-outs of consensus. Signature in G1, public key in G2; one signature and a
// bitmap for any number of signers. The keys are hospitals' own, made by themselves, and listed in genesis with their proofs of
// possession: consensus does not depend on the PKG.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "core/base/secret.h"
#include "core/crypto/group.h"

namespace caduceus {

struct BlsKey {
  Secret<Scalar> secret;
  G2 public_key;  // secret·P2

  static BlsKey random(Rng& rng);
  static auto fields(auto& self) { return std::tie(self.secret, self.public_key); }
};

// secret·H(public key): without it, a key made of others' keys would sign in their name.
G1 prove_possession(const BlsKey& key);
// Reject::possession_invalid.
[[nodiscard]] Checked<void> verify_possession(const G2& public_key, const G1& proof);

// One signer's part: secret·H(message).
G1 sign_part(const BlsKey& key, ByteView message);
// Reject::multi_signature_invalid.
[[nodiscard]] Checked<void> verify_part(const AffineG2& public_key, ByteView message, const G1& part);

// Which of n signers, by their place.
class SignerSet {
 public:
  static constexpr std::uint16_t most_signers = 1024;

  SignerSet() = default;
  explicit SignerSet(std::uint16_t size);  // empty, over 1 to 1024 signers (CHECK)

  void insert(std::size_t place);  // place < size() (CHECK)
  [[nodiscard]] bool contains(std::size_t place) const;
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::uint16_t size() const { return size_; }
  friend bool operator==(const SignerSet&, const SignerSet&) = default;

 private:
  friend struct Codec<SignerSet>;
  std::uint16_t size_ = 0;
  Bytes bits_;  // place i at bit i mod 8 of byte i/8; the rest is zero
};

struct MultiSignature {
  SignerSet signers;
  G1 sum;  // of the parts

  static auto fields(auto& self) { return std::tie(self.signers, self.sum); }
  friend bool operator==(const MultiSignature&, const MultiSignature&) = default;
};

// Adds a verified part; false when that signer's is in already.
bool add_part(MultiSignature& signature, std::size_t place, const G1& part);

// Whether at least `quorum` (> 0) of the signers, whose keys are proved to be possessed, signed this message.
// Reject::signer_set_size, quorum_too_small, point_is_identity, multi_signature_invalid.
[[nodiscard]] Checked<void> verify(std::span<const AffineG2> public_keys, ByteView message, const MultiSignature& signature,
                                   std::size_t quorum);

// u16 size, then the bits. Reject::signer_set_size, signer_set_padding.
template <>
struct Codec<SignerSet> {
  static void write(auto& writer, const SignerSet& set) {
    caduceus::write(writer, set.size_);
    writer.append(set.bits_);
  }
  static Checked<void> read(Reader& reader, SignerSet& set);
};

}  // namespace caduceus
