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

  // A connection from this address was none of ours; false when it is one too many in a row. Such an address is slow until somebody
  // from it is served: others may be behind it, so that it is not shut out, but it does not keep us busy either.
  bool strike(const std::string& address);
  void forgive(const std::string& address) { strikes_.erase(address); }
  // Whether a connection from this address is looked at: of a slow one, or one that is banned (others behind it have certificates), one in 50 ms.
  bool may_try(const std::string& address, Clock::time_point now);

 private:
  struct Strikes {
    int count = 0;
    Clock::time_point next_try{};  // of a slow address
  };
  Strikes& strikes_of(const std::string& address);

  std::unordered_map<std::string, Clock::time_point> until_;
  std::unordered_map<std::string, Strikes> strikes_;
};

}  // namespace caduceus
