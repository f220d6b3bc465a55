// Sealed data: AES-256-GCM (docs/PROTOCOL.md, "Sealing"). Short messages in one piece under a fresh nonce; long records in 64 KiB
// chunks that carry their place and which is the last (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, 2015), in constant memory.
#pragma once

#include <memory>

#include "core/base/rng.h"
#include "core/base/secret.h"

struct evp_cipher_ctx_st;

namespace caduceus {

constexpr std::size_t aead_nonce_size = 12;
constexpr std::size_t aead_tag_size = 16;

// nonce ‖ ciphertext ‖ tag. `associated` is bound but not sent.
[[nodiscard]] Bytes seal(const SecretKey& key, ByteView associated, ByteView plain, Rng& rng);
// Reject::truncated, sealed_invalid.
[[nodiscard]] Checked<SecretBytes> open(const SecretKey& key, ByteView associated, ByteView sealed);

constexpr std::size_t stream_header_size = 7;
constexpr std::size_t stream_chunk_size = 65'536;                              // in the clear
constexpr std::size_t stream_sealed_chunk_size = stream_chunk_size + aead_tag_size;

// One stream's cipher: what sealing and opening share.
class StreamCipher {
 protected:
  StreamCipher(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header, bool sealing);
  // The nonce of this chunk, and the associated data, put into the context.
  void start_chunk(std::uint32_t index, bool last);

  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
  Bytes associated_;
  ByteArray<aead_nonce_size> nonce_{};
  std::uint32_t index_ = 0;  // of the next chunk
  bool finished_ = false;
};

// Seals a stream under a key that seals no other under this header: the header, then each chunk in turn. All but the last are stream_chunk_size
// long, the last is shorter or as long, and empty only when it is the first. 2^32 chunks at most (CHECK for all of this).
class StreamSealer : private StreamCipher {
 public:
  StreamSealer(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header);
  // Writes plain.size() + aead_tag_size bytes to `out`, which has that room.
  void seal_chunk(ByteView plain, bool last, ByteSpan out);
};

// Opens it again. `last` is what the reader sees: that no data follows.
class StreamOpener : private StreamCipher {
 public:
  StreamOpener(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header);
  // Writes sealed.size() − aead_tag_size bytes to `out`; nothing of it may be used unless this succeeds.
  // Reject::truncated, too_long, stream_truncated, stream_after_last, sealed_invalid, not_canonical (an empty last chunk after others).
  [[nodiscard]] Checked<void> open_chunk(ByteView sealed, bool last, ByteSpan out);
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  bool opens(ByteView sealed, bool last, ByteSpan out);
};

// A whole stream in memory: header and chunks.
[[nodiscard]] Bytes seal_stream(const SecretKey& key, ByteView associated, ByteView plain, const ByteArray<stream_header_size>& header);
[[nodiscard]] inline Bytes seal_stream(const SecretKey& key, ByteView associated, ByteView plain, Rng& rng) {
  return seal_stream(key, associated, plain, rng.bytes<stream_header_size>());
}
[[nodiscard]] Checked<SecretBytes> open_stream(const SecretKey& key, ByteView associated, ByteView sealed);

}  // namespace caduceus
