#include "host/node/record_store.h"

#include <algorithm>

#include "core/base/check.h"

namespace caduceus {
namespace {

constexpr std::string_view mark_key = "blobs";  // of meta

// A crash leaves one for each writer at work, at most. More of them are records whose keys an older copy of the store has not.
constexpr std::size_t most_orphans = 100;

tl::unexpected<Failure> bad_record(const RecordId& id, const std::string& why) { return failure("record " + to_hex(id) + ": " + why); }

Result<bool> is_empty(const store::BlobStore& blobs) {
  bool empty = true;
  TRY_VOID(blobs.for_each([&](const store::BlobId&) { return empty = false; }));
  return empty;
}

Result<bool> is_empty(const store::Store& store, store::Column column) {
  bool empty = true;
  TRY_VOID(store.for_each_from(column, {}, [&](ByteView, ByteView) { return empty = false; }));
  return empty;
}

// Which records have a key: asked by ascending ids, a few thousand of which are read at a time.
class KeptIds {
 public:
  explicit KeptIds(const store::Store& store) : store_(&store) {}

  [[nodiscard]] Result<bool> contains(const RecordId& id) {
    next_ = std::lower_bound(next_, ids_.cend(), id);
    if (next_ == ids_.cend()) TRY_VOID(read_from(id));
    return next_ != ids_.cend() && *next_ == id;
  }

 private:
  static constexpr std::size_t most = 4096;

  Result<void> read_from(const RecordId& id) {
    ids_.clear();
    const auto read = store_->for_each_from(RecordStore::Columns::records, id, [&](ByteView key, ByteView) {
      CHECK(key.size() == sizeof(RecordId));
      std::ranges::copy(key, ids_.emplace_back().begin());
      return ids_.size() < most;
    });
    next_ = ids_.cbegin();
    return read;
  }

