// What a node of MED does for those who ask it: core/med/request.h.
#pragma once

#include "core/med/request.h"
#include "core/sup/query.h"
#include "host/node/med_node.h"

namespace caduceus {

// Of an answer, or of a bundle that is submitted.
constexpr std::size_t most_med_frame = med::most_message_bytes;
constexpr std::size_t most_med_request = med::SignedBundle::most_bytes * 2;

class MedService {
 public:
  // Both outlive it.
  MedService(const MedTerms& terms, MedNode& node) : terms_(terms), node_(node) {}

  void on_request(PeerId from, Bytes content);
  // To be verified and pooled; `then` comes on the loop, once.
  using Then = std::function<void(const med::Response&)>;
  void submit(med::Item item, Then then);
  // In a hospital, what belongs to SUP and came here goes there (PROTOCOL.md §8, Pools).
  using SubmitToSup = std::function<void(SupTransaction, std::function<void(const sup::Reply&)>)>;
  void pass_on_to(SubmitToSup sup) { sup_ = std::move(sup); }

 private:
  [[nodiscard]] bool pass_on(PeerId from, ByteView content);
  [[nodiscard]] med::Response respond(const med::AskStatus& asked) const;
  [[nodiscard]] med::Response respond(const med::AskBlock& asked) const;
  [[nodiscard]] med::Response respond(const med::AskPlace& asked) const;
  [[nodiscard]] med::Response respond(const med::Question& asked) const { return node_.node().answer(asked); }
  [[nodiscard]] med::Response take(Checked<med::SignedItem> item);
  // On the branch that counts; nothing above its newest block.
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const;

  const MedTerms& terms_;
  MedNode& node_;
  SubmitToSup sup_;
};

}  // namespace caduceus
