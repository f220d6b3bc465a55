// The patient's records: what her hospitals told her of each, its bytes where they are not too long, and where it stands on MED (PROTOCOL.md §5).
// A record counts as verified once a final block of MED has it; until then it is shown as what it is.
#pragma once

#include "core/roles/patient_visits.h"

namespace caduceus::roles::patient {

// A record is known by its hospital and its place there.
struct RecordName {
  Identity hospital;
  RecordPlace place;

  static auto fields(auto& self) { return std::tie(self.hospital, self.place); }
  friend auto operator<=>(const RecordName&, const RecordName&) = default;
};

// The block of MED that has it, as the light client saw it last.
struct OnMed {
  MblockHash block{};
  Height height;
  bool is_final = false;

  static auto fields(auto& self) { return std::tie(self.block, self.height, self.is_final); }
  friend bool operator==(const OnMed&, const OnMed&) = default;
};

struct HeldRecord {
  RecordNotice notice;  // its bytes stand in a table of their own
  std::optional<OnMed> on_med;
  std::optional<ErasureReceipt> erased;

  static auto fields(auto& self) { return std::tie(self.notice, self.on_med, self.erased); }
  [[nodiscard]] TransactionHash htxm() const { return hash_of(notice.terms); }
  [[nodiscard]] RecordName name() const { return {notice.terms.hospital, notice.place}; }
};
using RecordBytes = Blob<0, RecordNotice::most_inline>;

// Tables 63 to 66, and 81.
inline constexpr Table<RecordName, HeldRecord> held_records{63};
inline constexpr Table<TransactionHash, RecordBytes> record_bytes{64};
inline constexpr Table<TransactionHash, RecordName> records_by_hash{65};
inline constexpr Table<std::pair<Identity, std::uint32_t>, std::uint32_t> batch_sizes{66};  // of a hospital's batch, n: once told, for ever
// Letters overtake each other: a receipt whose record she has not been told of yet.
inline constexpr Table<std::pair<Identity, TransactionHash>, ErasureReceipt> early_receipts{81};

// A hospital's word of a record, whose letter was verified. Told again, nothing changes; true: it is new. Reject::letter_parties (another hospital's
// record), visit_unknown, record_place (outside its batch, another n than before, or another record at this place), record_hash (of the
// bytes that came with it).
[[nodiscard]] Checked<bool> take_notice(WriteSet& step, const Identity& from, RecordNotice notice);
// Of a record that she has not been told of yet, the receipt waits for it. Reject::letter_parties, visit_unknown, signature_…
[[nodiscard]] Checked<void> take_erasure(WriteSet& step, const G1& ppub, const VerificationKey& hospital, const ErasureReceipt& receipt);
// What the light client says now; nothing: no block has it. A record whose block is final stays as it is.
void seen_on_med(WriteSet& step, const RecordName& name, const std::optional<OnMed>& now);

[[nodiscard]] std::vector<HeldRecord> records_of(const WriteSet& step);
// Reject::record_unknown.
[[nodiscard]] Checked<HeldRecord> record_at(const WriteSet& step, const RecordName& name);
// Of records of one hospital, whose places ascend, their factors s_α^j. Reject::visit_unknown, record_unknown.
[[nodiscard]] Checked<std::vector<Secret<Scalar>>> factors_of(const WriteSet& step, const Identity& hospital,
                                                              std::span<const RecordPlace> places);
// τ_j of every record that she knows of.
struct RecordToken {
  RecordName name;
  SecretKey token;
};
[[nodiscard]] std::vector<RecordToken> tokens_of(const WriteSet& step);

}  // namespace caduceus::roles::patient
