// Planted bugs: each leaves one clause of §8 out, and a simulation has to find it. They are put into a correct replica from outside: as a
// wrong rule, as a disk that forgets, or as a host that drops what it should pass on.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace caduceus::sim {

enum class Plant {
  double_vote,
  commit_non_consecutive,
  vote_after_timeout,
  forget_vote_on_crash,
  forget_block_on_crash,
  skip_leader_check,
  timeout_without_vote,
  no_timeout_repeat,
  fake_high_view,
  ignore_late_votes,
  restore_without_wait,
  repeat_without_tc,
};

constexpr std::array<std::string_view, 12> plant_names{"double-vote",          "commit-non-consecutive", "vote-after-timeout",
                                                       "forget-vote-on-crash", "forget-block-on-crash",  "skip-leader-check",
                                                       "timeout-without-vote", "no-timeout-repeat",      "fake-high-view",
                                                       "ignore-late-votes",    "restore-without-wait",   "repeat-without-tc"};

constexpr std::optional<Plant> plant_named(std::string_view name) {
  for (std::size_t i = 0; i < plant_names.size(); ++i) {
    if (plant_names.at(i) == name) return static_cast<Plant>(i);
  }
  return std::nullopt;
}

}  // namespace caduceus::sim
