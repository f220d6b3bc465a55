#include "core/crypto/hadamard_reed_solomon.h"

#include <bit>

#include "core/base/check.h"

extern "C" {
#include <fec.h>
}

namespace caduceus {
namespace {

constexpr int parity_symbols = code_symbols - code_message_symbols;
constexpr int shortened = 127 - static_cast<int>(code_symbols);

// x^7 + x^3 + 1, first consecutive root α.
void* reed_solomon() {
  static void* const code = init_rs_char(7, 0x89, 1, 1, parity_symbols, shortened);
  CHECK(code != nullptr);
  return code;
}

constexpr std::size_t place(std::size_t word, std::size_t bit) { return code_symbols * bit + word; }
unsigned bit_at(const CodeBits& bits, std::size_t i) { return bits[i / 8] >> i % 8 & 1U; }

// All ones when a < b, else 0; for |a|, |b| < 2^30. Arithmetic, so that no compiler makes a branch of it.
int less_mask(int a, int b) { return (a - b) >> 31; }
int choose(int mask, int yes, int no) { return (yes & mask) | (no & ~mask); }

// The correlations of the received word with all 64 Hadamard words.
void walsh_hadamard(std::array<int, code_word_bits>& values) {
  for (std::size_t half = 1; half < values.size(); half *= 2) {
    for (std::size_t i = 0; i < values.size(); i += 2 * half) {
      for (std::size_t j = i; j < i + half; ++j) {
        const int a = values[j];
        const int b = values[j + half];
        values[j] = a + b;
        values[j + half] = a - b;
      }
    }
  }
}

}  // namespace

void complete_with_parity(CodeSymbols& symbols) { encode_rs_char(reed_solomon(), symbols.data(), symbols.data() + code_message_symbols); }

Secret<CodeBits> spread(const Secret<CodeSymbols>& symbols) {
  Secret<CodeBits> bits;
  for (std::size_t word = 0; word < code_symbols; ++word) {
    const unsigned index = symbols.expose()[word] & 63U;
    const unsigned sign = symbols.expose()[word] >> 6 & 1U;
    for (unsigned t = 0; t < code_word_bits; ++t) {
      const unsigned bit = (static_cast<unsigned>(std::popcount(index & t)) & 1U) ^ sign;
      bits.expose()[place(word, t) / 8] |= static_cast<Byte>(bit << place(word, t) % 8);
    }
  }
  return bits;
}

SoftSymbols gather(const Secret<CodeBits>& received, const CodeBits& usable) {
  SoftSymbols soft;
  Secret<std::array<int, code_word_bits>> correlation;
  for (std::size_t word = 0; word < code_symbols; ++word) {
    for (std::size_t t = 0; t < code_word_bits; ++t) {
      const int value = 1 - 2 * static_cast<int>(bit_at(received.expose(), place(word, t)));
      correlation.expose()[t] = value * static_cast<int>(bit_at(usable, place(word, t)));
    }
    walsh_hadamard(correlation.expose());
    int best = -1;
    int second = -1;
    int symbol = 0;
    for (std::size_t index = 0; index < code_word_bits; ++index) {
      const int value = correlation.expose()[index];
      const int negative = value >> 31;
      const int size = (value ^ negative) - negative;
      const int better = less_mask(best, size);
      second = choose(better, best, choose(less_mask(second, size), size, second));
      symbol = choose(better, static_cast<int>(index) | (negative & 64), symbol);
      best = choose(better, size, best);
    }
    soft.symbols.expose()[word] = static_cast<Byte>(symbol);
    soft.margins.expose()[word] = static_cast<Byte>(best - second);
  }
  return soft;
}

bool correct(const SoftSymbols& soft, std::size_t erasures, Secret<CodeSymbols>& corrected) {
  CHECK(erasures <= static_cast<std::size_t>(parity_symbols));
  // The places of the least sure words, least sure first: each word's rank, by comparing all with all.
  Secret<std::array<int, code_symbols>> erased;  // libfec writes the places that it corrected here
  for (std::size_t word = 0; word < code_symbols; ++word) {
    int rank = 0;
    for (std::size_t other = 0; other < code_symbols; ++other) {
      // Ties by place: other < word counts as less sure.
      const int tie = other < word ? 1 : 0;
      rank -= less_mask(soft.margins.expose()[other] - tie, soft.margins.expose()[word]);
    }
    for (std::size_t r = 0; r < erasures; ++r) {
      const int is_here = ((rank ^ static_cast<int>(r)) - 1) >> 31;
      erased.expose()[r] |= static_cast<int>(word) & is_here;
    }
  }
  corrected = soft.symbols.copy();
  return decode_rs_char(reed_solomon(), corrected.expose().data(), erased.expose().data(), static_cast<int>(erasures)) >= 0;
}

}  // namespace caduceus
