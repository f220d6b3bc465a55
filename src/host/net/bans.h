// Whom a transport does not speak to for a while. Time comes in as an argument; memory has a bound.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

namespace caduceus {

class Bans {
 public:
  using Clock = std::chrono::steady_clock;

  // `who`: an address, or the name in a certificate. Never shortens a ban.
  void add(const std::string& who, Clock::time_point until);
  [[nodiscard]] bool has(const std::string& who, Clock::time_point now) const;

  // A connection from this address was none of ours; true when it is one too many. Who is served starts anew.
  bool strike(const std::string& address);
  void forgive(const std::string& address) { strikes_.erase(address); }

 private:
  std::unordered_map<std::string, Clock::time_point> until_;
  std::unordered_map<std::string, int> strikes_;
};

}  // namespace caduceus
