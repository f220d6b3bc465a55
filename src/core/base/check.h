// CHECK: our own bugs. Always on; what comes from outside is a Reject, never a CHECK.
#pragma once

namespace caduceus {

// Prints what failed and where, and aborts.
[[noreturn]] void check_failed(const char* what, const char* file, int line);

}  // namespace caduceus

#define CHECK(condition) (static_cast<bool>(condition) ? void() : ::caduceus::check_failed(#condition, __FILE__, __LINE__))
