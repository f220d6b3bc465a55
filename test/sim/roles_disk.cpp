#include "test/sim/roles_disk.h"

namespace caduceus::sim {
namespace {

Bytes bytes_of(ByteView view) { return {view.begin(), view.end()}; }

}  // namespace

std::optional<SecretBytes> RolesDisk::SimTables::get(roles::TableId table, ByteView key) const {
  const auto found = entries_.find({table, bytes_of(key)});
  if (found == entries_.end()) return std::nullopt;
  return SecretBytes(found->second);
}

void RolesDisk::SimTables::for_each_from(roles::TableId table, ByteView first, const Visit& visit) const {
  for (auto at = entries_.lower_bound({table, bytes_of(first)}); at != entries_.end() && at->first.first == table; ++at) {
    if (!visit(at->first.second, at->second)) return;
  }
}

void RolesDisk::SimTables::apply(const std::map<std::pair<roles::TableId, Bytes>, std::optional<Bytes>>& writes) {
  for (const auto& [key, value] : writes) {
    if (value) {
      entries_.insert_or_assign(key, *value);
    } else {
      entries_.erase(key);
    }
  }
}

void RolesDisk::write(const roles::WriteSet& step, std::function<void()> then) {
  Waiting one{{}, std::move(then)};
  for (const auto& [key, value] : step.writes()) {
    one.writes.emplace(key, value ? std::optional(bytes_of(value->expose())) : std::nullopt);
  }
  seen_.apply(one.writes);
  waiting_.push_back(std::move(one));
}

void RolesDisk::sync() {
  std::deque<Waiting> synced;
  std::swap(synced, waiting_);
  for (const Waiting& one : synced) durable_.apply(one.writes);
  for (const Waiting& one : synced) one.then();
}

void RolesDisk::crash(std::size_t survivors) {
  for (std::size_t i = 0; i < survivors && i < waiting_.size(); ++i) durable_.apply(waiting_[i].writes);
  waiting_.clear();
  seen_.copy(durable_);
}

}  // namespace caduceus::sim
