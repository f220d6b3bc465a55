// How rows are measured: an operation and its floor in turns, in one run.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace caduceus::bench {

// One call of what is measured; whether it came out as it must. A wrong result is a bug of the benchmark (CHECK).
using Work = std::function<bool()>;

struct Case {
  Work operation;
  Work floor;             // none: nothing of ours is in the operation, which is its own floor
  std::size_t bytes = 0;  // on the wire
};

struct Row {
  std::string name;
  std::function<Case()> prepare;  // called when the row's turn comes; what it makes lives as long as the Case
  std::string compared_with;      // the name of another row, or none
};

// Microseconds of processor time, of one call.
struct Figures {
  double operation = 0;
  double floor = 0;
};

// Warms all of them up, then calls operations and floors in turns, in batches of about a millisecond, a single call where that takes
// longer, for so many seconds a case, and at least eight rounds. The fastest quarter of the rounds counts: a shared machine only ever
// adds, and it is the same rounds for all. Cases whose figures are compared with each other belong in one call for that reason.
std::vector<Figures> measure(std::span<const Case> cases, double seconds);

}  // namespace caduceus::bench
