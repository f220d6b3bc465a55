#include "host/node/sup_service.h"

#include <unordered_set>

namespace caduceus {
namespace {

Refusal refusal(std::string reason, std::string explanation) { return {{std::move(reason)}, {std::move(explanation)}}; }

}  // namespace

// What a thread of the pool has of its own.
struct SupService::Thread {
  Thread(const TransactionKeys& keys, const Committee& committee, const sup::Rules& rules)
      : transactions(keys, cached_identities), body(keys.net, committee, rules, transactions, random) {}

  static constexpr std::size_t cached_identities = 1U << 14U;
  SystemRandom random;
  TransactionVerifier transactions;
  sup::SupBodyCheck body;
};

SupService::SupService(const sup::Genesis& genesis, const Committee& committee, const sup::Rules& rules, sup::SupLedger& ledger,
                       const SupStore& store, WorkerPool& pool, std::size_t threads)
    : genesis_(genesis), ledger_(ledger), store_(store), workers_(pool) {
  const TransactionKeys keys = genesis.transaction_keys();
  for (std::size_t i = 0; i < threads; ++i) threads_.push_back(std::make_unique<Thread>(keys, committee, rules));
}

SupService::~SupService() = default;

std::vector<sup::BodyCheck> SupService::body_checks() {
  std::vector<sup::BodyCheck> checks;
  checks.reserve(threads_.size());
  for (const auto& thread : threads_) checks.emplace_back([&body = thread->body](ByteView bytes) { return body(bytes); });
  return checks;
}

void SupService::on_frame(PeerId from, Channel channel, Bytes content) {
  if (channel == Channel::relay) {
    auto relay = decode<Relay>(content);
    if (!relay) {
      node_->ban(from, std::string(explain(relay.error())));
      return;
    }
    for (SupTransaction& transaction : relay->items) receive({from, {}, {}}, std::move(transaction));
    return;
  }
  auto request = decode<ClientRequest>(content);
  if (!request) {
    if (pass_on(from, content)) return;
    node_->ban(from, std::string(explain(request.error())));
    return;
  }
  const Asker asker{from, request->number, {}};
  if (auto* submit = std::get_if<sup::Submit>(&request->question)) {
    receive(asker, std::move(submit->transaction));
  } else if (const auto* status = std::get_if<sup::AskStatus>(&request->question)) {
    ask(asker, *status);
  } else if (const auto* block = std::get_if<sup::AskBlock>(&request->question)) {
    ask(asker, *block);
  } else if (const auto* proof = std::get_if<sup::AskProof>(&request->question)) {
    ask(asker, *proof);
  }
}

bool SupService::pass_on(PeerId from, ByteView content) {
  if (!med_.submit) return false;
  auto request = decode<med::ClientRequest>(content);
  auto* submit = request ? std::get_if<med::Submit>(&request->request) : nullptr;
  if (submit == nullptr) return false;
  const auto answer_it = [this, from, number = request->number](const med::Response& response) {
    node_->send(from, frame_of(Channel::answer, med::ClientResponse{number, response}));
  };
  if (passed_on_ >= most_passed_on) {
    answer_it(refusal("busy", "MED's transactions have a port of their own: ask there"));
    return true;
  }
  ++passed_on_;
  med_.submit(std::move(submit->item), [this, answer_it](const med::Response& response) {
    --passed_on_;
    answer_it(response);
  });
  return true;
}

void SupService::answer(const Asker& asker, const sup::Reply& reply) {
  if (asker.then) asker.then(reply);
  if (asker.number) node_->send(asker.peer, frame_of(Channel::answer, ClientAnswer{*asker.number, reply}));
}

void SupService::ask(const Asker& asker, const sup::AskStatus& /*question*/) {
  const sup::HeldBlock& newest = node_->replica().committed();
  sup::Status status;
  status.net = genesis_.network();
  status.place = node_->place();
  status.view = node_->replica().view();
  status.newest = newest.hash;
  status.height = newest.height();
  status.time = newest.block.header.time;
  status.roots = newest.block.header.roots;
  status.first = store_.first();
  status.pooled = ledger_.pool().size();
  status.connected.items = node_->connected();
  answer(asker, status);
}

void SupService::ask(const Asker& asker, const sup::AskBlock& question) {
  if (auto block = store_.at(question.height.value_or(node_->replica().committed().height()))) {
    answer(asker, *std::move(block));
  } else {
    answer(asker, refusal("block-not-here", "no block of this height is committed, or kept, here"));
  }
}

void SupService::ask(const Asker& asker, const sup::AskProof& question) {
  const auto& proof = node_->replica().proof();
  if (!proof) {
    answer(asker, refusal("no-commit-yet", "no block is committed yet: try again in a moment"));
    return;
  }
  const PatriciaTrie& trie = question.trie == sup::SnapshotTrie::state ? ledger_.state().state() : ledger_.state().revocations();
  answer(asker, sup::ProvenEntry{*proof, trie.prove(question.key.value)});
}

void SupService::receive(const Asker& asker, SupTransaction transaction) {
  if (waiting_.size() + until_current_.size() >= most_waiting || open_.size() >= most_open_requests) {
    answer(asker, refusal("busy", "too many transactions wait here: try again, or ask another hospital"));
    return;
  }
  waiting_.push_back({std::move(transaction), asker});
  if (!is_verifying_) verify();
}

void SupService::verify() {
  std::vector<SupTransaction> batch;
  std::vector<Asker> askers;
  while (!waiting_.empty() && batch.size() < most_in_batch) {
    batch.push_back(std::move(waiting_.front().transaction));
    askers.push_back(waiting_.front().asker);
    waiting_.pop_front();
  }
  is_verifying_ = true;
  workers_.run([this, batch = std::move(batch), askers = std::move(askers)](std::size_t thread) mutable -> WorkerPool::Then {
    Thread& own = *threads_[thread];
    auto verified = std::make_shared<std::vector<Checked<VerifiedTransaction>>>(own.transactions.verify_each(std::move(batch), own.random));
    return [this, verified = std::move(verified), askers = std::move(askers)] {
      is_verifying_ = false;
      if (!waiting_.empty()) verify();
      pool(std::move(*verified), askers);
    };
  });
}

void SupService::pool(std::vector<Checked<VerifiedTransaction>> verified, const std::vector<Asker>& askers) {
  Relay relay;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const Asker& asker = askers[i];
    if (!verified[i]) {
      answer(asker, Refusal::of(verified[i].error()));
      if (!asker.then && node_->is_replica(asker.peer)) node_->ban(asker.peer, std::string(explain(verified[i].error())));
      continue;
    }
    const TransactionHash htx = verified[i]->hash();
    if (const auto committed = ledger_.state().committed(htx)) {
      if (committed->height <= durable_) {
        answer(asker, *committed);
      } else if (asker.waits()) {
        open_.emplace(htx, asker);
      }
      continue;
    }
    SupTransaction transaction = verified[i]->value();
    const auto pooled = ledger_.submit(*std::move(verified[i]), NodeClock::wall());
    if (!pooled && pooled.error() != Reject::pool_known) {
      if (is_current()) {
        answer(asker, Refusal::of(pooled.error()));
      } else {
        until_current_.push_back({std::move(transaction), asker});
      }
      continue;
    }
    if (!asker.waits()) continue;
    relay.items.push_back(std::move(transaction));
    open_.emplace(htx, asker);
  }
  if (!relay.items.empty()) node_->send_to_replicas(frame_of(Channel::relay, relay));
  node_->pool_changed();
}

