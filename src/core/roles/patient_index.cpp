#include "core/roles/patient_index.h"

#include <algorithm>

namespace caduceus::roles::patient {
namespace {

constexpr Byte only{0};
constexpr std::size_t most_keywords = 64;
constexpr std::size_t longest_keyword = 64;

struct CallMaker {
  WriteSet& step;
  const MedAccount& account;
  std::uint64_t number;
  Rng& rng;

  std::uint64_t add(const med::IndexOperation& operation) {
    Call call{account.key.identity, number, {std::string(med::emr_index_name)}, {encode(operation)}, {}};
    step.put(calls, number, med::sign_call(account.net, std::move(call), account.key, rng));
    return number++;
  }
};

// As far as they fit: the longest are cut, each once.
std::vector<Text<1, 64>> fitting(const std::vector<std::string>& words) {
  std::vector<Text<1, 64>> all;
  for (const std::string& word : words) {
    Text<1, 64> one{word.substr(0, longest_keyword)};
    if (!one.value.empty() && all.size() < most_keywords && std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
  }
  return all;
}

Checked<med::PutEntry> entry_of(const WriteSet& step, const MedAccount& account, const Vault& vault, std::uint32_t n,
                                const RecordToIndex& record, Rng& rng) {
  const RecordName name = record.record.name();
  TRY(const auto factors, factors_of(step, name.hospital, {&name.place, 1}));
  const IndexEntry entry{{fitting(record.keywords)}, record.record.htxm(), name.hospital, name.place, emergency_token(factors.front())};
  return med::PutEntry{seal_entry(vault.key, account.index_key(), entry_id(vault.key, n), 1, entry, rng)};
}

}  // namespace

Bytes32 MedAccount::index_key() const {
  const auto bytes = from_hex(key.identity.name.value);
  Bytes32 found{};
  CHECK(bytes && bytes->size() == found.size());
  std::ranges::copy(*bytes, found.begin());
  return found;
}

Checked<StoreKeyslot> enrol_biometrics(WriteSet& step, const PatientSelf& self, std::span<const Template> scans,
                                       std::vector<Identity> holders, Rng& rng) {
  CHECK(!scans.empty() && !holders.empty());
  std::vector<Extracted> extracted;
  for (const Template& scan : scans) {
    TRY(Extracted one, generate(scan, rng));
    extracted.push_back(std::move(one));
  }
  auto before = vault_of(step);
  Vault vault;
  vault.key = before ? std::move(before->key) : VaultKey(rng.bytes<32>());
  vault.slot = make_keyslot(self.ppub, self.keys.signing, vault.key, rng.bytes<16>(), extracted, rng);
  std::ranges::sort(holders);
  holders.erase(std::ranges::unique(holders).begin(), holders.end());
  vault.holders.items = std::move(holders);
  step.put(vaults, only, vault);
  return StoreKeyslot{vault.slot};
}

void slot_is_held(WriteSet& step) {
  auto vault = vault_of(step);
  CHECK(vault.has_value());
  vault->is_held = true;
  step.put(vaults, only, *vault);
}

std::optional<Vault> vault_of(const WriteSet& step) { return step.get(vaults, only); }

std::vector<HeldRecord> records_to_index(const WriteSet& step) {
  std::vector<HeldRecord> all = records_of(step);
  std::erase_if(all, [&](const HeldRecord& record) { return record.erased || step.get(indexed_records, record.htxm()); });
  return all;
}

Checked<void> add_calls(WriteSet& step, const MedAccount& account, std::uint64_t next, std::span<const RecordToIndex> records,
                        std::size_t most, Rng& rng) {
  auto vault = vault_of(step);
  if (!vault) return reject(Reject::keyslot_unknown);
  const auto waiting = calls_to_submit(step);
  CallMaker maker{step, account, waiting.empty() ? next : std::max(next, waiting.back().call.number + 1), rng};
  if (vault->is_held && !vault->call && maker.number < next + most) {
    vault->call = maker.add(med::SetSlot{keyslot_hash(vault->slot), {vault->holders.items}});
    step.put(vaults, only, *vault);
  }
  std::uint32_t n = step.get(next_entry, only).value_or(0);
  for (const RecordToIndex& record : records) {
    if (maker.number >= next + most) break;
    TRY(const med::PutEntry entry, entry_of(step, account, *vault, n, record, rng));
    step.put(indexed_records, record.record.htxm(), IndexedRecord{n, maker.add(entry), false});
    step.put(next_entry, only, ++n);
  }
  return {};
}

std::vector<med::SignedCall> calls_to_submit(const WriteSet& step) {
  std::vector<med::SignedCall> all;
  step.for_each_under(calls, {}, [&](std::uint64_t /*number*/, med::SignedCall call) {
    all.push_back(std::move(call));
    return true;
  });
  return all;
}

void calls_are_final(WriteSet& step, std::uint64_t next) {
  for (const med::SignedCall& call : calls_to_submit(step)) {
    if (call.call.number < next) step.erase(calls, call.call.number);
  }
  if (auto vault = vault_of(step); vault && vault->call && *vault->call < next && !vault->is_on_med) {
    vault->is_on_med = true;
    step.put(vaults, only, *vault);
  }
  std::vector<std::pair<TransactionHash, IndexedRecord>> done;
  step.for_each_under(indexed_records, {}, [&](const TransactionHash& htxm, const IndexedRecord& record) {
    if (!record.is_on_med && record.call < next) done.emplace_back(htxm, record);
    return true;
  });
  for (auto& [htxm, record] : done) {
    record.is_on_med = true;
    step.put(indexed_records, htxm, record);
  }
}

}  // namespace caduceus::roles::patient
