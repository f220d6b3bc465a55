// The end of a node that must not go on: a disk that does not keep what it is given, a state that is not the committed one (PROTOCOL.md
// §8). What was acknowledged is on disk; a restart goes on from there, or says the same again.
#pragma once

#include <string>

namespace caduceus {

constexpr int halted_status = 5;  // of the process

// Says why on standard error, and ends the process at once, without destructors.
[[noreturn]] void halt(const std::string& why);

}  // namespace caduceus
