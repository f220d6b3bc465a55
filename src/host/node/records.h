// Encoded values in a store.
#pragma once

#include <iostream>
#include <optional>
#include <string_view>

#include "core/base/codec.h"
#include "host/node/halt.h"
#include "host/store/store.h"

namespace caduceus {

// Failure, when it is stored bytes that are no such value; `what`: "block".
template <class T>
[[nodiscard]] Result<T> record(ByteView bytes, std::string_view what) {
  auto value = decode<T>(bytes);
  if (!value) return failure("the store's " + std::string(what) + " is no such record: " + std::string(explain(value.error())));
  return *std::move(value);
}

template <class T>
[[nodiscard]] Result<std::optional<T>> find_record(const store::Store& store, store::Column column, ByteView key, std::string_view what) {
  TRY(const auto bytes, store.get(column, key));
  if (!bytes) return std::nullopt;
  TRY(T value, record<T>(*bytes, what));
  return value;
}

// What a running node cannot do without: it halts.
template <class T>
[[nodiscard]] T must_read(Result<T> result) {
  if (!result) halt(result.error().message);
  return *std::move(result);
}

// What may be better in a while: records' bytes, which can be on another machine. The log has why, and who asked may ask again.
// Reject::hospital_busy.
template <class T>
[[nodiscard]] Checked<T> or_busy(Result<T> result) {
  if (!result) {
    std::clog << "records: " << result.error().message << '\n';
    return reject(Reject::hospital_busy);
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

}  // namespace caduceus
