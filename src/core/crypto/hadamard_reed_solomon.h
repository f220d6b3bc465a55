// The code of the fuzzy extractor: 20 symbols of 7 bits to 2,048 bits. Our part is constant time; libfec's Reed–Solomon decoder is not.
#pragma once

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace caduceus {

constexpr std::size_t code_message_symbols = 20;
constexpr std::size_t code_symbols = 32;  // of 7 bits
constexpr std::size_t code_word_bits = 64;
constexpr std::size_t code_bits = code_symbols * code_word_bits;

using CodeSymbols = ByteArray<code_symbols>;
using CodeBits = ByteArray<code_bits / 8>;

// Completes symbols 0–19 (each < 128) by their parity, symbols 20–31.
void complete_with_parity(CodeSymbols& symbols);

// Each symbol as a word of 64 bits: bit t = parity(index AND t) XOR sign, symbol = 64·sign + index. Word k's bit t stands at place 32·t + k, so
// that neighbouring wrong bits fall into different words.
Secret<CodeBits> spread(const Secret<CodeSymbols>& symbols);

// The likeliest symbol of each word, and how sure it is.
struct SoftSymbols {
  Secret<CodeSymbols> symbols;
  Secret<ByteArray<code_symbols>> margins;  // best minus second best correlation
};
// `usable` 0 = erased.
SoftSymbols gather(const Secret<CodeBits>& received, const CodeBits& usable);

// Corrects up to 6 wrong symbols, or, with the `erasures` least sure ones given up, (12 − erasures)/2 others. False when it cannot.
bool correct(const SoftSymbols& soft, std::size_t erasures, Secret<CodeSymbols>& corrected);

}  // namespace caduceus
