// What MED's nodes say to each other (docs/MED.md). Nothing here is believed: headers show their work, bodies and items have their signatures
// verified before they count.
//
//   headers   AskHeaders ⇄ HeaderList, as light clients ask; it also announces a new block
//   bodies    GetBody ⇄ Body; of a block whose transactions the asker may have: GetSketch ⇄ Sketch, then GetParts ⇄ Parts
//             NotHere, for any of these
//   items     Have → GetItems ⇄ ItemMessage
//   anchors   CommitProof: SUP's newest block, by which all of MED follows SUP (R17.1); GetSblock ⇄ CommitProof: one that a header names
#pragma once

#include "core/med/mempool.h"
#include "core/med/query.h"

namespace caduceus::med {

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

// The certificate of a committed Sblock which a header of the receiver's names.
struct GetSblock {
  Height height;
  static auto fields(auto& self) { return std::tie(self.height); }
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

using Message = std::variant<AskHeaders, HeaderList, GetBody, Body, GetSketch, Sketch, GetParts, Parts, NotHere, Have, GetItems,
                             ItemMessage, CommitProof, GetSblock>;

// A frame with the largest of them, and room for what stands around it.
constexpr std::size_t most_message_bytes = MedBody::most_bytes + (64U << 10U);

}  // namespace caduceus::med
