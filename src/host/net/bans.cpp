#include "host/net/bans.h"

#include <algorithm>

namespace caduceus {
namespace {

constexpr std::size_t most = 4096;
constexpr int too_many = 3;

}  // namespace

void Bans::add(const std::string& who, Clock::time_point until) {
  // Who fills it up loses the ban that ends first: not more than others' bans end early.
  if (until_.size() >= most && !until_.contains(who)) {
    until_.erase(std::ranges::min_element(until_, {}, [](const auto& entry) { return entry.second; }));
  }
  auto& entry = until_[who];
  entry = std::max(entry, until);
}

bool Bans::has(const std::string& who, Clock::time_point now) const {
  const auto entry = until_.find(who);
  return entry != until_.end() && now < entry->second;
}

bool Bans::strike(const std::string& address) {
  if (strikes_.size() >= most && !strikes_.contains(address)) strikes_.clear();
  if (++strikes_[address] < too_many) return false;
  strikes_.erase(address);
  return true;
}

}  // namespace caduceus
