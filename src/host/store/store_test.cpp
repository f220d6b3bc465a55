// What every store does, whatever it stands on.
#include "host/store/store.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "core/base/rng.h"
#include "host/store/memory_store.h"
#include "host/store/rocks_store.h"
#include "test/store/faulty_disk.h"
#include "test/temporary_folder.h"

namespace caduceus::store {
namespace {

constexpr std::array<std::string_view, 3> names{"safety", "blocks", "state"};
constexpr Column safety{0}, blocks{1}, state{2};

// Each has open(): the store, after a restart when there was one before.
class Memory {
 public:
  static constexpr const char* name = "memory";
  Store& open() { return store_; }

 private:
  MemoryStore store_{names.size()};
};

class Rocks {
 public:
  static constexpr const char* name = "rocks";
  Store& open() {
    store_.reset();
    auto opened = open_rocks_store(folder_.path() / "store", names);
    CHECK(opened);
    store_ = *std::move(opened);
    return *store_;
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

class Faulty {
 public:
  static constexpr const char* name = "faulty_disk";
  Store& open() {
    store_ = disk_.open();
    return *store_;
  }

 private:
  FaultyDisk disk_{names.size(), 1};
  std::unique_ptr<Store> store_;
};

template <class Kind>
class every_store : public testing::Test {
 protected:
  Kind kind;
};
struct NameOf {
  template <class Kind>
  static std::string GetName(int /*number*/) {
    return Kind::name;
  }
};
using Kinds = testing::Types<Memory, Rocks, Faulty>;
TYPED_TEST_SUITE(every_store, Kinds, NameOf);

using Entries = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> get(const Store& from, Column column, std::string_view key) {
  const auto value = from.get(column, as_bytes(key));
  EXPECT_TRUE(value);
  if (!value || !*value) return std::nullopt;
  return std::string(as_text(**value));
}

Entries from(const Store& store, Column column, std::string_view first, std::size_t most = 100) {
  Entries entries;
  EXPECT_TRUE(store.for_each_from(column, as_bytes(first), [&](ByteView key, ByteView value) {
    entries.emplace_back(as_text(key), as_text(value));
    return entries.size() < most;
  }));
  return entries;
}

Entries back_from(const Store& store, Column column, std::optional<std::string_view> last, std::size_t most = 100) {
  Entries entries;
  EXPECT_TRUE(store.for_each_back_from(column, last ? std::optional(as_bytes(*last)) : std::nullopt, [&](ByteView key, ByteView value) {
    entries.emplace_back(as_text(key), as_text(value));
    return entries.size() < most;
  }));
  return entries;
}

void put(Batch& batch, Column column, std::string_view key, std::string_view value) { batch.put(column, as_bytes(key), as_bytes(value)); }

TYPED_TEST(every_store, gives_back_what_was_put) {
  Store& store = this->kind.open();
  EXPECT_EQ(get(store, blocks, "1"), std::nullopt);
  Batch batch;
  put(batch, blocks, "1", "one");
  put(batch, blocks, "", "under the empty key");
  put(batch, blocks, std::string_view("a\0b", 3), std::string_view("\0", 1));
  put(batch, state, "1", "");
  ASSERT_TRUE(store.write(batch));
  EXPECT_EQ(get(store, blocks, "1"), "one");
  EXPECT_EQ(get(store, blocks, ""), "under the empty key");
  EXPECT_EQ(get(store, blocks, std::string_view("a\0b", 3)), std::string(1, '\0'));
  EXPECT_EQ(get(store, blocks, "a"), std::nullopt);
  EXPECT_EQ(get(store, state, "1"), "") << "an empty value is one";
  EXPECT_EQ(get(store, safety, "1"), std::nullopt) << "a key is of one column";
}

TYPED_TEST(every_store, destroys_one_key_and_no_other) {
  Store* store = &this->kind.open();
  Batch batch;
  for (const auto* key : {"1", "2", "3"}) put(batch, blocks, key, "value");
  put(batch, state, "2", "of another column");
  ASSERT_TRUE(store->write(batch));
  ASSERT_TRUE(store->destroy(blocks, as_bytes("2")));
  ASSERT_TRUE(store->destroy(blocks, as_bytes("2"))) << "it is gone already";
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_EQ(from(*store, blocks, ""), (Entries{{"1", "value"}, {"3", "value"}}));
    EXPECT_EQ(get(*store, state, "2"), "of another column");
    store = &this->kind.open();
  }
}

TYPED_TEST(every_store, keeps_it_over_a_restart) {
  Batch batch;
  put(batch, safety, "vote", "7");
  put(batch, blocks, "7", std::string(100'000, 'x'));
  ASSERT_TRUE(this->kind.open().write(batch));
  for (int restart = 0; restart < 3; ++restart) {
    Store& store = this->kind.open();
    EXPECT_EQ(get(store, safety, "vote"), "7");
    EXPECT_EQ(get(store, blocks, "7"), std::string(100'000, 'x'));
    batch.clear();
    put(batch, state, std::to_string(restart), "");
    ASSERT_TRUE(store.write(batch));
    EXPECT_EQ(from(store, state, "").size(), static_cast<std::size_t>(restart) + 1);
  }
}

TYPED_TEST(every_store, takes_changes_in_their_order) {
  Store& store = this->kind.open();
  Batch batch;
  put(batch, blocks, "a", "1");
  put(batch, blocks, "a", "2");
  put(batch, blocks, "b", "1");
  batch.erase(blocks, as_bytes("b"));
  batch.erase(blocks, as_bytes("c"));
  put(batch, blocks, "c", "3");
  batch.erase(blocks, as_bytes("never there"));
  put(batch, blocks, "d", "4");
  batch.erase_range(blocks, as_bytes("d"), as_bytes("e"));
  batch.erase_range(blocks, as_bytes("f"), as_bytes("g"));
  put(batch, blocks, "f", "6");
  ASSERT_TRUE(store.write(batch));
  EXPECT_EQ(from(store, blocks, ""), (Entries{{"a", "2"}, {"c", "3"}, {"f", "6"}}));
}

TYPED_TEST(every_store, erases_from_the_first_key_to_before_the_last) {
  Store& store = this->kind.open();
  Batch batch;
  for (const auto* key : {"a", "b", "bb", "c"}) {
    put(batch, blocks, key, "");
    put(batch, state, key, "");
  }
  ASSERT_TRUE(store.write(batch));
  batch.clear();
  batch.erase_range(blocks, as_bytes("b"), as_bytes("c"));
  batch.erase_range(blocks, as_bytes("c"), as_bytes("a"));
  batch.erase_range(blocks, as_bytes("a"), as_bytes("a"));
  ASSERT_TRUE(store.write(batch));
  EXPECT_EQ(from(store, blocks, ""), (Entries{{"a", ""}, {"c", ""}}));
  EXPECT_EQ(from(store, state, "").size(), 4U);
}

TYPED_TEST(every_store, visits_in_the_order_of_bytes) {
  Store& store = this->kind.open();
  Batch batch;
  for (const auto* key : {"\x80", "b", "", "a", "ab", "\xff\xff"}) put(batch, blocks, key, key);
  put(batch, state, "aa", "of another column");
  ASSERT_TRUE(store.write(batch));
  const Entries all{{"", ""}, {"a", "a"}, {"ab", "ab"}, {"b", "b"}, {"\x80", "\x80"}, {"\xff\xff", "\xff\xff"}};
  EXPECT_EQ(from(store, blocks, ""), all);
  EXPECT_EQ(back_from(store, blocks, std::nullopt), Entries(all.rbegin(), all.rend()));
  EXPECT_EQ(from(store, blocks, "ab"), Entries(all.begin() + 2, all.end())) << "its own key is visited";
  EXPECT_EQ(from(store, blocks, "aa"), Entries(all.begin() + 2, all.end()));
  EXPECT_EQ(back_from(store, blocks, "ab"), Entries(all.rbegin() + 3, all.rend()));
  EXPECT_EQ(back_from(store, blocks, "aa"), Entries(all.rbegin() + 4, all.rend()));
  EXPECT_EQ(back_from(store, blocks, std::nullopt, 1), Entries({all.back()})) << "until visit() says false";
  EXPECT_EQ(from(store, blocks, "", 2), Entries(all.begin(), all.begin() + 2));
  EXPECT_EQ(from(store, blocks, "\xff\xff\xff"), Entries());
  EXPECT_EQ(back_from(store, safety, std::nullopt), Entries());
}

TYPED_TEST(every_store, an_empty_batch_is_one) { EXPECT_TRUE(this->kind.open().write({})); }

// Random batches, restarts and reads against maps.
TYPED_TEST(every_store, does_as_maps_do) {
  SeededRng rng(7);
  const auto key = [&] {
    std::string text(rng.below(4), '\0');
    for (auto& c : text) c = std::array{'\0', 'a', 'b', '\xff'}[rng.below(4)];
    return text;
  };
  std::array<std::map<std::string, std::string>, names.size()> model;
  Store* store = &this->kind.open();
  for (int round = 0; round < 300; ++round) {
    Batch batch;
    for (auto changes = rng.below(8); changes > 0; --changes) {
      const auto number = rng.below(model.size());
      const Column column{static_cast<std::uint8_t>(number)};
      auto& entries = model[number];
      const std::string a = key(), b = key();
      switch (rng.below(6)) {
        case 0:
          batch.erase(column, as_bytes(a));
          entries.erase(a);
          break;
        case 1:
          batch.erase_range(column, as_bytes(a), as_bytes(b));
          if (a < b) entries.erase(entries.lower_bound(a), entries.lower_bound(b));
          break;
        default: put(batch, column, a, std::to_string(round)); entries.insert_or_assign(a, std::to_string(round));
      }
    }
    ASSERT_TRUE(store->write(batch));
    if (rng.below(30) == 0) store = &this->kind.open();
    const auto number = rng.below(model.size());
    const Column column{static_cast<std::uint8_t>(number)};
    const auto& entries = model[number];
    const std::string place = key();
    const auto found = entries.find(place);
    ASSERT_EQ(get(*store, column, place), found == entries.end() ? std::nullopt : std::optional(found->second));
    ASSERT_EQ(from(*store, column, place), Entries(entries.lower_bound(place), entries.end()));
    ASSERT_EQ(back_from(*store, column, place), Entries(std::reverse_iterator(entries.upper_bound(place)), entries.rend()));
  }
}

// Batches set two keys of two columns to the same number; and no thread ever sees an older number than one it saw.
TYPED_TEST(every_store, others_read_whole_batches_while_one_writes) {
  Store& store = this->kind.open();
  const auto number = [&](Column column, std::string_view key) { return std::stoi(get(store, column, key).value_or("0")); };
  std::atomic<bool> done = false;
  std::thread reader([&] {
    int seen = 0;
    while (!done) {
      const int first = number(blocks, "n"), second = number(state, "n");
      EXPECT_LE(seen, first);
      EXPECT_LE(first, second) << "read later";
      const auto pair = from(store, blocks, "m");
      EXPECT_TRUE(pair.empty() || pair.at(0).second == pair.at(1).second);
      seen = second;
    }
  });
  for (int n = 1; n <= 200; ++n) {
    Batch batch;
    put(batch, blocks, "m", std::to_string(n));
    put(batch, blocks, "n", std::to_string(n));
    put(batch, state, "n", std::to_string(n));
    EXPECT_TRUE(store.write(batch));
  }
  done = true;
  reader.join();
}

}  // namespace
}  // namespace caduceus::store
