#include "core/roles/tables.h"

#include <algorithm>

namespace caduceus::roles {
namespace {

Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
bool begins_with(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && std::ranges::equal(key.first(prefix.size()), prefix);
}

}  // namespace

std::optional<SecretBytes> WriteSet::get_bytes(TableId table, const Bytes& key) const {
  const auto own = writes_.find({table, key});
  if (own == writes_.end()) return tables_.get(table, key);
  if (!own->second) return std::nullopt;
  return SecretBytes(own->second->expose());
}

// Two ordered lists merged: what is on disk, and this step's writes, which win.
void WriteSet::for_each_bytes(TableId table, ByteView prefix, ByteView first, const Tables::Visit& visit) const {
  auto own = writes_.lower_bound({table, to_bytes(first)});
  const auto is_own = [&] { return own != writes_.end() && own->first.first == table && begins_with(own->first.second, prefix); };
  const auto visit_own = [&] {
    const auto& [place, value] = *own;
    ++own;
    return !value || visit(place.second, value->expose());
  };
  bool goes_on = true;
  tables_.for_each_from(table, first, [&](ByteView key, ByteView value) {
    if (!begins_with(key, prefix)) return false;
    while (goes_on && is_own() && std::ranges::lexicographical_compare(own->first.second, key)) goes_on = visit_own();
    if (!goes_on) return false;
    const bool is_overwritten = is_own() && std::ranges::equal(own->first.second, key);
    goes_on = is_overwritten ? visit_own() : visit(key, value);
    return goes_on;
  });
  while (goes_on && is_own()) goes_on = visit_own();
}

std::optional<SecretBytes> MemoryTables::get(TableId table, ByteView key) const {
  const auto found = entries_.find({table, to_bytes(key)});
  if (found == entries_.end()) return std::nullopt;
  return SecretBytes(found->second.expose());
}

void MemoryTables::for_each_from(TableId table, ByteView first, const Visit& visit) const {
  for (auto entry = entries_.lower_bound({table, to_bytes(first)}); entry != entries_.end() && entry->first.first == table; ++entry) {
    if (!visit(entry->first.second, entry->second.expose())) return;
  }
}

void MemoryTables::apply(const WriteSet& step) {
  for (const auto& [place, value] : step.writes()) {
    if (value) {
      entries_.insert_or_assign(place, SecretBytes(value->expose()));
    } else {
      entries_.erase(place);
    }
  }
}

}  // namespace caduceus::roles
