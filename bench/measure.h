// How a row is measured: an operation and its floor in turns, in one run, so that what disturbs the machine disturbs both.
#pragma once

#include <cstddef>
#include <functional>
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
  std::string compared_with;      // the name of an earlier row, or none
};

// Microseconds of processor time, of one call.
struct Figures {
  double operation = 0;
  double floor = 0;
};

// Warms both up, then calls them in alternating batches of about a millisecond, a single call where that takes longer, until the
// seconds are over, and at least five batches of each. Of each the fastest batch counts: what a shared machine adds is never negative.
Figures measure(const Case& what, double seconds);

}  // namespace caduceus::bench