  const store::Store* store_;
  std::vector<RecordId> ids_;
  std::vector<RecordId>::const_iterator next_ = ids_.cbegin();
};

}  // namespace

Checked<void> MediaType::check() const {
  const auto is_visible = [](char c) { return c >= ' ' && c <= '~'; };
  return std::ranges::all_of(text.value, is_visible) ? Checked<void>() : reject(Reject::media_type);
}

Result<RecordStore> RecordStore::open(store::Store& store, store::BlobStore& blobs, SecretKey record_key, Rng& rng,
                                      const std::set<RecordId>& in_doubt) {
  RecordStore opened(store, blobs, std::move(record_key), rng);
  TRY_VOID(opened.find_mark());
  TRY_VOID(opened.erase_orphans(in_doubt));
  return opened;
}

// That these blobs belong to this store, and this key: or else all of them would be orphans. The store has the id of a blob that is no
// record, sealed like one.
Result<void> RecordStore::find_mark() {
  TRY(const auto sealed, store_->get(Columns::meta, as_bytes(mark_key)));
  TRY(const bool no_blobs, is_empty(*blobs_));
  if (sealed) {
    const auto opened = caduceus::open(record_key_, as_bytes(mark_key), *sealed);
    if (!opened || opened->size() != mark_.size()) return failure("records: the record key is not the one that this store was made with");
    std::ranges::copy(opened->expose(), mark_.begin());
    TRY(const auto there, blobs_->open(mark_));
    if (there) return {};
    TRY(const bool no_records, is_empty(*store_, Columns::records));
    if (!no_blobs || !no_records) return failure("records: the blobs are not those of this store");
  } else {
    if (!no_blobs) return failure("records: there are blobs, but the store with their keys is new: it was lost, or is another one");
    mark_ = rng_->bytes<sizeof mark_>();
    store::Batch batch;
    batch.put(Columns::meta, as_bytes(mark_key), seal(record_key_, as_bytes(mark_key), mark_, *rng_));
    TRY_VOID(store_->write(batch));
  }
  TRY(const auto writer, blobs_->create(mark_));
  return writer->commit();
}

// Blobs without a key: what was written was not acknowledged, or was being erased. Both lists are in the order of the ids, so that a million
// take seconds; one that seems to have no key is looked up once more, since a list may come from a service. Those in doubt do not count: it
// is known why they are there, and a service that fails for hours leaves many.
Result<void> RecordStore::erase_orphans(const std::set<RecordId>& in_doubt) {
  KeptIds kept(*store_);
  std::vector<store::BlobId> orphans;
  const auto look_at = [&](const store::BlobId& id) -> Result<void> {
    TRY(const bool is_kept, kept.contains(id));
    if (is_kept || id == mark_ || in_doubt.contains(id)) return {};
    TRY(const auto key, store_->get(Columns::records, id));
    if (!key) orphans.push_back(id);
    return {};
  };
  Result<void> looked;
  TRY_VOID(blobs_->for_each([&](const store::BlobId& id) {
    looked = look_at(id);
    return looked.has_value();
  }));
  TRY_VOID(looked);
  if (orphans.size() > most_orphans) {
    return failure("records: " + std::to_string(orphans.size()) +
                   " blobs have no key, more than a crash leaves: is the store an older copy?");
  }
  for (const RecordId& id : in_doubt) TRY_VOID(erase(id));
  for (const store::BlobId& id : orphans) TRY_VOID(erase(id));
  return {};
}

Result<RecordWriter> RecordStore::create(const Secret<Bytes32>& salt, std::uint32_t size, MediaType media_type) {
  CHECK(media_type.check());
  const RecordId id = rng_->bytes<sizeof(RecordId)>();
  TRY(auto blob, blobs_->create(id));
  KeptRecord kept{size, {}, std::move(media_type), salt.copy(), {}};
  rng_->fill(kept.key.expose());
  RecordWriter writer(*this, id, std::move(blob), std::move(kept), rng_->bytes<stream_header_size>());
  TRY_VOID(writer.append_chunk({}));  // the header, and all of an empty record
  return writer;
}

Result<void> RecordStore::keep(const RecordId& id, const KeptRecord& record) {
  store::Batch batch;
  batch.put(Columns::records, id, seal(record_key_, id, encode_secret(record).expose(), *rng_));
  return store_->write(batch);
}

Result<std::optional<RecordReader>> RecordStore::read(const RecordId& id) const {
  TRY(const auto sealed, store_->get(Columns::records, id));
  if (!sealed) return std::nullopt;
  const auto opened = caduceus::open(record_key_, id, *sealed);
  if (!opened) return bad_record(id, "its key in the store is damaged: " + std::string(explain(opened.error())));
  auto kept = decode<KeptRecord>(opened->expose());
  if (!kept) return bad_record(id, "what the store keeps of it is no such record: " + std::string(explain(kept.error())));
  TRY(auto blob, blobs_->open(id));
  if (!blob) return bad_record(id, "its body is gone");
  if (blob->size() != sealed_stream_size(kept->size)) {
    return bad_record(id, "its body has " + std::to_string(blob->size()) + " bytes, not " + std::to_string(sealed_stream_size(kept->size)));
  }
  ByteArray<stream_header_size> header;
  TRY_VOID(blob->read(header));
  return RecordReader(id, *std::move(kept), std::move(blob), header);
}

Result<void> RecordStore::erase(const RecordId& id) {
  if (id == mark_) return {};  // no record
  TRY_VOID(store_->destroy(Columns::records, id));
  return blobs_->erase(id);
}

RecordWriter::RecordWriter(RecordStore& store, const RecordId& id, std::unique_ptr<store::BlobWriter> blob, KeptRecord kept,
                           const ByteArray<stream_header_size>& header)
    : store_(&store),
      id_(id),
      blob_(std::move(blob)),
      kept_(std::move(kept)),
      sealer_(kept_.key, id_, header, kept_.size),
      hasher_(kept_.salt.expose(), kept_.size) {}

Result<void> RecordWriter::append(ByteView piece) {
  while (!piece.empty()) {
    const ByteView chunk = piece.first(std::min(piece.size(), stream_chunk_size));
    piece = piece.subspan(chunk.size());
    TRY_VOID(append_chunk(chunk));
  }
  return {};
}

Result<void> RecordWriter::append_chunk(ByteView piece) {
  hasher_.add(piece);
  sealed_.clear();
  sealer_.add(piece, sealed_);
  if (sealer_.left() == 0) hash_ = hasher_.finish();
  return blob_->append(sealed_);
}

const Bytes32& RecordWriter::hash() const {
  CHECK(hash_);
  return *hash_;
}

Result<void> RecordWriter::commit() {
  kept_.hash = hash();
  TRY_VOID(blob_->commit());
  return store_->keep(id_, kept_);
}

RecordReader::RecordReader(const RecordId& id, KeptRecord kept, std::unique_ptr<store::BlobReader> blob,
                           const ByteArray<stream_header_size>& header)
    : id_(id), kept_(std::move(kept)), blob_(std::move(blob)), opener_(kept_.key, id_, header), left_(blob_->size() - stream_header_size) {}

Result<ByteView> RecordReader::next() {
  if (opener_.finished()) return ByteView();
  sealed_.resize(std::min<std::uint64_t>(left_, stream_sealed_chunk_size));
  TRY_VOID(blob_->read(sealed_));
  left_ -= sealed_.size();
  plain_.resize(sealed_.size() - aead_tag_size);
  if (const auto opened = opener_.open_chunk(sealed_, left_ == 0, plain_.expose()); !opened) {
    return bad_record(id_, "its body is damaged: " + std::string(explain(opened.error())));
  }
  return std::as_const(plain_).expose();
}

}  // namespace caduceus
