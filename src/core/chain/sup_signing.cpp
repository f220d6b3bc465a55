#include "core/chain/sup_signing.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/multi_signature.h"

namespace caduceus {
namespace {

constexpr std::string_view registration_purpose = "tx_reg";

Bytes registration_message(const NetworkId& net, const RegistrationTerms& terms) {
  Bytes message(net.begin(), net.end());
  const TransactionHash htx = hash_of(terms);
  message.insert(message.end(), htx.begin(), htx.end());
  return message;
}

// What stands in a transaction beside identity-based signatures.
struct AloneCheck {
  const TransactionKeys& keys;

  Checked<void> operator()(const EmergencyTransaction& /*transaction*/) const { return {}; }
  Checked<void> operator()(const Dispute& /*transaction*/) const { return {}; }
  Checked<void> operator()(const DisputeAnswer& /*transaction*/) const { return {}; }

  Checked<void> operator()(const RevocationTransaction& transaction) const {
    const RevocationTerms& terms = transaction.terms;
    TRY(const Signature signature, terms.licence_signature.value());
    return caduceus::verify(keys.parameters.signing, {terms.hospital, signature.public_point}, "licence", encode(terms.licence), signature);
  }

  Checked<void> operator()(const Registration& transaction) const {
    const RegistrationTerms& terms = transaction.terms;
    TRY_VOID(check_pkg(account_statement(keys.net, terms), terms.pkg_signature));
    TRY(const G1 public_point, terms.public_point.value());
    TRY(const Signature signature, transaction.signature.value());
    TRY_VOID(caduceus::verify(keys.parameters.signing, {terms.identity, public_point}, registration_purpose,
                              registration_message(keys.net, terms), signature));
    SealingPublicKey sealing{terms.identity, {}, {}, {}};
    TRY(sealing.key, terms.sealing_key.value());
    TRY(sealing.challenge, terms.possession_challenge.value());
    TRY(sealing.response, terms.possession_response.value());
    return caduceus::verify(sealing);
  }

  Checked<void> operator()(const PatientRegistration& transaction) const {
    return check_pkg(patient_account_statement(keys.net, transaction.terms), transaction.terms.pkg_signature);
  }

