#include "core/med/signing.h"

#include <algorithm>
#include <bit>
#include <set>

#include "core/base/check.h"

namespace caduceus::med {
namespace {

// What a bundle adds up.
struct Addend {
  RecordGroup group;
  IndividualSignature signature;
};

// Fisher and Yates. What a bundle says of patients is not told by its order.
void shuffle(std::vector<Addend>& groups, Rng& rng) {
  for (std::size_t i = groups.size(); i > 1; --i) {
    // At most 2^16 groups: the rest of 64 bits is uniform within 2^-48.
    const std::size_t other = std::bit_cast<std::uint64_t>(rng.bytes<8>()) % i;
    std::swap(groups[i - 1], groups[other]);
  }
}

AggregateSignature single(OneTimeString w, const IndividualSignature& signature) { return {{{std::move(w), signature.s, signature.t}}}; }

// Without those at these places, which ascend.
template <class T>
void leave_out(std::vector<T>& items, std::span<const std::size_t> places) {
  if (places.empty()) return;
  std::vector<T> left;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!std::ranges::binary_search(places, i)) left.push_back(std::move(items[i]));
  }
  items = std::move(left);
}

// The groups that have a sum together: a doctor's first one under a slot, and none that cancels those before it.
Checked<std::vector<Addend>> addends(const NetworkId& net, std::vector<SignedGroup> groups) {
  std::set<std::pair<Identity, Slot>> seen;
  std::vector<Addend> found;
  std::vector<AggregateSignature> parts;
  for (SignedGroup& one : groups) {
    if (!seen.emplace(one.group.doctor, one.group.slot).second) continue;
    TRY(const IndividualSignature signature, one.signature.value());
    parts.push_back(single(slot_string(net, one.group.slot), signature));
    found.push_back({std::move(one.group), signature});
  }
  leave_out(found, find_cancelling(parts));
  return found;
}

}  // namespace

SignedGroup sign_group(const Identity& hospital, Identity doctor, std::vector<RecordLine> records, ReservedSlot slot,
                       const AggregateKey& key, Rng& rng) {
  CHECK(!records.empty() && key.identity == doctor);
  SignedGroup signed_group{{std::move(doctor), slot.slot, {std::move(records)}}, {}};
  signed_group.signature = EncodedSum::of(sign(key, group_message(hospital, signed_group.group), std::move(slot.w), rng));
  return signed_group;
}

Checked<SignedBundle> make_bundle(const NetworkId& net, const Identity& hospital, std::vector<SignedGroup> groups, Time closed,
                                  ReservedSlot slot, const AggregateKey& key, Rng& rng) {
  CHECK(!groups.empty() && key.identity == hospital);
  TRY(std::vector<Addend> added, addends(net, std::move(groups)));
  shuffle(added, rng);
  SignedBundle bundle{{hospital, closed, slot.slot, {}}, {}};
  std::vector<IndividualSignature> signatures;
  signatures.reserve(added.size() + 1);
  for (Addend& one : added) {
    signatures.push_back(one.signature);
    bundle.bundle.groups.items.push_back(std::move(one.group));
  }
  const auto messages = signed_messages(net, bundle.bundle);
  signatures.push_back(sign(key, messages.back().message, std::move(slot.w), rng));
  TRY(const AggregateSignature sum, aggregate(messages, signatures));
  bundle.aggregate.value = encode_aggregate(sum);
  return bundle;
}

SignedCall sign_call(const NetworkId& net, Call call, const AggregateKey& account, Rng& rng) {
  CHECK(account.identity == call.account);
  OwnNonce own = OwnNonce::draw(rng);
  call.nonce = own.value();
  auto w = std::move(own).claim(nonce_terms(net, call), call.account);
  CHECK(w.has_value());
  const auto signature = EncodedSum::of(sign(account, call_hash(call), *std::move(w), rng));
  return {std::move(call), signature};
}

