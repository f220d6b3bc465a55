#include "core/crypto/fuzzy_extractor.h"

#include <bit>

#include "core/crypto/hadamard_reed_solomon.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

std::size_t count(const CodeBits& bits) {
  std::size_t ones = 0;
  for (const Byte b : bits) ones += static_cast<std::size_t>(std::popcount(b));
  return ones;
}

SecretKey derive(std::string_view label, const Bytes32& seed, const Secret<CodeSymbols>& symbols) {
  return derive_key(KeyHash::hsk, label, {seed, symbols.expose()});
}

Bytes32 check_of(const Helper& helper, const Secret<CodeSymbols>& symbols) {
  return mac(derive("fuzzy-check", helper.seed, symbols), {helper.offset, helper.usable});
}

}  // namespace

static_assert(code_bits == Template::bits);

Checked<Extracted> generate(const Template& scan, Rng& rng) {
  if (count(scan.usable) < Template::least_usable) return reject(Reject::template_unusable);
  Secret<CodeSymbols> symbols;
  rng.fill(ByteSpan(symbols.expose()).first(code_message_symbols));
  for (Byte& symbol : symbols.expose()) symbol &= 127;
  complete_with_parity(symbols.expose());

  Extracted extracted;
  Helper& helper = extracted.helper;
  helper.usable = scan.usable;
  rng.fill(helper.seed);
  rng.fill(helper.offset);  // stays where the template is not usable: the code word alone would give the rest away
  const Secret<CodeBits> code = spread(symbols);
  for (std::size_t i = 0; i < helper.offset.size(); ++i) {
    const unsigned hidden = code.expose()[i] ^ scan.value.expose()[i];
    helper.offset[i] = static_cast<Byte>((hidden & scan.usable[i]) | (helper.offset[i] & ~scan.usable[i]));
  }
  helper.check = check_of(helper, symbols);
  extracted.value = derive("fuzzy", helper.seed, symbols);
  return extracted;
}

Checked<SecretKey> reproduce(const Template& scan, const Helper& helper) {
  Secret<CodeBits> received;
  CodeBits usable;
  for (std::size_t i = 0; i < usable.size(); ++i) {
    received.expose()[i] = helper.offset[i] ^ scan.value.expose()[i];
    usable[i] = helper.usable[i] & scan.usable[i];
  }
  if (count(usable) < Template::least_usable * 2 / 3) return reject(Reject::template_unusable);

  const SoftSymbols soft = gather(received, usable);
  Secret<CodeSymbols> symbols;
  for (std::size_t erasures = 0; erasures <= code_symbols - code_message_symbols; erasures += 2) {
    const bool corrected = correct(soft, erasures, symbols);
    const bool matches = equal_in_constant_time(helper.check, check_of(helper, symbols));
    if (declassify(corrected && matches) != 0) return derive("fuzzy", helper.seed, symbols);
  }
  return reject(Reject::biometrics_differ);
}

}  // namespace caduceus
