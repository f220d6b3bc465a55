#include <memory>

#include "bench/rows.h"
#include "core/crypto/aggregate_signature.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t most_signers = 10'000;

OneTimeString the_string() { return slot_string(NetworkId{}, {Epoch(2'900'000), 0}); }

HashInput string_input() { return hash_input("CADUCEUS-V1-H1-W", {the_string().bytes}); }

HashInput challenge_input(const SignedMessage& message) {
  return hash_input("CADUCEUS-V1-H0", {message.message, encode(message.signer), message.w.bytes});
}

// Doctors who have each signed a message of their own under one w. They are made when they are first asked for, and kept for the next row.
class Signers {
 public:
  Signers() : secrets_(MasterSecrets::random(rng_)), parameters_(*decode<SystemParameters>(encode(SystemParameters::of(secrets_)))) {}

  std::span<const SignedMessage> messages(std::size_t count) {
    grow(count);
    return std::span(messages_).first(count);
  }
  AggregateSignature aggregated(std::size_t count) {
    const auto some = messages(count);
    const AggregateSignature sum = *aggregate(some, std::span(signatures_).first(count));
    return *decode_aggregate(encode_aggregate(sum), some);  // as it comes from the wire
  }
  [[nodiscard]] const SystemParameters& parameters() const { return parameters_; }
  // As a keystore gives it.
  [[nodiscard]] AggregateKey key() const {
    const AggregateKey key = extract_aggregate_key(secrets_.aggregate, doctor(0));
    return *decode<AggregateKey>(encode_secret(key).expose());
  }
  Rng& rng() { return rng_; }

 private:
  void grow(std::size_t count) {
    while (messages_.size() < count) {
      const Identity signer = doctor(messages_.size());
      messages_.push_back({signer, rng_.bytes<32>(), the_string()});
      const AggregateKey key = extract_aggregate_key(secrets_.aggregate, signer);
      signatures_.push_back(sign(key, messages_.back().message, UnusedString::assume_unused(the_string()), rng_));
    }
  }

  SeededRng rng_{5};
  MasterSecrets secrets_;
  SystemParameters parameters_;
  std::vector<SignedMessage> messages_;
  std::vector<IndividualSignature> signatures_;
};

Case sign_case(Signers& signers) {
  const auto key = std::make_shared<const AggregateKey>(signers.key());
  const SignedMessage message{key->identity, signers.rng().bytes<32>(), the_string()};
  AggregateSignFloor floor{challenge_input(message), string_input(), encoded(key->k0.expose()), encoded(key->k1.expose()),
                           encoded(Scalar::random(signers.rng()))};
  return {[key, message, &signers] {
            const auto signature = sign(*key, message.message, UnusedString::assume_unused(message.w), signers.rng());
            return !signature.s.is_identity();
          },
          aggregate_sign_floor(floor), G1::encoded_size + G2::encoded_size};
}

AggregateVerifyFloor verify_floor(Signers& signers, std::span<const SignedMessage> messages, const AggregateSignature& aggregate,
                                  bool cold) {
  AggregateVerifyFloor floor;
  floor.string = string_input();
  for (const SignedMessage& message : messages) {
    const Bytes id = encode(message.signer);
    floor.challenges.push_back(challenge_input(message));
    floor.signature0.push_back(hash_input("CADUCEUS-V1-H1-SIG0", {id}));
    floor.signature1.push_back(hash_input("CADUCEUS-V1-H1-SIG1", {id}));
  }
  floor.cold = cold;
  floor.s = encoded(aggregate.sums[0].s);
  floor.t = encoded(aggregate.sums[0].t);
  floor.parameter = encoded(signers.parameters().aggregate_g2);
  return floor;
}

Case verify_case(Signers& signers, std::size_t count, bool cold) {
  const auto messages = signers.messages(count);
  const AggregateSignature aggregate = signers.aggregated(count);
  // A cold cache is an empty one, each time.
  const auto cache = std::make_shared<HashedIdentities>(most_signers);
  return {[=, &signers] {
            if (cold) *cache = HashedIdentities(most_signers);
            return verify(signers.parameters(), messages, aggregate, *cache, signers.rng()).has_value();
          },
          aggregate_verify_floor(verify_floor(signers, messages, aggregate, cold)), encode_aggregate(aggregate).size()};
}

}  // namespace

std::vector<Row> aggregate_rows() {
  const auto signers = std::make_shared<Signers>();
  std::vector<Row> rows{{"ibas.sign", [signers] { return sign_case(*signers); }, {}}};
  for (const std::size_t count : {1U, 10U, 100U, 1000U, 10'000U}) {
    std::string rival;
    if (count >= 1000) rival = rows.emplace_back(ecdsa_row(count)).name;
    const std::string name = "ibas.verify." + std::to_string(count);
    rows.push_back({name, [=] { return verify_case(*signers, count, false); }, rival});
    rows.push_back({name + ".cold", [=] { return verify_case(*signers, count, true); }, {}});
  }
  return rows;
}

}  // namespace caduceus::bench