  [[nodiscard]] Checked<void> check_pkg(const Bytes& statement, const EncodedG1& encoded) const {
    TRY(const G1 signature, encoded.value());
    if (!verify_part(AffineG2(keys.pkg), statement, signature)) return reject(Reject::transaction_pkg);
    return {};
  }
};

template <class T>
constexpr bool is_sup_signed = false;
template <class Terms>
constexpr bool is_sup_signed<SupSigned<Terms>> = true;

}  // namespace

Checked<EncodedSum> sum_parts(std::span<const IndividualSignature> parts) {
  IndividualSignature sum;
  for (const auto& part : parts) {
    sum.s += part.s;
    sum.t += part.t;
  }
  TRY_VOID(not_identity(sum.s));
  TRY_VOID(not_identity(sum.t));
  return EncodedSum::of(sum);
}

Registration sign_registration(const NetworkId& net, const G1& ppub, const RegistrationTerms& terms, const SigningKey& signer, Rng& rng) {
  CHECK(signer.identity == terms.identity);
  return {terms, EncodedSignature::of(sign(ppub, signer, registration_purpose, registration_message(net, terms), rng))};
}

// The identity-based signatures of one transaction.
struct TransactionVerifier::Sum {
  std::size_t place = 0;  // of the transaction among all
  OneTimeString w;
  TransactionHash htx{};
  std::vector<const Identity*> signers;
  IndividualSignature sum;
};

Checked<void> TransactionVerifier::check_alone(const SupTransaction& transaction, std::size_t place, std::vector<Sum>& sums) const {
  TRY_VOID(std::visit(AloneCheck{keys_}, transaction));
  return std::visit(
      [&](const auto& one) -> Checked<void> {
        if constexpr (is_sup_signed<std::remove_cvref_t<decltype(one)>>) {
          TRY(const IndividualSignature sum, one.sum.value());
          sums.push_back({place, nonce_string(nonce_terms(keys_.net, one)), hash_of(one.terms), signers_of(transaction), sum});
        }
        return {};
      },
      transaction);
}

Checked<void> TransactionVerifier::verify_sums(std::span<const Sum> sums, Rng& rng) {
  if (sums.empty()) return {};
  std::vector<SignedMessage> messages;
  AggregateSignature aggregate;
  for (const Sum& sum : sums) {
    for (const Identity* signer : sum.signers) messages.push_back({*signer, sum.htx, sum.w});
    aggregate.sums.push_back({sum.w, sum.sum.s, sum.sum.t});
  }
  std::ranges::sort(aggregate.sums, {}, &AggregateSignature::Sum::w);
  if (std::ranges::adjacent_find(aggregate.sums, {}, &AggregateSignature::Sum::w) != aggregate.sums.end()) {
    return reject(Reject::aggregate_w_reused);
  }
  return caduceus::verify(keys_.parameters, messages, aggregate, identities_, rng);
}

const Bytes32* TransactionVerifier::known(const Bytes32& digest) const {
  const auto found = known_.find(digest);
  return found == known_.end() ? nullptr : &found->second;
}

void TransactionVerifier::remember(const Known& known) {
  if (!known_.emplace(known.digest, known.w).second) return;
  by_age_.push_back(known.digest);
  if (by_age_.size() <= most_known) return;
  known_.erase(by_age_.front());
  by_age_.pop_front();
}

Checked<void> TransactionVerifier::verify(std::span<const SupTransaction> transactions, Rng& rng) {
  std::vector<Sum> sums;
  std::vector<Known> all;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    all.push_back({sha256(encode(transactions[i])), {}});
    if (const Bytes32* w = known(all[i].digest)) {
      all[i].w = *w;
      continue;
    }
    const std::size_t before = sums.size();
    TRY_VOID(check_alone(transactions[i], i, sums));
    if (sums.size() > before) all[i].w = sha256(sums.back().w.bytes);
  }
  // R4 also where one of the two is known.
  std::vector<Bytes32> strings;
  for (const Known& one : all) {
    if (one.w != Bytes32{}) strings.push_back(one.w);
  }
  std::ranges::sort(strings);
  if (std::ranges::adjacent_find(strings) != strings.end()) return reject(Reject::aggregate_w_reused);
  TRY_VOID(verify_sums(sums, rng));
  for (const Known& one : all) remember(one);
  return {};
}

std::vector<Checked<VerifiedTransaction>> TransactionVerifier::verify_each(std::vector<SupTransaction> transactions, Rng& rng) {
  std::vector<Checked<void>> verified(transactions.size());
  std::vector<Known> all(transactions.size());
  std::vector<Sum> sums;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    all[i].digest = sha256(encode(transactions[i]));
    if (const Bytes32* w = known(all[i].digest)) {
      all[i].w = *w;
    } else {
      verified[i] = check_alone(transactions[i], i, sums);
    }
  }
  for (const Sum& sum : sums) all[sum.place].w = sha256(sum.w.bytes);
  const auto search = [&](const auto& self, std::size_t begin, std::size_t end) -> void {
    const auto holds = verify_sums(std::span(sums).subspan(begin, end - begin), rng);
    if (holds) return;
    if (end - begin == 1) {
      verified[sums[begin].place] = reject(holds.error());
      return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    self(self, begin, middle);
    self(self, middle, end);
  };
  search(search, 0, sums.size());

  std::vector<Checked<VerifiedTransaction>> result;
  result.reserve(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    result.push_back(verified[i].map([&] {
      remember(all[i]);
      const TransactionHash htx = hash_of(transactions[i]);
      return VerifiedTransaction(std::move(transactions[i]), htx, all[i].w);
    }));
  }
  return result;
}

}  // namespace caduceus
