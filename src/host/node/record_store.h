// The bodies of a hospital's records at rest (PROTOCOL.md §5; docs/FORMATS.md, "Records on disk"). Each record has a key of its own, under
// which its body is a STREAM among the blobs. The key stands with the record's salt in the store, sealed under the hospital's record key,
// and nowhere else: without it the blob is noise, whoever has a copy of it.
//
// A record is written and read in pieces, in constant memory, up to 4 GiB. What was written is there, whole, once commit() returned: the
// blob is on disk first, then the key. A crash leaves blobs without a key at most, and open() erases these.
#pragma once

#include <set>

#include "core/crypto/record_body.h"
#include "host/store/blob_store.h"
#include "host/store/store.h"

namespace caduceus {

using RecordId = store::BlobId;

// "image/jpeg", "application/dicom"
struct MediaType {
  Text<1, 255> text;
  static auto fields(auto& self) { return std::tie(self.text); }
  [[nodiscard]] Checked<void> check() const;  // Reject::media_type: it will stand in a header of HTTP
};

// What the store keeps of a record; sealed, with the record's id as associated data.
struct KeptRecord {
  std::uint32_t size = 0;  // in the clear
  Bytes32 hash{};          // hEMR
  MediaType media_type;
  Secret<Bytes32> salt;
  SecretKey key;  // of the blob
  static auto fields(auto& self) { return std::tie(self.size, self.hash, self.media_type, self.salt, self.key); }
};

class RecordStore;

// A record that comes in. It goes without commit(): nothing of it stays.
class RecordWriter {
 public:
  // At most left() bytes (CHECK). After a Failure nothing more is to be called.
  [[nodiscard]] Result<void> append(ByteView piece);
  [[nodiscard]] std::uint32_t left() const { return static_cast<std::uint32_t>(sealer_.left()); }

  [[nodiscard]] const RecordId& id() const { return id_; }
  // hEMR, when all is here (CHECK): to be compared with that of the doctor's tx_mr before it is committed.
  [[nodiscard]] const Bytes32& hash() const;
  // The last call, when all is here (CHECK).
  [[nodiscard]] Result<void> commit();

 private:
  friend class RecordStore;
  RecordWriter(RecordStore& store, const RecordId& id, std::unique_ptr<store::BlobWriter> blob, KeptRecord kept,
               const ByteArray<stream_header_size>& header);
  [[nodiscard]] Result<void> append_chunk(ByteView piece);

  RecordStore* store_;
  RecordId id_;
  std::unique_ptr<store::BlobWriter> blob_;
  KeptRecord kept_;
  PieceSealer sealer_;
  RecordHasher hasher_;
  std::optional<Bytes32> hash_;
  Bytes sealed_;  // on its way to the blob
};

// A record from its beginning. When it is erased meanwhile, reading goes on to its end or fails.
class RecordReader {
 public:
  [[nodiscard]] std::uint32_t size() const { return kept_.size; }
  [[nodiscard]] const Bytes32& hash() const { return kept_.hash; }
  [[nodiscard]] const MediaType& media_type() const { return kept_.media_type; }
  [[nodiscard]] const Bytes32& salt() const { return kept_.salt.expose(); }

  // The next chunk, up to 64 KiB, which is what was written there; empty behind the end. The view ends with the next call. Failure: the
  // blob was changed, cut, or is another record's.
  [[nodiscard]] Result<ByteView> next();

 private:
  friend class RecordStore;
  RecordReader(const RecordId& id, KeptRecord kept, std::unique_ptr<store::BlobReader> blob, const ByteArray<stream_header_size>& header);

  RecordId id_;
  KeptRecord kept_;
  std::unique_ptr<store::BlobReader> blob_;
  StreamOpener opener_;
  std::uint64_t left_;  // in the blob
  Bytes sealed_;
  SecretBytes plain_;
};

// Any thread may call it, if any thread may call its Rng; a writer and a reader are used by one thread at a time, and do not outlive it.
class RecordStore {
 public:
  // The columns of its store, in their order.
  static constexpr std::array<std::string_view, 2> columns{"meta", "records"};
  struct Columns {
    static constexpr store::Column meta{0}, records{1};
  };

  // Store, blobs and rng outlive it. Records in doubt are erased, with a key or without, however many they are. Failure: the record key, or
  // the blobs, are not those of this store; or it is an older copy, so that many other blobs have no key. Then nothing was erased.
  [[nodiscard]] static Result<RecordStore> open(store::Store& store, store::BlobStore& blobs, SecretKey record_key, Rng& rng,
                                                const std::set<RecordId>& in_doubt = {});

  // A new record, under a random id. Its salt is the doctor's, who signs hEMR; so many bytes will come.
  [[nodiscard]] Result<RecordWriter> create(const Secret<Bytes32>& salt, std::uint32_t size, MediaType media_type);
  // Nothing where there is no such record, or it was erased.
  [[nodiscard]] Result<std::optional<RecordReader>> read(const RecordId& id) const;
  // Destroys key and salt, then the blob (R9). When it returns no file of the store holds them; after a crash in it, open() completes it.
  // What was copied from the store before is out of its reach.
  [[nodiscard]] Result<void> erase(const RecordId& id);

 private:
  friend class RecordWriter;
  RecordStore(store::Store& store, store::BlobStore& blobs, SecretKey record_key, Rng& rng)
      : store_(&store), blobs_(&blobs), record_key_(std::move(record_key)), rng_(&rng) {}
  [[nodiscard]] Result<void> find_mark();
  [[nodiscard]] Result<void> erase_orphans(const std::set<RecordId>& in_doubt);
  [[nodiscard]] Result<void> keep(const RecordId& id, const KeptRecord& record);

  store::Store* store_;
  store::BlobStore* blobs_;
  SecretKey record_key_;
  Rng* rng_;
  RecordId mark_{};  // of the one blob that is no record
};

}  // namespace caduceus
