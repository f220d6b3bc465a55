// The records that a hospital keeps: what it knows of each beside its bytes, which lie elsewhere, sealed under a key of their own
// (host/node/record_store.h).
#pragma once

#include "core/roles/record_request.h"

namespace caduceus::roles {

struct HeldRecord {
  Identity patient;
  RecordPlace place;
  RecordTerms terms;  // htxM = hash_of(terms)
  std::uint32_t batch_size = 1;  // n
  Bytes32 body{};  // under which its bytes are kept
  Text<0, 256> title;
  Text<1, 128> media_type;
  std::uint64_t size = 0;  // of the EMR
  Secret<Scalar> factor;  // s_α^j
  Blob<0, 65'536> proof;  // InBundle of its bundle, once there is one
  bool is_erased = false;  // then title, factor and bytes are gone

  static auto fields(auto& self) {
    return std::tie(self.patient, self.place, self.terms, self.batch_size, self.body, self.title, self.media_type, self.size, self.factor,
                    self.proof, self.is_erased);
  }
};

// Under which bundle's root a record stands: what RecordHead::proof holds. (Which block has the bundle, whoever reads the record asks MED.)
struct InBundle {
  BundleHead bundle;
  MerkleProof path;
  static auto fields(auto& self) { return std::tie(self.bundle, self.path); }
};

// Tables 16 and 17.
inline constexpr Table<TransactionHash, HeldRecord> held_records{16};
inline constexpr Table<std::pair<Identity, RecordPlace>, TransactionHash> records_by_place{17};

// A patient's, with its htxM. Reject::record_unknown, record_erased.
[[nodiscard]] Checked<std::pair<TransactionHash, HeldRecord>> record_at(const WriteSet& step, const Identity& patient,
                                                                        const RecordPlace& place);
// As a request of this time is answered: the same bytes whenever it comes (§6), so with a bundle's proof only if the bundle was closed before any hospital could
// answer it.
[[nodiscard]] Checked<std::vector<std::pair<TransactionHash, HeldRecord>>> records_at(const WriteSet& step, const Identity& patient,
                                                                                      std::span<const RecordPlace> places, Time asked);

}  // namespace caduceus::roles
