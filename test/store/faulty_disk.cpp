#include "test/store/faulty_disk.h"

#include <algorithm>

namespace caduceus::store {
namespace {

// FNV-1a. Chance tears, nobody forges.
std::uint64_t checksum(ByteView bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const Byte byte : bytes) sum = (sum ^ byte) * 0x100000001b3;
  return sum;
}

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// A record of the log: the batch's length, its checksum, the batch.
constexpr std::size_t head_size = 16;

Bytes encode(const Batch& batch) {
  Bytes record;
  append(record, big_endian(std::uint64_t{batch.bytes().size()}));
  append(record, big_endian(checksum(batch.bytes())));
  append(record, batch.bytes());
  return record;
}

// Nothing where the record is not whole.
std::optional<Batch> decode(ByteView record) {
  if (record.size() < head_size) return std::nullopt;
  const ByteView body = record.subspan(head_size);
  if (!std::ranges::equal(record.first(8), big_endian(std::uint64_t{body.size()}))) return std::nullopt;
  if (!std::ranges::equal(record.subspan(8, 8), big_endian(checksum(body)))) return std::nullopt;
  return Batch::from_bytes(body);
}

// What a power cut makes of bytes that were on their way to a disk: some of them, or all, and then perhaps a sector that never came.
void tear(Bytes& bytes, SeededRng& rng) {
  constexpr std::size_t sector = 512;
  if (rng.below(4) != 0) bytes.resize(rng.below(bytes.size() + 1));
  if (rng.below(4) != 0 || bytes.empty()) return;
  const std::size_t hole = rng.below(bytes.size()) / sector * sector;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(hole), std::min(sector, bytes.size() - hole), Byte{0});
}

}  // namespace

class FaultyDisk::OpenStore final : public Store {
 public:
  explicit OpenStore(FaultyDisk& disk) : disk_(disk) {}

  [[nodiscard]] Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
    TRY_VOID(if_powered());
    return disk_.synced_.get(column, key);
  }

  [[nodiscard]] Result<void> for_each_from(Column column, ByteView first, const Visit& visit) const override {
    TRY_VOID(if_powered());
    return disk_.synced_.for_each_from(column, first, visit);
  }

  [[nodiscard]] Result<void> for_each_back_from(Column column, std::optional<ByteView> last, const Visit& visit) const override {
    TRY_VOID(if_powered());
    return disk_.synced_.for_each_back_from(column, last, visit);
  }

 private:
  [[nodiscard]] Result<void> write_batch(const Batch& batch) override {
    const auto n = ++disk_.writes_;
    if (n == disk_.refusal_) return fail(disk_.reason_);
    if (n == disk_.power_cut_) {
      disk_.log_ = encode(batch);
      tear(disk_.log_, disk_.rng_);
      disk_.has_power_ = false;
      return fail("the power was cut");
    }
    return disk_.synced_.write(batch);
  }

  [[nodiscard]] Result<void> copy_to(const std::filesystem::path& /*folder*/) override { return failure("this disk makes no copies"); }
  [[nodiscard]] Result<void> rewrite_without(Column /*column*/, ByteView /*key*/) override { return if_powered(); }

  [[nodiscard]] Result<void> if_powered() const {
    if (!disk_.has_power_) return fail("there is no power");
    return {};
  }

  FaultyDisk& disk_;
};

void FaultyDisk::refuse_at_write(std::uint64_t n, std::string reason) {
  refusal_ = writes_ + n;
  reason_ = std::move(reason);
}

std::unique_ptr<Store> FaultyDisk::open() {
  if (const auto batch = decode(log_)) CHECK(synced_.write(*batch));
  log_.clear();
  power_cut_ = refusal_ = 0;
  has_power_ = true;
  return std::make_unique<OpenStore>(*this);
}

}  // namespace caduceus::store
