// The patient's index on MED, and the keyslot that her biometrics open (PROTOCOL.md §5). Scans are used here and forgotten: what leaves is a keyslot
// for the hospitals that are to hold it, its hash, and sealed entries.
#pragma once

#include "core/med/emr_index.h"
#include "core/roles/index.h"
#include "core/roles/patient_records.h"

namespace caduceus::roles::patient {

struct Vault {
  VaultKey key;  // VK
  Keyslot slot;
  List<Identity, med::IndexLimits::holders, 1> holders;  // ascending
  bool is_held = false;  // by all of them
  std::optional<std::uint64_t> call;  // that names the slot on MED
  bool is_on_med = false;

  static auto fields(auto& self) { return std::tie(self.key, self.slot, self.holders, self.is_held, self.call, self.is_on_med); }
};

// A record's entry.
struct IndexedRecord {
  std::uint32_t n = 0;  // entry_id(VK, n)
  std::uint64_t call = 0;
  bool is_on_med = false;

  static auto fields(auto& self) { return std::tie(self.n, self.call, self.is_on_med); }
};

// Tables 77 to 80.
inline constexpr Table<Byte, Vault> vaults{77};  // one, under 0
inline constexpr Table<TransactionHash, IndexedRecord> indexed_records{78};
inline constexpr Table<Byte, std::uint32_t> next_entry{79};  // one, under 0
inline constexpr Table<std::uint64_t, med::SignedCall> calls{80};  // by number, until a final block has them

// Her account on MED.
struct MedAccount {
  const NetworkId& net;
  const AggregateKey& key;
  [[nodiscard]] Bytes32 index_key() const;  // its name
};

// A new slot for VK, which is made with the first one. It goes to the holders, then to MED. Reject::template_unusable.
[[nodiscard]] Checked<StoreKeyslot> enrol_biometrics(WriteSet& step, const PatientSelf& self, std::span<const Template> scans,
                                                     std::vector<Identity> holders, Rng& rng);
// All holders have it.
void slot_is_held(WriteSet& step);
[[nodiscard]] std::optional<Vault> vault_of(const WriteSet& step);

// Records that are not in the index yet, and not erased.
[[nodiscard]] std::vector<HeldRecord> records_to_index(const WriteSet& step);
// Calls for MED: that the slot is held, if that is new; one for each of these records, as far as `most` calls wait at a time. `next`: of the
// account's call after MED's newest final block. Reject::keyslot_unknown (no biometrics enrolled), and as factors_of().
struct RecordToIndex {
  HeldRecord record;
  std::vector<std::string> keywords;
};
[[nodiscard]] Checked<void> add_calls(WriteSet& step, const MedAccount& account, std::uint64_t next, std::span<const RecordToIndex> records,
                                      std::size_t most, Rng& rng);
// In their order; the same bytes until they are final.
[[nodiscard]] std::vector<med::SignedCall> calls_to_submit(const WriteSet& step);
// A final block has the account's calls below this number.
void calls_are_final(WriteSet& step, std::uint64_t next);

}  // namespace caduceus::roles::patient
