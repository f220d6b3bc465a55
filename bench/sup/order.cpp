#include "bench/sup/order.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace caduceus::bench {
namespace {

struct OrderState final : sup::LedgerState {
  std::uint64_t ordered = 0;
};

const OrderState& as_order(const sup::StateRef& state) {
  const auto* order = dynamic_cast<const OrderState*>(state.get());
  CHECK(order != nullptr);
  return *order;
}

}  // namespace

void OrderLedger::pool(const Commands& commands) {
  const std::uint64_t next = first_ + pool_.size() / command_size;
  CHECK(commands.first == next);
  pool_.insert(pool_.end(), commands.bytes.value.begin(), commands.bytes.value.end());
}

sup::StateRef OrderLedger::genesis() const { return std::make_shared<OrderState>(); }

Checked<sup::StateRef> OrderLedger::execute(const sup::StateRef& parent, const sup::BlockPlace& /*place*/, ByteView body) {
  if (body.empty()) return parent;
  TRY(const Commands commands, decode<Commands>(body));
  const OrderState& before = as_order(parent);
  if (commands.first != before.ordered + 1 || commands.bytes.value.size() % command_size != 0) return reject(Reject::unknown_value);
  auto after = std::make_shared<OrderState>();
  after->ordered = before.ordered + commands.count();
  after->roots.state = hash({before.roots.state, body_hash(body)});
  return after;
}

Bytes OrderLedger::assemble(const sup::StateRef& parent, const sup::BlockPlace& /*place*/) {
  const std::uint64_t first = as_order(parent).ordered + 1;
  CHECK(first >= first_);
  const std::size_t skip = (first - first_) * command_size;
  if (skip >= pool_.size()) return {};
  const std::size_t size = std::min(pool_.size() - skip, most_in_block_ * command_size);
  const auto begin = pool_.begin() + static_cast<std::ptrdiff_t>(skip);
  return encode(Commands{first, {Bytes(begin, begin + static_cast<std::ptrdiff_t>(size))}});
}

sup::Pooled OrderLedger::pooled() const {
  if (pool_.empty()) return sup::Pooled::nothing;
  return pool_.size() < most_in_block_ * command_size ? sup::Pooled::partial : sup::Pooled::full;
}

void OrderLedger::committed(const SupBlock& /*block*/, const sup::StateRef& state) {
  ordered_ = as_order(state).ordered;
  const std::size_t gone = std::min<std::size_t>((ordered_ + 1 - first_) * command_size, pool_.size());
  pool_.erase(pool_.begin(), pool_.begin() + static_cast<std::ptrdiff_t>(gone));
  first_ += gone / command_size;
}

sup::StateRef OrderLedger::load(const SupHeader& /*committed*/) {
  CHECK(false);
  return nullptr;
}

std::unique_ptr<sup::Restorer> OrderLedger::restore() const {
  CHECK(false);
  return nullptr;
}

void OrderService::on_frame(PeerId from, Channel channel, Bytes content) {
  const auto commands = decode<Commands>(content);
  if (channel != Channel::request || !commands || commands->bytes.value.size() % command_size != 0) {
    node_->ban(from, "no commands");
    return;
  }
  if (std::ranges::find(clients_, from) == clients_.end()) clients_.push_back(from);
  ledger_.pool(*commands);
  node_->pool_changed();
}

void OrderService::on_committed(const std::vector<SupBlock>& /*blocks*/) {
  const Frame frame = frame_of(Channel::answer, Ordered{ledger_.ordered()});
  for (const PeerId client : clients_) node_->send(client, frame);
}

}  // namespace caduceus::bench
