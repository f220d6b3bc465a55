// What a node of MED does for whoever is enrolled: light clients, who believe nobody, ask by query.h.
#pragma once

#include "core/base/refusal.h"
#include "core/med/mempool.h"
#include "core/med/query.h"

namespace caduceus::med {

// To be put into a block. Taken is the reply when it waits for one.
struct Submit {
  Item item;
  static auto fields(auto& self) { return std::tie(self.item); }
};
struct AskStatus {
  static auto fields(auto& /*self*/) { return std::tie(); }
};
// A block of the best branch; of no height, the newest.
struct AskBlock {
  std::optional<Height> height;
  static auto fields(auto& self) { return std::tie(self.height); }
};
// The block of the best branch that has this record.
struct AskPlace {
  TransactionHash htxm{};
  static auto fields(auto& self) { return std::tie(self.htxm); }
};
using Request = std::variant<Submit, AskStatus, AskBlock, AskPlace, Question>;

struct Taken {
  ItemId id;
  static auto fields(auto& self) { return std::tie(self.id); }
};
struct Status {
  NetworkId net{};
  MblockHash best{};
  Height height;  // its
  Time time;      // its
  Bytes32 target{};  // of a block above it
  Height headers;    // of the best header, whose bodies may not be here yet
  MblockHash anchor{};
  Height anchor_height;
  std::uint64_t pooled = 0;  // items that wait
  List<Identity, 1024> connected;

  static auto fields(auto& self) {
    return std::tie(self.net, self.best, self.height, self.time, self.target, self.headers, self.anchor, self.anchor_height, self.pooled,
                    self.connected);
  }
};
struct Place {
  MblockHeader header;
  std::uint64_t above = 0;  // blocks on top of it
  bool is_final = false;
  RecordProof proof;  // under the header's transaction root

  static auto fields(auto& self) { return std::tie(self.header, self.above, self.is_final, self.proof); }
};
using Response = std::variant<Refusal, Taken, Status, MedBlock, Place, Reply>;

// A request and its response have the same number, the asker's choice.
struct ClientRequest {
  std::uint64_t number = 0;
  Request request;
  static auto fields(auto& self) { return std::tie(self.number, self.request); }
};
struct ClientResponse {
  std::uint64_t number = 0;
  Response response;
  static auto fields(auto& self) { return std::tie(self.number, self.response); }
};

}  // namespace caduceus::med
