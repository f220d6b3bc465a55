#include "core/crypto/aggregate_equation.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

constexpr std::size_t weight_bits = 128;

// Σ z·P; a single term of weight 1 is what it is.
G1 weighted_sum(std::span<const Term<CurveG1>> terms) {
  if (terms.size() == 1 && terms[0].scalar == Scalar(1)) return terms[0].point;
  return public_sum_of_products(terms, weight_bits);
}

// Values that live in the messages, looked up without copies.
struct OrderByValue {
  bool operator()(const OneTimeString* a, const OneTimeString* b) const { return *a < *b; }
};
struct HashOfValue {
  std::size_t operator()(const Identity* identity) const { return std::hash<Identity>{}(*identity); }
};
struct EqualByValue {
  bool operator()(const Identity* a, const Identity* b) const { return *a == *b; }
};

}  // namespace

G1 hash_one_time_string(const OneTimeString& w) { return hash_to_g1(PointHash::one_time_string, {w.bytes}); }

Scalar aggregate_challenge(const Bytes32& message, ByteView encoded_identity, const OneTimeString& w) {
  return hash_to_scalar(ScalarHash::h0, {message, encoded_identity, w.bytes});
}

PreparedSignatures::PreparedSignatures(std::span<const IndividualSignature> signatures) {
  std::vector<G1> g1;
  std::vector<G2> g2;
  for (const auto& signature : signatures) {
    g1.push_back(signature.s);
    g2.push_back(signature.t);
  }
  s = to_affine(std::span<const G1>(g1));
  t = to_affine(std::span<const G2>(g2));
}

AggregateEquation::AggregateEquation(const SystemParameters& parameters, std::span<const SignedMessage> messages,
                                     HashedIdentities& identities)
    : parameters_(parameters) {
  // Many messages, few w's: a set compares less than sorting does.
  std::set<const OneTimeString*, OrderByValue> strings;
  for (const auto& message : messages) strings.insert(&message.w);
  strings_.assign(strings.begin(), strings.end());
  for (const auto* w : strings_) string_points_.push_back(hash_one_time_string(*w));

  std::unordered_map<const Identity*, std::size_t, HashOfValue, EqualByValue> places;
  places.reserve(messages.size());
  std::vector<const Identity*> signers;
  std::vector<Bytes> encoded;
  entries_.reserve(messages.size());
  for (const auto& message : messages) {
    const auto [place, is_new] = places.try_emplace(&message.signer, signers.size());
    if (is_new) {
      signers.push_back(&message.signer);
      encoded.push_back(encode(message.signer));
    }
    const auto string = static_cast<std::size_t>(std::ranges::lower_bound(strings_, &message.w, OrderByValue{}) - strings_.begin());
    entries_.push_back({place->second, string, aggregate_challenge(message.message, encoded[place->second], message.w)});
  }
  identities_ = identities.look_up(signers);

  std::vector<std::pair<std::size_t, std::size_t>> uses;
  uses.reserve(entries_.size());
  for (const auto& entry : entries_) uses.emplace_back(entry.string, entry.signer);
  std::ranges::sort(uses);
  reused_w_ = std::ranges::adjacent_find(uses) != uses.end();
}

bool AggregateEquation::balances(std::vector<PairingFactor> factors, const G1& s, const G1& identities) const {
  factors.push_back({identities, parameters_.aggregate_g2});
  factors.push_back({G1() - s, G2::generator()});
  return pairing_product(factors).is_one();
}

bool AggregateEquation::holds(const AggregateSignature& aggregate, Rng& rng) const {
  CHECK(aggregate.sums.size() == strings_.size());
  // One w needs no weight: there is nothing that it could cancel with.
  std::vector<Scalar> weights(strings_.size(), Scalar(1));
  if (weights.size() > 1) std::ranges::generate(weights, [&] { return Scalar::random_weight(rng); });

  // Σ_i Q0_i under each w, weighted once a w; Q1 weighted once an identity, by Σ_w z_w·c_i.
  std::vector<std::vector<const AffineG1*>> under_w(strings_.size());
  std::vector<Scalar> coefficients(identities_.size());
  for (const auto& entry : entries_) {
    under_w[entry.string].push_back(&identities_[entry.signer].signature0);
    coefficients[entry.signer] += weights[entry.string] * entry.challenge;
  }
  std::vector<const AffineG1*> second;
  second.reserve(identities_.size());
  for (const auto& identity : identities_) second.push_back(&identity.signature1);
  G1 identities = public_multi_product(std::span<const AffineG1* const>(second), std::span<const Scalar>(coefficients));

  std::vector<PairingFactor> factors;
  std::vector<Term<CurveG1>> s;
  std::vector<Term<CurveG1>> first;
  for (std::size_t w = 0; w < strings_.size(); ++w) {
    s.push_back({weights[w], aggregate.sums[w].s});
    first.push_back({weights[w], sum(std::span<const AffineG1* const>(under_w[w]))});
    const Term<CurveG1> string{weights[w], string_points_[w]};
    factors.push_back({weighted_sum({&string, 1}), aggregate.sums[w].t});
  }
  identities += weighted_sum(first);
  return balances(std::move(factors), weighted_sum(s), identities);
}

bool AggregateEquation::holds(const PreparedSignatures& signatures, std::size_t begin, std::size_t end, Rng& rng) const {
  std::vector<Scalar> weights(end - begin);
  std::ranges::generate(weights, [&] { return Scalar::random_weight(rng); });

  std::vector<const AffineG1*> s;
  std::vector<const AffineG1*> hashed;
  std::vector<Scalar> coefficients;
  std::vector<std::vector<const AffineG2*>> t(strings_.size());
  std::vector<std::vector<Scalar>> t_weights(strings_.size());
  for (std::size_t i = begin; i < end; ++i) {
    const Entry& entry = entries_[i];
    const Scalar& z = weights[i - begin];
    s.push_back(&signatures.s[i]);
    t[entry.string].push_back(&signatures.t[i]);
    t_weights[entry.string].push_back(z);
    hashed.push_back(&identities_[entry.signer].signature0);
    coefficients.push_back(z);
    hashed.push_back(&identities_[entry.signer].signature1);
    coefficients.push_back(z * entry.challenge);
  }
  std::vector<PairingFactor> factors;
  for (std::size_t w = 0; w < strings_.size(); ++w) {
    if (t[w].empty()) continue;
    factors.push_back({string_points_[w],
                       public_multi_product(std::span<const AffineG2* const>(t[w]), std::span<const Scalar>(t_weights[w]), weight_bits)});
  }
  return balances(std::move(factors),
                  public_multi_product(std::span<const AffineG1* const>(s), std::span<const Scalar>(weights), weight_bits),
                  public_multi_product(std::span<const AffineG1* const>(hashed), std::span<const Scalar>(coefficients)));
}

}  // namespace caduceus
