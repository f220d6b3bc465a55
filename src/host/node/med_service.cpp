#include "host/node/med_service.h"

#include <algorithm>

#include "host/node/sup_service.h"

namespace caduceus {
namespace {

Refusal refusal(std::string reason, std::string explanation) { return {{std::move(reason)}, {std::move(explanation)}}; }

// On a worker.
std::shared_ptr<Checked<med::SignedItem>> verified(med::Item item, const MedTerms& terms, MedNode::Worker& own) {
  const auto job = [](auto&& one) { return med::Job{med::Peer(), std::forward<decltype(one)>(one)}; };
  auto result = med::run(std::visit(job, std::move(item)), own.verifier, terms.sup(), own.random);
  return std::make_shared<Checked<med::SignedItem>>(std::get<med::VerifiedItem>(std::move(result.what)).item);
}

}  // namespace

void MedService::on_request(PeerId from, Bytes content) {
  const std::size_t size = content.size();
  node_.work(from, size, [this, from, content = std::move(content)](MedNode::Worker& own) -> MedNode::Then {
    auto decoded = decode<med::ClientRequest>(content);
    if (!decoded) {
      return [this, from, content, why = decoded.error()] {
        if (!pass_on(from, content)) node_.ban(from, std::string(explain(why)));
      };
    }
    const auto answer = [this, from, number = decoded->number](const med::Response& response) {
      node_.send(from, frame_of(Channel::answer, med::ClientResponse{number, response}));
    };
    if (auto* submit = std::get_if<med::Submit>(&decoded->request)) {
      return [this, answer, item = verified(std::move(submit->item), terms_, own)] { answer(take(std::move(*item))); };
    }
    return [this, answer, request = std::move(decoded->request)] {
      std::visit(
          [&](const auto& asked) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(asked)>, med::Submit>) answer(respond(asked));
          },
          request);
    };
  });
}

void MedService::submit(med::Item item, Then then) {
  const PeerId nobody;  // who came to another port is not paused here: that port counts
  auto waiting = std::make_shared<med::Item>(std::move(item));
  node_.work(nobody, 0, [this, waiting, then = std::move(then)](MedNode::Worker& own) -> MedNode::Then {
    return [this, then, item = verified(std::move(*waiting), terms_, own)] { then(take(std::move(*item))); };
  });
}

bool MedService::pass_on(PeerId from, ByteView content) {
  if (!sup_) return false;
  auto request = decode<ClientRequest>(content);
  auto* submit = request ? std::get_if<sup::Submit>(&request->question) : nullptr;
  if (submit == nullptr) return false;
  sup_(std::move(submit->transaction), [this, from, number = request->number](const sup::Reply& reply) {
    node_.send(from, frame_of(Channel::answer, ClientAnswer{number, reply}));
  });
  return true;
}

med::Response MedService::take(Checked<med::SignedItem> item) {
  if (!item) return Refusal::of(item.error());
  const auto id = node_.submit(*std::move(item));
  if (!id) return Refusal::of(id.error());
  return med::Taken{*id};
}

med::Response MedService::respond(const med::AskStatus& /*asked*/) const {
  const med::Chain& chain = node_.node().chain();
  const med::HeldHeader& best = chain.best();
  med::Status status;
  status.net = terms_.net;
  status.best = best.hash;
  status.height = best.height();
  status.time = best.header.time;
  status.target = chain.headers().target_above(best);
  status.headers = chain.headers().best_header().height();
  status.anchor = chain.anchor().hash;
  status.anchor_height = chain.anchor().height();
  status.pooled = node_.node().pool().size();
  status.connected.items = node_.connected();
  return status;
}

std::optional<MblockHeader> MedService::header_at(Height height) const {
  const med::Chain& chain = node_.node().chain();
  if (height <= chain.anchor().height()) return node_.store().header_at(height);
  const med::HeldHeader* at = &chain.best();
  if (height > at->height()) return std::nullopt;
  while (at->height() > height) at = at->parent;
  return at->header;
}

med::Response MedService::respond(const med::AskBlock& asked) const {
  const auto header = header_at(asked.height.value_or(node_.node().chain().best().height()));
  if (!header) return refusal("block-not-here", "no block of this height is on this node's chain");
  if (header->height == Height(0)) return MedBlock{*header, {}};
  auto body = node_.store().body(mblock_hash(*header));
  if (!body) return refusal("block-not-here", "this node does not have the block of this height");
  return MedBlock{*header, *std::move(body)};
}

med::Response MedService::respond(const med::AskPlace& asked) const {
  const Height best = node_.node().chain().best().height();
  for (const MblockHash& block : node_.store().blocks_with(asked.htxm)) {
    const med::HeldHeader* held = node_.node().chain().headers().find(block);
    const auto height = held == nullptr ? node_.store().height_of(block) : held->height();
    const auto header = height ? header_at(*height) : std::nullopt;
    const auto place = node_.store().place_of(block, asked.htxm);
    const auto body = node_.store().body(block);
    if (!header || mblock_hash(*header) != block || !place || !body) continue;
    return med::Place{*header, best.value() - height->value(), *height <= node_.node().chain().anchor().height(),
                      prove_record(*body, place->bundle, place->record)};
  }
  return refusal("record-not-here", "no block on this node's chain has this record");
}

}  // namespace caduceus
