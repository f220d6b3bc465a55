#include "host/node/sealed_tables.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "core/crypto/aead.h"
#include "host/node/halt.h"
#include "host/node/records.h"
#include "host/store/durable_file.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

Bytes place_of(roles::TableId table, ByteView key) {
  Bytes place(1 + key.size());
  place.front() = table;
  std::ranges::copy(key, place.begin() + 1);
  return place;
}

void check(const Result<void>& read) {
  if (!read) halt(read.error().message);
}

}  // namespace

SecretBytes SealedTables::open(ByteView place, ByteView sealed) const {
  auto value = caduceus::open(key_, place, sealed);
  if (!value)
    halt("a value of table " + std::to_string(place.front()) + " is not what was written there: " + std::string(explain(value.error())));
  return *std::move(value);
}

std::optional<SecretBytes> SealedTables::get(roles::TableId table, ByteView key) const {
  const Bytes place = place_of(table, key);
  if (const auto own = unwritten_.find(place); own != unwritten_.end()) {
    if (!own->second.value) return std::nullopt;
    return SecretBytes(own->second.value->expose());
  }
  const auto sealed = must_read(store_.get(column_, place));
  if (!sealed) return std::nullopt;
  return open(place, *sealed);
}

// Two ordered lists merged: what is on disk, and what is on its way there, which wins.
void SealedTables::for_each_from(roles::TableId table, ByteView first, const Visit& visit) const {
  const Bytes from = place_of(table, first);
  auto own = unwritten_.lower_bound(from);
  const auto is_own = [&] { return own != unwritten_.end() && own->first.front() == table; };
  const auto visit_own = [&] {
    const auto& [place, unwritten] = *own;
    ++own;
    return !unwritten.value || visit(ByteView(place).subspan(1), unwritten.value->expose());
  };
  bool goes_on = true;
  check(store_.for_each_from(column_, from, [&](ByteView place, ByteView sealed) {
    if (place.empty() || place.front() != table) return false;
    while (goes_on && is_own() && std::ranges::lexicographical_compare(own->first, place)) goes_on = visit_own();
    if (!goes_on) return false;
    const bool is_overwritten = is_own() && std::ranges::equal(own->first, place);
    goes_on = is_overwritten ? visit_own() : visit(place.subspan(1), open(place, sealed).expose());
    return goes_on;
  }));
  while (goes_on && is_own()) goes_on = visit_own();
}

store::Batch SealedTables::commit(const roles::WriteSet& step) {
  ++committed_;
  store::Batch batch;
  for (const auto& [at, value] : step.writes()) {
    Bytes place = place_of(at.first, at.second);
    Unwritten unwritten{committed_, std::nullopt};
    if (value) {
      batch.put(column_, place, seal(key_, place, value->expose(), rng_));
      unwritten.value.emplace(value->expose());
    } else {
      batch.erase(column_, place);
    }
    unwritten_.insert_or_assign(std::move(place), std::move(unwritten));
  }
  return batch;
}

void SealedTables::written(std::uint64_t steps) {
  std::erase_if(unwritten_, [&](const auto& entry) { return entry.second.step <= steps; });
}

Result<void> SealedTables::write(const roles::WriteSet& step) {
  TRY_VOID(store_.write(commit(step)));
  written(committed_);
  return {};
}

Result<FileDescriptor> lock_folder(const std::filesystem::path& folder, std::chrono::milliseconds patience) {
  TRY_VOID(make_folder(folder));
  const auto path = folder / "lock";
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!lock.is_open()) return system_failure("cannot open", path);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_failure("cannot lock", path);
    if (std::chrono::steady_clock::now() >= until) {
      return failure(folder.string() + " is in use by another caduceus: wait until it ends, or stop it (its serve, if one runs)");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return lock;
}

Result<std::unique_ptr<TableFolder>> TableFolder::open(const std::filesystem::path& folder, SecretKey key, Rng& rng,
                                                       std::chrono::milliseconds patience) {
  TRY(FileDescriptor lock, lock_folder(folder, patience));
  TRY(auto store, store::open_rocks_store(folder, columns));
  return std::unique_ptr<TableFolder>(new TableFolder(std::move(lock), std::move(store), std::move(key), rng));
}

}  // namespace caduceus
