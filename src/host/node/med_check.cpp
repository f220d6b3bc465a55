#include "host/node/med_check.h"

#include <set>
#include <thread>

#include "host/node/records.h"

namespace caduceus {
namespace {

using Columns = MedStore::Columns;

// Blocks that are verified at a time: as many bodies are in memory.
constexpr std::size_t most_at_once = 64;

tl::unexpected<Failure> wrong(const MblockHeader& header, const std::string& what) {
  return failure("block " + to_hex(mblock_hash(header)) + " of height " + std::to_string(header.height.value()) + ": " + what);
}
tl::unexpected<Failure> wrong(const MblockHeader& header, Reject reason) { return wrong(header, std::string(explain(reason))); }

class Check {
 public:
  Check(const store::Store& store, const MedTerms& terms, std::size_t threads, const std::function<void(std::uint64_t)>& progress)
      : store_(store), terms_(terms), progress_(progress), chain_(terms.parameters, terms.genesis, {&terms.genesis, 1}, {}) {
    for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_unique<MedNode::Worker>(terms));
  }

  Result<MedChecked> run() {
    TRY(const auto net, find_record<NetworkId>(store_, Columns::meta, as_bytes(MedStore::net_key), MedStore::net_key));
    if (!net || *net != terms_.net) return failure("meta: the store is of another network");
    TRY(const auto final, final_chain());
    TRY(const auto open, open_blocks());
    if (final.empty() || final.front() != mblock_hash(terms_.genesis)) return failure("final: block 0 is not genesis's");
    TRY_VOID(check_header(final.front()));
    for (std::size_t height = 1; height < final.size(); ++height) TRY_VOID(check_block(final[height], true));
    for (const MblockHash& hash : open) TRY_VOID(check_block(hash, false));
    TRY_VOID(verify());
    checked_.final = Height(final.size() - 1);
    if (chain_.anchor().height() != checked_.final) return failure("final: its newest block is not on the chain");
    TRY_VOID(check_states(final.back(), open));
    TRY_VOID(check_count(Columns::meta, 1, "meta"));
    TRY_VOID(check_count(Columns::headers, checked_.blocks + 1, "headers"));
    TRY_VOID(check_count(Columns::bodies, checked_.blocks, "bodies"));
    TRY_VOID(check_count(Columns::records, checked_.records, "records"));
    TRY_VOID(check_count(Columns::state, checked_.nodes, "state"));
    return checked_;
  }

 private:
  struct Pending {
    MblockHash hash{};
    bool is_final = false;
    MblockHeader header;
    MedBody body;
    std::unique_ptr<Checked<med::Signed<MedBody>>> verified;
  };

  // By height.
  Result<std::vector<MblockHash>> final_chain() {
    std::vector<MblockHash> all;
    Result<void> scanned;
    TRY_VOID(store_.for_each_from(Columns::final_chain, {}, [&](ByteView key, ByteView value) {
      const auto hash = decode<MblockHash>(value);
      if (!hash || !std::ranges::equal(encode(Height(all.size())), key))
        scanned = failure("final: no block of height " + std::to_string(all.size()));
      if (scanned) all.push_back(*hash);
      return scanned.has_value();
    }));
    TRY_VOID(scanned);
    return all;
  }

  // As they came.
  Result<std::vector<MblockHash>> open_blocks() {
    std::vector<MblockHash> all;
    Result<void> scanned;
    TRY_VOID(store_.for_each_from(Columns::open_blocks, {}, [&](ByteView key, ByteView value) {
      const auto open = decode<MedStore::OpenRecord>(value);
      if (!open || !std::ranges::equal(encode(open->number), key))
        scanned = failure("open: the entry of key " + to_hex(key) + " is no such record");
      if (scanned) all.push_back(open->hash);
      return scanned.has_value();
    }));
    TRY_VOID(scanned);
    return all;
  }

  Result<MblockHeader> check_header(const MblockHash& hash) {
    TRY(const auto header, find_record<MblockHeader>(store_, Columns::headers, hash, "header"));
    if (!header) return failure("headers: none of block " + to_hex(hash));
    if (mblock_hash(*header) != hash) return failure("headers: what stands under " + to_hex(hash) + " is another block's");
    return *header;
  }