Checked<MedBody> make_body(const NetworkId& net, std::span<const SignedBundle* const> bundles, std::span<const SignedCall* const> calls,
                           std::vector<ReuseEvidence> evidence) {
  MedBody body;
  std::vector<AggregateSignature> parts;
  parts.reserve(bundles.size() + calls.size());
  for (const SignedBundle* one : bundles) {
    TRY(AggregateSignature part, decode_aggregate(one->aggregate.value, signed_messages(net, one->bundle)));
    parts.push_back(std::move(part));
    body.bundles.items.push_back(one->bundle);
  }
  for (const SignedCall* one : calls) {
    TRY(const IndividualSignature signature, one->signature.value());
    parts.push_back(single(signed_message(net, one->call).w, signature));
    body.calls.items.push_back(one->call);
  }
  body.evidence.items = std::move(evidence);
  auto sum = merge(parts);
  if (!sum) {
    auto cancelling = find_cancelling(parts);
    leave_out(parts, cancelling);
    const auto of_calls = std::ranges::lower_bound(cancelling, bundles.size());
    leave_out(body.bundles.items, std::span(cancelling.begin(), of_calls));
    for (auto call = of_calls; call != cancelling.end(); ++call) *call -= bundles.size();
    leave_out(body.calls.items, std::span(of_calls, cancelling.end()));
    sum = merge(parts);
    CHECK(sum.has_value());
  }
  body.aggregate.value = encode_aggregate(*sum);
  return body;
}

std::vector<std::size_t> SignatureVerifier::invalid_groups(const Identity& hospital, std::span<const SignedGroup> groups, Rng& rng) {
  std::vector<SignedMessage> messages;
  std::vector<IndividualSignature> signatures;
  std::vector<std::size_t> places, invalid;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto signature = groups[i].signature.value();
    if (!signature) {
      invalid.push_back(i);
      continue;
    }
    const RecordGroup& group = groups[i].group;
    messages.push_back({group.doctor, group_message(hospital, group), slot_string(net_, group.slot)});
    signatures.push_back(*signature);
    places.push_back(i);
  }
  for (const std::size_t i : find_invalid(parameters_, messages, signatures, identities_, rng)) invalid.push_back(places[i]);
  std::ranges::sort(invalid);
  return invalid;
}

Checked<Signed<SignedBundle>> SignatureVerifier::verify(SignedBundle bundle, Rng& rng) {
  const auto messages = signed_messages(net_, bundle.bundle);
  TRY(const AggregateSignature sum, decode_aggregate(bundle.aggregate.value, messages));
  TRY_VOID(caduceus::verify(parameters_, messages, sum, identities_, rng));
  return Signed<SignedBundle>(std::move(bundle));
}

Checked<Signed<SignedCall>> SignatureVerifier::verify(SignedCall call, Rng& rng) {
  const SignedMessage message = signed_message(net_, call.call);
  TRY(const IndividualSignature signature, call.signature.value());
  TRY_VOID(caduceus::verify(parameters_, {&message, 1}, single(message.w, signature), identities_, rng));
  return Signed<SignedCall>(std::move(call));
}

Checked<void> SignatureVerifier::check(const ReuseEvidence& evidence, Rng& rng) {
  const OneTimeString w{evidence.w.value};
  for (const auto& [message, encoded] :
       {std::pair(evidence.first, evidence.first_signature), std::pair(evidence.second, evidence.second_signature)}) {
    const SignedMessage said{evidence.signer, message, w};
    TRY(const IndividualSignature signature, encoded.value());
    TRY_VOID(caduceus::verify(parameters_, {&said, 1}, single(w, signature), identities_, rng));
  }
  return {};
}

Checked<Signed<ReuseEvidence>> SignatureVerifier::verify(ReuseEvidence evidence, Rng& rng) {
  TRY_VOID(check(evidence, rng));
  return Signed<ReuseEvidence>(std::move(evidence));
}

Checked<Signed<MedBody>> SignatureVerifier::verify(const Bytes32& transactions, MedBody body, Rng& rng) {
  if (transaction_tree(body).root() != transactions) return reject(Reject::mblock_transactions);
  if (encode(body).size() > MedBody::most_bytes) return reject(Reject::mblock_size);
  for (const ReuseEvidence& evidence : body.evidence.items) TRY_VOID(check(evidence, rng));
  const auto messages = signed_messages(net_, body);
  TRY(const AggregateSignature sum, decode_aggregate(body.aggregate.value, messages));
  TRY_VOID(caduceus::verify(parameters_, messages, sum, identities_, rng));
  return Signed<MedBody>(std::move(body));
}

}  // namespace caduceus::med
