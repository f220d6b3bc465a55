#include "host/store/rocks_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <map>

#include "core/base/rng.h"
#include "host/store/durable_file.h"
#include "test/temporary_folder.h"

namespace caduceus::store {
namespace {

constexpr std::array<std::string_view, 2> names{"safety", "blocks"};
constexpr Column safety{0}, blocks{1};

// All files of a store; and all entries, column after column.
using Files = std::map<std::string, std::string>;
using Entries = std::vector<std::pair<std::string, std::string>>;

Files read_files(const std::filesystem::path& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder)] = std::string(std::istreambuf_iterator(file), {});
  }
  return files;
}

void write_files(const std::filesystem::path& folder, const Files& files) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "rocksdb");
  for (const auto& [name, bytes] : files) std::ofstream(folder / name, std::ios::binary) << bytes;
}

Result<Entries> read_entries(const Store& store) {
  Entries entries;
  for (const Column column : {safety, blocks}) {
    TRY_VOID(store.for_each_from(column, {}, [&](ByteView key, ByteView value) {
      entries.emplace_back(as_text(key), as_text(value));
      return true;
    }));
  }
  return entries;
}

// What somebody who opens a store with these files finds there.
Result<Entries> entries_of(const std::filesystem::path& folder, const Files& files) {
  write_files(folder, files);
  TRY(const auto store, open_rocks_store(folder, names));
  return read_entries(*store);
}

// The name of the log that batches are written to: it is the newest.
std::string log_of(const Files& files) {
  std::string newest;
  for (const auto& [name, bytes] : files) {
    if (name.ends_with(".log")) newest = std::max(newest, name);
  }
  return newest;
}

// Batch n sets the only entry of one column to n, and adds the n-th of the other one: half a batch would show.
Batch batch_number(int n, SeededRng& rng) {
  Batch batch;
  batch.put(safety, as_bytes("newest"), as_bytes(std::to_string(n)));
  std::string value(n % 5 == 3 ? 20'000 : rng.below(200), '\0');
  for (auto& c : value) c = static_cast<char>(rng.next());
  batch.put(blocks, big_endian(n), as_bytes(value));
  return batch;
}

class rocks_store : public testing::Test {
 protected:
  std::unique_ptr<Store> open() {
    auto store = open_rocks_store(folder, names);
    if (!store) ADD_FAILURE() << store.error().message;
    return store ? *std::move(store) : nullptr;
  }
  std::string refusal(std::span<const std::string_view> columns = names) {
    const auto store = open_rocks_store(folder, columns);
    return store ? "none" : store.error().message;
  }

  TemporaryFolder temporary;
  std::filesystem::path folder = temporary.path() / "store";
  SeededRng rng{11};
};

// Files as the power cut left them while batch n + 1 was written: n batches are whole, and so many bytes of the log are there.
struct Moment {
  Files files;
  Entries entries;
  std::size_t log_size;
};

std::vector<Moment> write_batches(const std::filesystem::path& folder, Store& store, int count, SeededRng& rng) {
  std::vector<Moment> moments;
  for (int n = 0;; ++n) {
    const auto files = read_files(folder);
    moments.push_back({files, read_entries(store).value(), files.at(log_of(files)).size()});
    if (n == count) return moments;
    EXPECT_TRUE(store.write(batch_number(n + 1, rng)));
  }
}

TEST_F(rocks_store, a_power_cut_leaves_every_batch_before_it_and_nothing_of_the_one_it_hit) {
  const auto moments = write_batches(folder, *open(), 10, rng);
  const auto& whole = moments.back().files;
  const std::string log = log_of(whole);
  for (std::size_t n = 0; n + 1 < moments.size(); ++n) {
    const auto begin = moments[n].log_size, end = moments[n + 1].log_size;
    for (const std::size_t cut : {begin, begin + 1, begin + 7, begin + rng.below(end - begin), end - 1, end}) {
      Files files = moments[n].files;
      files[log] = whole.at(log).substr(0, cut);
      if (rng.below(4) == 0 && cut < end) files[log].resize(end, '\0');  // sectors that never came
      const auto entries = entries_of(temporary.path() / "cut", files);
      ASSERT_TRUE(entries) << entries.error().message;
      ASSERT_EQ(*entries, moments[cut == end ? n + 1 : n].entries)
          << "batch " << n + 1 << " cut at " << cut - begin << " of " << end - begin;
    }
  }
}

TEST_F(rocks_store, a_log_that_lost_a_batch_is_refused) {
  const auto moments = write_batches(folder, *open(), 10, rng);
  const std::string log = log_of(moments.back().files);
  for (const std::size_t kept : {0U, 5U, 9U}) {
    Files files = moments.back().files;
    files[log].resize(moments[kept].log_size);
    write_files(folder, files);
    EXPECT_EQ(refusal(),
              "store " + folder.string() + ": is damaged: batches after number " + std::to_string(kept) + " are missing, up to number 10");
    EXPECT_NE(refusal(), "none") << "when it is tried again";
  }
}

// One changed byte in any file: refused on opening or on reading, or it does not matter. How often it was refused is in `refused`.
void expect_nothing_else(const std::filesystem::path& folder, const Files& files, const Entries& entries, const std::string& name,
                         std::size_t place, char changed, int& refused) {
  Files damaged = files;
  damaged[name][place] ^= changed;
  const auto found = entries_of(folder, damaged);
  if (!found) ++refused;
  if (found) EXPECT_EQ(*found, entries) << name << " changed at " << place << " by " << int{changed};
}

TEST_F(rocks_store, a_changed_byte_in_the_log_is_refused) {
  const auto moments = write_batches(folder, *open(), 10, rng);
  const auto& [files, entries, size] = moments.back();
  std::vector<std::size_t> places;
  // A record begins with checksum, length and type: 7 bytes.
  for (std::size_t n = 0; n + 1 < moments.size(); ++n) {
    for (std::size_t i = 0; i < 7; ++i) places.push_back(moments[n].log_size + i);
  }
  for (int i = 0; i < 20; ++i) places.push_back(moments[0].log_size + rng.below(size - moments[0].log_size));
  int refused = 0;
  for (const auto place : places) {
    expect_nothing_else(temporary.path() / "changed", files, entries, log_of(files), place, static_cast<char>(1U << rng.below(8)), refused);
  }
  EXPECT_EQ(refused, places.size());
}

}  // namespace
}  // namespace caduceus::store