  // With others, once there are many.
  Result<void> check_block(const MblockHash& hash, bool is_final) {
    pending_.emplace_back();
    pending_.back().hash = hash;
    pending_.back().is_final = is_final;
    return pending_.size() < most_at_once ? Result<void>() : verify();
  }

  // Signatures on all threads, then the chain's rules one block after the other.
  Result<void> verify() {
    for (Pending& one : pending_) {
      auto header = check_header(one.hash);
      if (!header) return tl::unexpected(header.error());
      one.header = *std::move(header);
      TRY(auto body, find_record<MedBody>(store_, Columns::bodies, one.hash, "body"));
      if (!body) return wrong(one.header, "the store has no body of it");
      one.body = *std::move(body);
    }
    {
      std::vector<std::jthread> threads;
      for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
        threads.emplace_back([this, thread] {
          MedNode::Worker& own = *workers_[thread];
          for (std::size_t i = thread; i < pending_.size(); i += workers_.size()) {
            auto verified = own.verifier.verify(pending_[i].header.transactions, pending_[i].body, own.random);
            pending_[i].verified = std::make_unique<Checked<med::Signed<MedBody>>>(std::move(verified));
          }
        });
      }
    }
    for (Pending& one : pending_) TRY_VOID(add(one));
    pending_.clear();
    progress_(checked_.blocks);
    return {};
  }

  Result<void> add(Pending& one) {
    if (!*one.verified) return wrong(one.header, one.verified->error());
    if (const auto held = chain_.add(one.header, NodeClock::wall()); !held) return wrong(one.header, held.error());
    const auto executed = chain_.add(one.hash, std::move(**one.verified));
    if (!executed) return wrong(one.header, executed.error());
    if (one.is_final) chain_.set_anchor(one.hash, one.header.height);
    (void)chain_.take_final();
    ++checked_.blocks;
    return check_records(one);
  }

  Result<void> check_records(const Pending& one) {
    Result<void> checked;
    MedStore::for_each_record(one.hash, one.body, [&](const Bytes& key, const Bytes& at) {
      const auto stored = store_.get(Columns::records, key);
      if (checked && (!stored || *stored != at)) checked = wrong(one.header, "records: the entry of key " + to_hex(key) + " is not its");
      ++checked_.records;
    });
    return checked;
  }

  // Of the newest final block and of those above it.
  Result<void> check_states(const MblockHash& root, const std::vector<MblockHash>& open) {
    std::set<Bytes> nodes;
    Result<void> checked;
    const auto check = [&](const MblockHash& block, std::span<const PatriciaTrie> others) {
      for_each_node_only_in(chain_.state(block).trie(), others, [&](const TrieNodeKey& place, ByteView node) {
        const Bytes key = encode(place);
        const auto stored = store_.get(Columns::state, key);
        const bool is_right = stored && *stored && std::ranges::equal(**stored, node);
        if (checked && !is_right) checked = failure("state: the node of key " + to_hex(key) + " is not the one of block " + to_hex(block));
        nodes.insert(key);
      });
    };
    check(root, {});
    for (const MblockHash& block : open) {
      const std::array<PatriciaTrie, 1> parent{chain_.state(chain_.headers().find(block)->parent->hash).trie()};
      check(block, parent);
    }
    checked_.nodes = nodes.size();
    return checked;
  }

  // All entries that are expected were there: there must be no other.
  Result<void> check_count(store::Column column, std::uint64_t expected, const std::string& what) {
    std::uint64_t count = 0;
    TRY_VOID(store_.for_each_from(column, {}, [&](ByteView, ByteView) { return ++count > 0; }));
    if (count == expected) return {};
    return failure(what + ": " + std::to_string(count) + " entries, where the chain has " + std::to_string(expected));
  }

  const store::Store& store_;
  const MedTerms& terms_;
  const std::function<void(std::uint64_t)>& progress_;
  med::Chain chain_;
  std::vector<std::unique_ptr<MedNode::Worker>> workers_;
  std::vector<Pending> pending_;
  MedChecked checked_;
};

}  // namespace

Result<MedChecked> check_med(const store::Store& store, const MedTerms& terms, std::size_t threads,
                             const std::function<void(std::uint64_t blocks)>& progress) {
  return Check(store, terms, threads, progress).run();
}

}  // namespace caduceus
