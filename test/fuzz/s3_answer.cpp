#include "host/store/s3_answer.h"

#include <algorithm>

#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::store {

// Whatever comes: what is accepted has the limits that it should, and is of one kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView xml(data, size);
  const auto is_name = [](const std::string& text) { return !text.empty() && text.size() <= 1024; };
  const auto objects = parse_s3_objects(xml);
  if (objects) CHECK(std::ranges::all_of(objects->keys, is_name) && objects->next.size() <= 1024);
  const auto uploads = parse_s3_uploads(xml);
  if (uploads) {
    CHECK(std::ranges::all_of(uploads->uploads, [&](const S3Upload& one) { return is_name(one.key) && is_name(one.id); }));
    CHECK(!uploads->next || (is_name(uploads->next->key) && is_name(uploads->next->id)));
  }
  const auto id = parse_s3_upload_id(xml);
  CHECK(!id || is_name(*id));
  const S3Error error = parse_s3_error(xml);
  for (const std::string& words : {error.code, error.message}) {
    CHECK(words.size() <= 200 && std::ranges::all_of(words, [](char c) { return c >= ' ' && c <= '~'; }));
  }
  fuzz::accepted = objects || uploads || id || is_s3_upload_complete(xml) || !error.code.empty();
  return 0;
}

}  // namespace caduceus::store
