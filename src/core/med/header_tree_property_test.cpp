// Random trees of headers: what is best does not depend on the order of arrival, works are sums, paths lead where they should.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "core/med/header_tree.h"
#include "test/med_miner.h"

namespace caduceus::med {
namespace {

constexpr Time now{1'700'000'500'000};

struct Drawn {
  MedMiner miner;
  std::vector<MblockHeader> headers;  // parents first; the genesis block is the first
  std::vector<std::size_t> parents;   // places among them
  std::vector<Work> works;

  static Drawn draw() {
    Drawn out;
    out.headers = {out.miner.genesis};
    out.parents = {0};
    out.works = {Work()};
    for (int n = *rc::gen::inRange(1, 40); n > 0; --n) {
      // Near the end, or anywhere: long branches, and short ones.
      const auto least = *rc::gen::element<std::size_t>(0, out.headers.size() - std::min<std::size_t>(out.headers.size(), 3));
      const auto parent = *rc::gen::inRange(least, out.headers.size());
      out.parents.push_back(parent);
      out.headers.push_back(out.miner.mine(out.headers[parent], *rc::gen::element<std::uint64_t>(100, 1000, 5000)));
      out.works.push_back(out.works[parent] + out.headers.back().work());
    }
    return out;
  }
  // Each after its parent, at random.
  [[nodiscard]] std::vector<std::size_t> order() const {
    std::vector<std::size_t> order, ready{0};
    while (!ready.empty()) {
      const auto i = *rc::gen::inRange<std::size_t>(0, ready.size());
      const std::size_t next = ready[i];
      ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(i));
      order.push_back(next);
      for (std::size_t child = 1; child < parents.size(); ++child) {
        if (parents[child] == next) ready.push_back(child);
      }
    }
    return order;
  }
  [[nodiscard]] MblockHash hash(std::size_t place) const { return mblock_hash(headers[place]); }
};

// All but the genesis block.
void add_all(HeaderTree& tree, const Drawn& drawn, const std::vector<std::size_t>& order) {
  for (const std::size_t place : order) {
    if (place == 0) continue;
    const auto added = tree.add(drawn.headers[place], now);
    RC_ASSERT(added.has_value());
    RC_ASSERT((*added)->work == drawn.works[place]);
  }
}

RC_GTEST_PROP(header_tree_property, the_best_does_not_depend_on_the_order_of_arrival, ()) {
  const Drawn drawn = Drawn::draw();
  const Work most = *std::ranges::max_element(drawn.works);
  for (int round = 0; round < 2; ++round) {
    HeaderTree tree(drawn.miner.parameters, drawn.miner.genesis);
    const auto order = drawn.order();
    add_all(tree, drawn, order);
    RC_ASSERT(tree.best_header().work == most);
    const auto first = std::ranges::find_if(order, [&](std::size_t place) { return drawn.works[place] == most; });
    RC_ASSERT(tree.best_header().hash == drawn.hash(*first));

    // Bodies come in another order; some are invalid.
    std::map<std::size_t, bool> good{{0, true}};
    Work most_valid;
    for (const std::size_t place : drawn.order()) {
      if (place == 0) continue;
      const bool is_good = good[drawn.parents[place]] && *rc::gen::inRange(0, 8) > 0;
      good[place] = is_good;
      if (is_good) {
        tree.set_body_valid(drawn.hash(place));
        most_valid = std::max(most_valid, drawn.works[place]);
      } else {
        tree.set_invalid(drawn.hash(place));
      }
      RC_ASSERT(tree.best_block().work == most_valid);
    }
    RC_ASSERT(tree.best_header().work == most_valid);
  }
}

RC_GTEST_PROP(header_tree_property, paths_lead_from_one_to_the_other, ()) {
  const Drawn drawn = Drawn::draw();
  HeaderTree tree(drawn.miner.parameters, drawn.miner.genesis);
  add_all(tree, drawn, drawn.order());
  for (int round = 0; round < 20; ++round) {
    const auto from = *rc::gen::inRange<std::size_t>(0, drawn.headers.size()), to = *rc::gen::inRange<std::size_t>(0, drawn.headers.size());
    const auto [leave, enter] = HeaderTree::path(*tree.find(drawn.hash(from)), *tree.find(drawn.hash(to)));
    MblockHash at = drawn.hash(from);
    for (const HeldHeader* held : leave) {
      RC_ASSERT(held->hash == at);
      RC_ASSERT(std::ranges::find(enter, held) == enter.end());
      at = held->header.previous;
    }
    for (const HeldHeader* held : enter) {
      RC_ASSERT(held->header.previous == at);
      at = held->hash;
    }
    RC_ASSERT(at == drawn.hash(to));
  }
}

RC_GTEST_PROP(header_tree_property, an_anchor_leaves_what_grows_on_it, ()) {
  const Drawn drawn = Drawn::draw();
  HeaderTree tree(drawn.miner.parameters, drawn.miner.genesis);
  add_all(tree, drawn, drawn.order());
  const auto anchor = *rc::gen::inRange<std::size_t>(0, drawn.headers.size());
  std::vector<MblockHeader> expected;  // highest first
  for (std::size_t at = anchor; at != 0; at = drawn.parents[at]) expected.push_back(drawn.headers[at]);
  std::ranges::reverse(expected);
  RC_ASSERT(tree.move_root(drawn.hash(anchor)) == expected);

  Work most;
  std::vector<bool> grows(drawn.headers.size());
  for (std::size_t place = 0; place < drawn.headers.size(); ++place) {
    grows[place] = place == anchor || (place != 0 && grows[drawn.parents[place]]);
    RC_ASSERT((tree.find(drawn.hash(place)) != nullptr) == grows[place]);
    if (grows[place]) most = std::max(most, drawn.works[place]);
  }
  RC_ASSERT(tree.best_header().work == most);
  RC_ASSERT(tree.root().parent == nullptr);
}

}  // namespace
}  // namespace caduceus::med
