#include "core/med/pow.h"

#include <cryptopp/sha.h>

#include <algorithm>

namespace caduceus::med {
namespace {

using State = std::array<std::uint32_t, 8>;
using Block = std::array<std::uint32_t, 16>;  // of SHA-256, as words

constexpr std::size_t nonce_place = 4 + 8 + 3 * 32 + 8 + 32;  // version, height, three hashes, time, target
constexpr std::size_t first_block = nonce_place / 64;          // all blocks before it are the same for all nonces
constexpr std::size_t first_word = nonce_place % 64 / 4;
static_assert(nonce_place % 4 == 0 && first_word + 1 < Block().size());

void compress(State& state, const Block& block) { CryptoPP::SHA256::Transform(state.data(), block.data()); }

State initial_state() {
  State state;
  CryptoPP::SHA256::InitState(state.data());
  return state;
}

// FIPS 180-4, §5.1.1: the message, a one bit, zeros, and its length in bits.
std::vector<Block> padded(ByteView message) {
  std::vector<Block> blocks((message.size() + 9 + 63) / 64);
  const auto put = [&](std::size_t at, Byte byte) { blocks[at / 64][at % 64 / 4] |= std::uint32_t{byte} << (24 - 8 * (at % 4)); };
  for (std::size_t i = 0; i < message.size(); ++i) put(i, message[i]);
  put(message.size(), 0x80);
  blocks.back()[15] = static_cast<std::uint32_t>(8 * message.size());
  return blocks;
}

State words_of(const Bytes32& bytes) {
  State words{};
  for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] = words[i / 4] << 8 | bytes[i];
  return words;
}

}  // namespace

std::optional<std::uint64_t> search(const MblockHeader& header, std::uint64_t first, std::uint64_t count) {
  std::vector<Block> blocks = padded(encode(header));
  State midstate = initial_state();
  for (std::size_t i = 0; i < first_block; ++i) compress(midstate, blocks[i]);
  blocks.erase(blocks.begin(), blocks.begin() + first_block);

  const State target = words_of(header.target);
  const State initial = initial_state();
  Block second = padded(Bytes(32)).front();  // of the outer hash: the words of the inner one, then what pads 32 bytes
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t nonce = first + i;
    blocks.front()[first_word] = static_cast<std::uint32_t>(nonce >> 32U);
    blocks.front()[first_word + 1] = static_cast<std::uint32_t>(nonce);
    State inner = midstate;
    for (const Block& block : blocks) compress(inner, block);
    std::ranges::copy(inner, second.begin());
    State outer = initial;
    compress(outer, second);
    if (outer <= target) return nonce;
  }
  return std::nullopt;
}

}  // namespace caduceus::med
