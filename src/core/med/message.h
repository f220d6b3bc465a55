// What MED's nodes say to each other (docs/MED.md). Nothing here is believed: headers show their work, bodies and items have their signatures
// verified before they count.
//
//   headers   GetHeaders ⇄ Headers, which also announce a new block
//   bodies    GetBody ⇄ Body; of a block whose transactions the asker may have: GetSketch ⇄ Sketch, then GetParts ⇄ Parts
//             NotHere, for any of these
//   items     Have → GetItems ⇄ ItemMessage
#pragma once

#include "core/med/mempool.h"

namespace caduceus::med {

// Blocks that the sender has, its best first, going back in growing steps: the answer begins above the first one known.
struct GetHeaders {
  static constexpr std::size_t most_hashes = 64;
  List<MblockHash, most_hashes, 1> locator;
  static auto fields(auto& self) { return std::tie(self.locator); }
};
// Each the parent of the next. None: the sender has no more.
struct Headers {
  static constexpr std::size_t most_headers = 2000;
  List<MblockHeader, most_headers> headers;
  static auto fields(auto& self) { return std::tie(self.headers); }
};

struct GetBody {
  MblockHash block{};
  static auto fields(auto& self) { return std::tie(self.block); }
};
struct Body {
  MblockHash block{};
  MedBody body;
  static auto fields(auto& self) { return std::tie(self.block, self.body); }
};

// A body with ids in place of bundles and calls.
struct GetSketch {
  MblockHash block{};
  static auto fields(auto& self) { return std::tie(self.block); }
};
struct Sketch {
  MblockHash block{};
  List<Bytes32, MedBody::most_bundles> bundles;  // ItemId::hash
  List<Bytes32, MedBody::most_calls> calls;
  List<ReuseEvidence, MedBody::most_evidence> evidence;
  Blob<4, MedBody::most_bytes> aggregate;
  static auto fields(auto& self) { return std::tie(self.block, self.bundles, self.calls, self.evidence, self.aggregate); }
};
// Those at these places of the sketch.
struct GetParts {
  MblockHash block{};
  List<std::uint32_t, MedBody::most_bundles> bundles;
  List<std::uint32_t, MedBody::most_calls> calls;
  static auto fields(auto& self) { return std::tie(self.block, self.bundles, self.calls); }
};
struct Parts {
  MblockHash block{};
  List<Bundle, MedBody::most_bundles> bundles;
  List<Call, MedBody::most_calls> calls;
  static auto fields(auto& self) { return std::tie(self.block, self.bundles, self.calls); }
};
// The asker is to ask somebody else.
struct NotHere {
  MblockHash block{};
  static auto fields(auto& self) { return std::tie(self.block); }
};

// Items that wait at the sender.
struct Have {
  static constexpr std::size_t most_items = 1024;
  List<ItemId, most_items, 1> items;
  static auto fields(auto& self) { return std::tie(self.items); }
};
struct GetItems {
  List<ItemId, Have::most_items, 1> items;
  static auto fields(auto& self) { return std::tie(self.items); }
};
// One that was asked for; what is gone is not answered.
struct ItemMessage {
  Item item;
  static auto fields(auto& self) { return std::tie(self.item); }
};

using Message = std::variant<GetHeaders, Headers, GetBody, Body, GetSketch, Sketch, GetParts, Parts, NotHere, Have, GetItems, ItemMessage>;

// A frame with the largest of them, and room for what stands around it.
constexpr std::size_t most_message_bytes = MedBody::most_bytes + (64U << 10U);

}  // namespace caduceus::med
