#include "core/crypto/aggregate_signature.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/check.h"
#include "core/crypto/aggregate_equation.h"

namespace caduceus {
namespace {

// Adds (s, t) to the sum under w.
Checked<AggregateSignature> sums_of(std::vector<AggregateSignature::Sum> parts) {
  std::ranges::sort(parts, {}, &AggregateSignature::Sum::w);
  AggregateSignature result;
  for (auto& part : parts) {
    if (!result.sums.empty() && result.sums.back().w == part.w) {
      result.sums.back().s += part.s;
      result.sums.back().t += part.t;
    } else {
      result.sums.push_back(std::move(part));
    }
  }
  for (const auto& sum : result.sums) {
    if (sum.s.is_identity() || sum.t.is_identity()) return reject(Reject::point_is_identity);
  }
  return result;
}

}  // namespace

IndividualSignature sign(const AggregateKey& key, const Bytes32& message, UnusedString w, Rng& rng) {
  CHECK(!w.string().bytes.empty());  // a w that was moved away: signing under it is signing twice
  const Scalar c = aggregate_challenge(message, encode(key.identity), w.string());
  const Secret<Scalar> rho(Scalar::random(rng));
  Secret<G1> s(key.k1.expose());
  s.expose() *= c;
  s.expose() += key.k0.expose();
  s.expose() += rho.expose() * hash_one_time_string(w.string());
  return {s.expose(), rho.expose() * G2::generator()};
}

Checked<AggregateSignature> aggregate(std::span<const SignedMessage> messages, std::span<const IndividualSignature> signatures) {
  CHECK(messages.size() == signatures.size());
  std::set<std::pair<const OneTimeString&, const Identity&>> seen;
  std::vector<AggregateSignature::Sum> parts;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!seen.emplace(messages[i].w, messages[i].signer).second) return reject(Reject::aggregate_w_reused);
    parts.push_back({messages[i].w, signatures[i].s, signatures[i].t});
  }
  return sums_of(std::move(parts));
}

Checked<AggregateSignature> merge(std::span<const AggregateSignature> aggregates) {
  std::vector<AggregateSignature::Sum> parts;
  for (const auto& one : aggregates) parts.insert(parts.end(), one.sums.begin(), one.sums.end());
  return sums_of(std::move(parts));
}

std::vector<std::size_t> find_cancelling(std::span<const AggregateSignature> aggregates) {
  std::map<OneTimeString, std::pair<G1, G2>> sums;
  const auto cancels = [&](const AggregateSignature::Sum& one) {
    const auto before = sums.find(one.w);
    if (before == sums.end()) return one.s.is_identity() || one.t.is_identity();
    return (before->second.first + one.s).is_identity() || (before->second.second + one.t).is_identity();
  };
  std::vector<std::size_t> cancelling;
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    if (std::ranges::any_of(aggregates[i].sums, cancels)) {
      cancelling.push_back(i);
      continue;
    }
    for (const auto& one : aggregates[i].sums) {
      auto& [s, t] = sums[one.w];
      s += one.s;
      t += one.t;
    }
  }
  return cancelling;
}

Checked<void> verify(const SystemParameters& parameters, std::span<const SignedMessage> messages, const AggregateSignature& aggregate,
                     HashedIdentities& identities, Rng& rng) {
  for (std::size_t i = 1; i < aggregate.sums.size(); ++i) {
    if (aggregate.sums[i - 1].w >= aggregate.sums[i].w) return reject(Reject::aggregate_w_order);
  }
  const AggregateEquation equation(parameters, messages, identities);
  if (equation.has_reused_w()) return reject(Reject::aggregate_w_reused);
  if (!std::ranges::equal(
          equation.strings(), aggregate.sums, {}, [](const OneTimeString* w) -> const OneTimeString& { return *w; },
          &AggregateSignature::Sum::w)) {
    return reject(Reject::aggregate_w_set);
  }
  if (!equation.holds(aggregate, rng)) return reject(Reject::aggregate_invalid);
  return {};
}

std::vector<std::size_t> find_invalid(const SystemParameters& parameters, std::span<const SignedMessage> messages,
                                      std::span<const IndividualSignature> signatures, HashedIdentities& identities, Rng& rng) {
  CHECK(messages.size() == signatures.size());
  const AggregateEquation equation(parameters, messages, identities);
  const PreparedSignatures prepared(signatures);
  std::vector<std::size_t> invalid;
  const auto search = [&](const auto& self, std::size_t begin, std::size_t end) -> void {
    if (begin == end || equation.holds(prepared, begin, end, rng)) return;
    if (end - begin == 1) {
      invalid.push_back(begin);
      return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    self(self, begin, middle);
    self(self, middle, end);
  };
  search(search, 0, messages.size());
  return invalid;
}

Bytes encode_aggregate(const AggregateSignature& aggregate) {
  List<IndividualSignature, aggregate_size_limit> pairs;
  for (const auto& sum : aggregate.sums) pairs.items.push_back({sum.s, sum.t});
  return encode(pairs);
}

Checked<AggregateSignature> decode_aggregate(ByteView bytes, std::span<const SignedMessage> messages) {
  using Pairs = List<IndividualSignature, aggregate_size_limit>;
  TRY(const Pairs pairs, decode<Pairs>(bytes));
  std::set<OneTimeString> strings;
  for (const auto& message : messages) strings.insert(message.w);
  if (strings.size() != pairs.items.size()) return reject(Reject::aggregate_w_set);
  AggregateSignature aggregate;
  for (const auto& w : strings) {
    const auto& pair = pairs.items[aggregate.sums.size()];
    aggregate.sums.push_back({w, pair.s, pair.t});
  }
  return aggregate;
}

}  // namespace caduceus
