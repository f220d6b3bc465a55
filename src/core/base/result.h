// The two ways in which a call that is not our bug can fail.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "core/base/reject.h"

namespace caduceus {

// Input from outside, accepted as a T or refused with its reason.
template <class T>
using Checked = tl::expected<T, Reject>;

inline tl::unexpected<Reject> reject(Reject reason) { return tl::unexpected(reason); }

// The environment failed: a file, a disk, a socket. The message says what, where and, where known, what to do.
struct Failure {
  std::string message;
};

template <class T>
using Result = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failure(std::string message) { return tl::unexpected(Failure{std::move(message)}); }

}  // namespace caduceus

// TRY(auto key, decode<Key>(bytes)); binds the value, or returns the error to the caller.
#define TRY(declaration, expression) TRY_NAMED(TRY_CAT(try_, __LINE__), declaration, expression)
// TRY_VOID(check(x)); the same for a call without a value.
#define TRY_VOID(expression)                                                                \
  do {                                                                                      \
    if (auto tried = (expression); !tried) return tl::unexpected(std::move(tried).error()); \
  } while (false)

#define TRY_CAT(a, b) TRY_CAT_(a, b)
#define TRY_CAT_(a, b) a##b
#define TRY_NAMED(name, declaration, expression)             \
  auto name = (expression);                                  \
  if (!name) return tl::unexpected(std::move(name).error()); \
  declaration = *std::move(name)