void SupService::on_down(PeerId peer) {
  std::erase_if(open_, [&](const auto& open) { return !open.second.then && open.second.peer == peer; });
}

void SupService::on_turn() {
  for (const MblockHeader& header : ledger_.take_missing()) {
    if (med_.seek) med_.seek(header);
  }
}

void SupService::on_committed(const std::vector<SupBlock>& blocks) {
  durable_ = blocks.back().header.height;
  if (med_.follow && node_->replica().proof()) med_.follow(*node_->replica().proof());
  if (!until_current_.empty() && is_current()) {
    waiting_.insert(waiting_.end(), std::make_move_iterator(until_current_.begin()), std::make_move_iterator(until_current_.end()));
    until_current_.clear();
    if (!is_verifying_) verify();
  }
  // What was asked about is committed, or still waits, or has become invalid in between.
  for (auto open = open_.begin(); open != open_.end();) {
    const auto committed = ledger_.state().committed(open->first);
    if (ledger_.pool().contains(open->first) || (committed && committed->height > durable_)) {
      ++open;
      continue;
    }
    if (committed) {
      answer(open->second, *committed);
    } else {
      answer(open->second, refusal("dropped", "another transaction made this one invalid, or its time passed, while it waited"));
    }
    open = open_.erase(open);
  }
}

}  // namespace caduceus
