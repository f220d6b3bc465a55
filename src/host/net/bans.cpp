#include "host/net/bans.h"

#include <algorithm>

namespace caduceus {
namespace {

constexpr std::size_t most = 4096;
constexpr int too_many = 3;
constexpr std::chrono::milliseconds between_tries{50};

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

Bans::Strikes& Bans::strikes_of(const std::string& address) {
  if (strikes_.size() >= most && !strikes_.contains(address)) strikes_.clear();
  return strikes_[address];
}

bool Bans::strike(const std::string& address) {
  Strikes& strikes = strikes_of(address);
  strikes.count = std::min(strikes.count + 1, too_many + 1);
  return strikes.count <= too_many;
}

bool Bans::may_try(const std::string& address, Clock::time_point now) {
  const auto found = strikes_.find(address);
  const bool is_slow = found != strikes_.end() && found->second.count >= too_many;
  if (!is_slow && !has(address, now)) return true;
  Clock::time_point& next = strikes_of(address).next_try;
  if (now < next) return false;
  next = now + between_tries;
  return true;
}

}  // namespace caduceus
