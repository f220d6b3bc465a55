// Aggregates do not depend on who aggregated what with what, and invalid signatures are found wherever they stand.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/attacks/consortium.h"

namespace caduceus {
namespace {

constexpr std::size_t signers = 6;
constexpr std::size_t strings = 4;

// Every signer under every w, signed once for all cases.
struct World {
  Consortium consortium;
  SignedMessages all;

  World() {
    for (std::size_t signer = 0; signer < signers; ++signer) {
      const char letter = static_cast<char>('a' + signer);
      const AggregateKey key = extract_aggregate_key(consortium.secrets.aggregate, doctor({&letter, 1}));
      for (std::size_t w = 0; w < strings; ++w) {
        const char digit = static_cast<char>('0' + w);
        consortium.say(all, key, "text", w_of({&digit, 1}));
      }
    }
  }
};
World& world() {
  static World one;
  return one;
}

// Some of the world's signed messages, in any order.
SignedMessages any_signed_messages() {
  const SignedMessages& all = world().all;
  std::vector<std::size_t> places(all.messages.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  SeededRng rng(*rc::gen::arbitrary<std::uint64_t>());
  for (std::size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[rng.below(i)]);
  places.resize(*rc::gen::inRange<std::size_t>(1, places.size() + 1));
  SignedMessages some;
  for (const std::size_t place : places) some.add(all.messages[place], all.signatures[place]);
  return some;
}

// The messages dealt out to bundles, each aggregated by itself, and their aggregates merged two at a time, any two.
AggregateSignature aggregate_in_layers(const SignedMessages& some) {
  std::vector<SignedMessages> bundles(*rc::gen::inRange<std::size_t>(1, 6));
  for (std::size_t i = 0; i < some.messages.size(); ++i) {
    bundles[*rc::gen::inRange<std::size_t>(0, bundles.size())].add(some.messages[i], some.signatures[i]);
  }
  std::vector<AggregateSignature> aggregates;
  aggregates.reserve(bundles.size());
  for (const auto& bundle : bundles) aggregates.push_back(*aggregate(bundle.messages, bundle.signatures));
  while (aggregates.size() > 1) {
    const auto other = *rc::gen::inRange<std::size_t>(0, aggregates.size() - 1);
    aggregates[other] = *merge(std::vector{aggregates[other], aggregates.back()});
    aggregates.pop_back();
  }
  return aggregates[0];
}

RC_GTEST_PROP(aggregation, in_any_order_and_grouping_gives_the_same_and_verifies, ()) {
  const SignedMessages some = any_signed_messages();
  const auto at_once = aggregate(some.messages, some.signatures);
  RC_ASSERT(at_once.has_value());
  RC_ASSERT(aggregate_in_layers(some) == *at_once);
  RC_ASSERT(encode_aggregate(aggregate_in_layers(some)) == encode_aggregate(*at_once));
  RC_ASSERT(world().consortium.verify(some, *at_once).has_value());
  RC_ASSERT(decode_aggregate(encode_aggregate(*at_once), some.messages) == *at_once);
}

RC_GTEST_PROP(aggregation, an_aggregate_of_other_messages_is_refused, ()) {
  const SignedMessages some = any_signed_messages();
  const SignedMessages others = any_signed_messages();
  const auto names = [](const SignedMessages& of) {
    std::vector<std::pair<Bytes, Identity>> all;
    all.reserve(of.messages.size());
    for (const auto& message : of.messages) all.emplace_back(message.w.bytes, message.signer);
    std::ranges::sort(all);
    return all;
  };
  const bool same = names(some) == names(others);
  RC_ASSERT(world().consortium.verify(others, *aggregate(some.messages, some.signatures)).has_value() == same);
}

RC_GTEST_PROP(aggregation, exactly_the_invalid_signatures_are_found, ()) {
  SignedMessages some = any_signed_messages();
  std::vector<std::size_t> planted;
  const auto one_in = *rc::gen::inRange(1, 20);
  SeededRng rng(*rc::gen::arbitrary<std::uint64_t>());
  G1 errors;
  for (std::size_t i = 0; i < some.messages.size(); ++i) {
    if (rng.below(static_cast<std::uint64_t>(one_in)) != 0) continue;
    planted.push_back(i);
    // All but the first get an error of their own; the first one cancels them.
    const G1 error = Scalar::random(rng) * G1::generator();
    some.signatures[i].s += error;
    errors += error;
  }
  if (planted.size() > 1) some.signatures[planted[0]].s -= errors;
  RC_ASSERT(world().consortium.find_invalid(some) == planted);
}

}  // namespace
}  // namespace caduceus
