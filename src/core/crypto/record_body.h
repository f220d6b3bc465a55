// Records that are too long to be in memory, and their bodies in answers (answer.h): hashed, sealed and opened piece by piece.
#pragma once

#include <memory>

#include "core/crypto/answer.h"
#include "core/crypto/stream_pieces.h"

struct evp_md_ctx_st;

namespace caduceus {

// hEMR of a record that comes in pieces. Its length stands before it in what is hashed, so it has to be known: less than 4 GiB.
class RecordHasher {
 public:
  RecordHasher(const Bytes32& salt, std::uint32_t size);
  void add(ByteView piece);  // at most as much as is left of `size` (CHECK)
  // Once, and when all is there (CHECK): record_hash(salt, record).
  [[nodiscard]] Bytes32 finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  std::uint32_t left_;
};

// The 7 bytes that ε_j begins with, from its head's encoding and hEMR.
ByteArray<stream_header_size> body_header(const SecretKey& key, ByteView head, const Bytes32& emr_hash);

// ε_j, byte for byte what seal_body() makes of the whole (docs/PROTOCOL.md, "Grant").
class BodySealer {
 public:
  // `emr_hash` is hEMR of just the record that will come, under the head's salt: the nonce is drawn from it. Under another record's hash two
  // bodies could meet one nonce.
  BodySealer(const SecretKey& key, const RecordHead& head, const Bytes32& emr_hash, std::uint32_t emr_size);

  [[nodiscard]] std::uint64_t sealed_size() const { return sealed_size_; }
  // Appends to `sealed` what can be sealed by now; of an empty record when it is given an empty piece. At most what is left of the record (CHECK).
  void add(ByteView emr, Bytes& sealed);

 private:
  Bytes head_;  // until it is sealed
  std::uint64_t sealed_size_;
  PieceSealer sealer_;
};

// Opens it again, `sealed_size` bytes in all: so says whoever sends them, and it need not be true.
class BodyOpener {
 public:
  BodyOpener(const SecretKey& key, std::uint64_t sealed_size) : sealed_size_(sealed_size), opener_(key, {}, sealed_size) {}

  // Appends to `emr` what opened of the record. Reject::trailing_bytes, and as open_body(); then nothing more is to be added.
  [[nodiscard]] Checked<void> add(ByteView sealed, SecretBytes& emr);
  // Whether all is opened. What ends before that was cut.
  [[nodiscard]] bool finished() const { return opener_.finished(); }

  // Once enough was added, at most two chunks.
  [[nodiscard]] const std::optional<RecordHead>& head() const { return head_; }
  // hEMR of what was opened, to be compared with that of the tx_mr: the record is not genuine before. When all is opened (CHECK), once.
  [[nodiscard]] Bytes32 emr_hash();

 private:
  [[nodiscard]] Checked<void> take_head();

  std::uint64_t sealed_size_;
  PieceOpener opener_;
  SecretBytes opened_;  // not taken yet
  std::optional<RecordHead> head_;
  std::optional<RecordHasher> hasher_;
};

}  // namespace caduceus
