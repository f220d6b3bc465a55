// What SUP's state consists of: records, and the keys they stand under in the state trie (docs/PROTOCOL.md, "SUP's state"). The revocation
// list is a trie of its own (core/chain/revocation.h).
#pragma once

#include "core/chain/sup_transaction.h"
#include "core/sup/anchoring.h"
#include "core/sup/message.h"

namespace caduceus::sup {

// A hospital's or a doctor's.
struct Account {
  Height opened;
  EncodedG1 public_point;  // L, verified
  EncodedG1 sealing_key;   // E, verified
  Identity hospital;       // that it belongs to; a hospital to itself

  static auto fields(auto& self) { return std::tie(self.opened, self.public_point, self.sealing_key, self.hospital); }
  friend bool operator==(const Account&, const Account&) = default;
};

struct PatientAccount {
  Height opened;
  Bytes32 key_hash{};  // H(ID_C, L_C)

  static auto fields(auto& self) { return std::tie(self.opened, self.key_hash); }
  friend bool operator==(const PatientAccount&, const PatientAccount&) = default;
};

// When a transaction was committed: of every kind, under its htx.
struct Committed {
  Height height;
  Time time;

  static auto fields(auto& self) { return std::tie(self.height, self.time); }
  friend bool operator==(const Committed&, const Committed&) = default;
};

struct EmergencyRecord {
  Committed committed;
  EmergencyTerms terms;

  static auto fields(auto& self) { return std::tie(self.committed, self.terms); }
  friend bool operator==(const EmergencyRecord&, const EmergencyRecord&) = default;
};

struct DisputeRecord {
  Committed committed;
  DisputeTerms terms;
  std::optional<TransactionHash> answer;

  static auto fields(auto& self) { return std::tie(self.committed, self.terms, self.answer); }
  friend bool operator==(const DisputeRecord&, const DisputeRecord&) = default;
};

// An observed Mblock, without its hash.
struct ObservedRecord {
  MblockHeader header;
  Height observed;
  std::uint64_t age = 0;

  static auto fields(auto& self) { return std::tie(self.header, self.observed, self.age); }
};

// An Sblock that an Mblock may name.
struct SblockRecord {
  BlockHash hash{};
  Time time;
  std::uint64_t beacon = 0;  // its count

  static auto fields(auto& self) { return std::tie(self.hash, self.time, self.beacon); }
};

// The newest Sblock, whose hash only its child knows. Before the first one: all zero.
struct SblockTip {
  Height height;
  Time time;
  Beacon beacon;
  Height oldest;  // that an Mblock above the anchor may name: the one that the anchor names

  static auto fields(auto& self) { return std::tie(self.height, self.time, self.beacon, self.oldest); }
};

// The hashes of a block's tx_ur, ascending: what a patient reads through to find her marks.
constexpr std::size_t most_in_page = 1024;
using EmergencyPage = List<TransactionHash, most_in_page, 1>;

// R17.6, as far as the Sblock that an Mblock names goes. MED's nodes refuse such a block, too, as soon as they have that Sblock: else a branch could
// grow on it that nothing above the anchor would ever be observed of. Reject::observed_sblock, observed_time.
[[nodiscard]] Checked<void> check_named(const std::optional<SblockRecord>& named, const MblockHeader& header);

// The first byte of a key says what stands there.
enum class Table : Byte {
  account = 1,
  patient_account = 2,
  transaction = 3,  // of kinds that leave no more than that they were committed
  emergency = 4,
  dispute = 5,
  emergency_page = 6,
  disputed_by = 7,
  expiry = 8,
  evidence = 9,
  observed = 10,
  tip = 11,
  sblock = 12,
};

// Up to 63 bytes, so that a cursor of a snapshot has room for one more.
struct StateKey {
  static Bytes account(const Identity& identity);
  static Bytes patient_account(const Identity& account);
  // Of kinds with a table of their own: emergency() and dispute().
  static Bytes transaction(const TransactionHash& htx);
  static Bytes emergency(const TransactionHash& htxu);
  static Bytes dispute(const TransactionHash& dispute);
  static Bytes emergency_page(Height height, std::uint16_t page);
  static Bytes disputed_by(const TransactionHash& htxu, const Identity& account);
  // In the order of time: what the next Sblock has to take off the list stands first.
  static Bytes expiry(Time expires, const Bytes32& revocation);
  static Bytes evidence(Place replica);
  static Bytes observed(std::uint64_t number);
  static Bytes tip() { return table(Table::tip); }
  static Bytes sblock(Height height);

  // All keys of a table begin with this.
  static Bytes table(Table table) { return {static_cast<Byte>(table)}; }
};

}  // namespace caduceus::sup
