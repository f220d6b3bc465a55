#include "core/crypto/fuzzy_extractor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/crypto/hadamard_reed_solomon.h"

namespace caduceus {
namespace {

Template scan(Rng& rng, std::size_t unusable = 0) {
  Template result;
  rng.fill(result.value.expose());
  result.usable.fill(0xff);
  for (std::size_t i = 0; i < unusable; ++i) result.usable[i / 8] &= static_cast<Byte>(~(1U << i % 8));
  return result;
}

// The same eye again: exactly `wrong` of the bits flipped, at random places.
Template again(const Template& first, std::size_t wrong, SeededRng& rng) {
  Template result{first.value.copy(), first.usable};
  std::vector<std::size_t> places(Template::bits);
  std::iota(places.begin(), places.end(), 0U);
  for (std::size_t i = 0; i < wrong; ++i) {
    std::swap(places[i], places[i + rng.below(places.size() - i)]);
    result.value.expose()[places[i] / 8] ^= static_cast<Byte>(1U << places[i] % 8);
  }
  return result;
}

bool comes_back(const Template& second, const Extracted& extracted) {
  const auto value = reproduce(second, extracted.helper);
  return value && value->expose() == extracted.value.expose();
}

TEST(fuzzy_extractor, the_same_scan_gives_the_same_string) {
  SeededRng rng(1);
  const Template first = scan(rng);
  const auto extracted = generate(first, rng);
  ASSERT_TRUE(extracted);
  EXPECT_TRUE(comes_back(first, *extracted));
}

TEST(fuzzy_extractor, twenty_percent_of_wrong_bits_are_corrected) {
  SeededRng rng(2);
  for (int person = 0; person < 200; ++person) {
    const Template first = scan(rng);
    EXPECT_TRUE(comes_back(again(first, Template::bits / 5, rng), *generate(first, rng))) << person;
  }
}

TEST(fuzzy_extractor, twenty_percent_in_one_burst_are_corrected) {
  SeededRng rng(3);
  const Template first = scan(rng);
  const auto extracted = generate(first, rng);
  for (std::size_t start = 0; start + 51 <= 256; start += 5) {
    Template second{first.value.copy(), first.usable};
    for (std::size_t i = start; i < start + 51; ++i) second.value.expose()[i] ^= 0xff;
    EXPECT_TRUE(comes_back(second, *extracted)) << start;
  }
}

TEST(fuzzy_extractor, wrong_bits_among_unusable_ones_do_not_count) {
  SeededRng rng(4);
  const Template first = scan(rng, 400);
  const auto extracted = generate(first, rng);
  Template second = again(first, 0, rng);
  for (std::size_t i = 0; i < 50; ++i) second.value.expose()[i] ^= 0xff;
  EXPECT_TRUE(comes_back(second, *extracted));
}

TEST(fuzzy_extractor, another_person_and_too_different_a_scan_are_refused) {
  SeededRng rng(5);
  for (int person = 0; person < 50; ++person) {
    const Template first = scan(rng);
    const auto extracted = generate(first, rng);
    EXPECT_EQ(reproduce(scan(rng), extracted->helper).error(), Reject::biometrics_differ);
    EXPECT_EQ(reproduce(again(first, Template::bits * 38 / 100, rng), extracted->helper).error(), Reject::biometrics_differ);
  }
}

TEST(fuzzy_extractor, an_altered_helper_is_refused) {
  SeededRng rng(6);
  const Template first = scan(rng);
  const auto extracted = generate(first, rng);
  const Bytes bytes = encode(extracted->helper);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 7) {
    Bytes altered = bytes;
    altered[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    EXPECT_EQ(reproduce(first, *decode<Helper>(altered)).error(), Reject::biometrics_differ) << bit;
  }
}

TEST(fuzzy_extractor, too_few_usable_bits_are_refused) {
  SeededRng rng(7);
  EXPECT_EQ(generate(scan(rng, 513), rng).error(), Reject::template_unusable);
  const Template first = scan(rng, 512);
  const auto extracted = generate(first, rng);
  ASSERT_TRUE(extracted);
  Template second = again(first, 0, rng);
  std::fill_n(second.usable.begin(), 129, Byte{0});
  EXPECT_EQ(reproduce(second, extracted->helper).error(), Reject::template_unusable);
}

// The bits that a template lacks must not show the code word, which with the rest would show the template.
TEST(fuzzy_extractor, unusable_bits_of_the_helper_are_random) {
  SeededRng rng(8);
  const Template first = scan(rng, 512);
  std::size_t same = 0;
  const auto one = generate(first, rng);
  const auto other = generate(first, rng);
  for (std::size_t i = 0; i < 64; ++i)
    same += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(one->helper.offset[i] ^ other->helper.offset[i])));
  EXPECT_GT(same, 200U);
  EXPECT_LT(same, 312U);
}

TEST(hadamard_reed_solomon, six_wrong_symbols_or_twelve_known_ones_are_corrected) {
  SeededRng rng(9);
  Secret<CodeSymbols> symbols;
  rng.fill(ByteSpan(symbols.expose()).first(code_message_symbols));
  for (Byte& symbol : symbols.expose()) symbol &= 127;
  complete_with_parity(symbols.expose());
  const auto with_wrong = [&](std::size_t wrong, std::size_t erasures) {
    SoftSymbols soft{symbols.copy(), {}};
    soft.margins.expose().fill(40);
    for (std::size_t i = 0; i < wrong; ++i) {
      const std::size_t place = (5 * i + 3) % code_symbols;
      soft.symbols.expose()[place] ^= static_cast<Byte>(i + 1);
      soft.margins.expose()[place] = 1;
    }
    Secret<CodeSymbols> corrected;
    return correct(soft, erasures, corrected) && corrected.expose() == symbols.expose();
  };
  EXPECT_TRUE(with_wrong(6, 0));
  EXPECT_FALSE(with_wrong(7, 0));
  EXPECT_TRUE(with_wrong(12, 12));
  EXPECT_FALSE(with_wrong(13, 12));
  EXPECT_TRUE(with_wrong(9, 8));
}

TEST(hadamard_reed_solomon, spreading_and_gathering_are_inverse) {
  Secret<CodeSymbols> symbols;
  for (std::size_t start = 0; start < 128; start += 32) {
    for (std::size_t i = 0; i < code_symbols; ++i) symbols.expose()[i] = static_cast<Byte>(start + i);
    CodeBits all;
    all.fill(0xff);
    const SoftSymbols soft = gather(spread(symbols), all);
    EXPECT_EQ(soft.symbols.expose(), symbols.expose());
    for (const Byte margin : soft.margins.expose()) EXPECT_EQ(margin, 64);
  }
}

}  // namespace
}  // namespace caduceus
