#include "app/sup_reader.h"

#include <algorithm>

#include "app/public_file.h"

namespace caduceus {
namespace {

sup::AskProof in_state(Bytes key) { return {sup::SnapshotTrie::state, {std::move(key)}}; }

// The height in a page's key; a key of what stands behind the pages, or of nothing, is above all heights.
std::uint64_t height_in(const std::optional<Bytes>& key) {
  constexpr std::uint64_t none = UINT64_MAX;
  if (!key || key->empty() || key->front() != static_cast<Byte>(sup::Table::emergency_page)) return none;
  Bytes padded = *key;
  padded.resize(1 + sizeof(std::uint64_t));
  const auto height = decode<std::uint64_t>(ByteView(padded).subspan(1));
  return height ? *height : none;
}

}  // namespace

Result<Proven> SupReader::prove(const sup::AskProof& question) {
  auto proven = client_.prove(question, seen_);
  if (proven) seen_ = proven->height;
  return proven;
}

template <class T>
Result<Known<std::optional<T>>> SupReader::read(const std::string& what, Bytes key) {
  TRY(const Proven proven, prove(in_state(std::move(key))));
  Known<std::optional<T>> known{{}, proven.height, proven.time};
  if (!proven.value) return known;
  auto value = decode<T>(*proven.value);
  if (!value) return refused("a record on SUP that is no " + what, value.error());
  known.value = *std::move(value);
  return known;
}

Result<Known<std::optional<MemberAccount>>> SupReader::account(const Identity& identity) {
  TRY(const auto raw, read<sup::Account>("account", sup::StateKey::account(identity)));
  Known<std::optional<MemberAccount>> known{{}, raw.height, raw.time};
  if (!raw.value) return known;
  const auto public_point = raw.value->public_point.value();
  const auto sealing = raw.value->sealing_key.value();
  if (!public_point || !sealing) return failure("the account of " + to_string(identity) + " on SUP has a key that is none");
  known.value = MemberAccount{{identity, *public_point}, *sealing, raw.value->hospital};
  return known;
}

Result<Known<std::optional<sup::PatientAccount>>> SupReader::patient_account(const Identity& account) {
  return read<sup::PatientAccount>("patient's account", sup::StateKey::patient_account(account));
}

Result<Known<std::optional<RevocationEntry>>> SupReader::revocation(const Identity& hospital, const Identity& doctor) {
  const Bytes32 key = revocation_key(hospital, doctor);
  TRY(const Proven proven, prove({sup::SnapshotTrie::revocations, {{key.begin(), key.end()}}}));
  Known<std::optional<RevocationEntry>> known{{}, proven.height, proven.time};
  if (!proven.value) return known;
  const auto entry = decode_entry(*proven.value);
  if (!entry) return refused("an entry of the revocation list", entry.error());
  known.value = *entry;
  return known;
}

Result<Known<std::optional<sup::EmergencyRecord>>> SupReader::emergency(const TransactionHash& htxu) {
  return read<sup::EmergencyRecord>("emergency request", sup::StateKey::emergency(htxu));
}

Result<Known<std::optional<sup::DisputeRecord>>> SupReader::dispute(const TransactionHash& dispute) {
  return read<sup::DisputeRecord>("dispute", sup::StateKey::dispute(dispute));
}

// What a proof shows of what follows leads from page to page, over all blocks without any.
Result<Known<std::vector<SupReader::Emergency>>> SupReader::emergencies(Height since) {
  auto step = prove(in_state(sup::StateKey::emergency_page(since, 0)));
  if (!step) return tl::unexpected(step.error());
  Known<std::vector<Emergency>> known{{}, step->height, step->time};
  while (true) {
    if (step->value) TRY_VOID(add_page(*step, known.value));
    if (height_in(step->next) > known.height.value()) return known;
    step = prove(in_state(*std::move(step->next)));
    if (!step) return tl::unexpected(step.error());
  }
}

Result<void> SupReader::add_page(const Proven& page, std::vector<Emergency>& all) {
  constexpr std::size_t at_once = 64;
  const auto hashes = decode<sup::EmergencyPage>(*page.value);
  if (!hashes) return refused("a page of emergency requests on SUP", hashes.error());
  std::vector<sup::AskProof> questions;
  for (const TransactionHash& htxu : hashes->items) questions.push_back(in_state(sup::StateKey::emergency(htxu)));
  for (std::size_t first = 0; first < questions.size(); first += at_once) {
    const std::size_t count = std::min(at_once, questions.size() - first);
    TRY(const std::vector<Proven> proven, client_.prove(std::span(questions).subspan(first, count), page.height));
    for (std::size_t i = 0; i < count; ++i) {
      const TransactionHash& htxu = hashes->items[first + i];
      const auto record = proven[i].value ? decode<sup::EmergencyRecord>(*proven[i].value) : reject(Reject::truncated);
      if (!record) return failure("SUP lists the emergency request " + to_hex(htxu) + " and does not have it");
      all.emplace_back(htxu, *record);
    }
  }
  return {};
}

}  // namespace caduceus
