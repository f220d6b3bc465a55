#include "host/store/s3_answer.h"

#include <cstring>
#include <pugixml.hpp>

namespace caduceus::store {
namespace {

constexpr std::size_t most_words = 200, most_name = 1024;

// The root, of this name: with another one, or where it is no XML, it has no children. pugixml knows no entities but XML's own five, so that
// nothing grows, and does not recurse.
class Answer {
 public:
  Answer(ByteView xml, const char* root) {
    if (document_.load_buffer(xml.data(), xml.size())) root_ = document_.child(root);
  }
  [[nodiscard]] const pugi::xml_node& root() const { return root_; }
  [[nodiscard]] bool is_there() const { return !root_.empty(); }

 private:
  pugi::xml_document document_;
  pugi::xml_node root_;
};

std::string visible(const char* text) {
  std::string shown(text, ::strnlen(text, most_words));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return shown;
}

// Whether the text is a name of 1 to 1024 bytes.
bool is_name(const std::string& text) { return !text.empty() && text.size() <= most_name; }

bool is_true(const pugi::xml_node& node) { return std::strcmp(node.child_value(), "true") == 0; }

}  // namespace

S3Error parse_s3_error(ByteView xml) {
  const Answer answer(xml, "Error");
  return {visible(answer.root().child_value("Code")), visible(answer.root().child_value("Message"))};
}

std::optional<S3Objects> parse_s3_objects(ByteView xml) {
  const Answer answer(xml, "ListBucketResult");
  if (!answer.is_there()) return std::nullopt;
  S3Objects objects;
  for (const pugi::xml_node& one : answer.root().children("Contents")) {
    objects.keys.emplace_back(one.child_value("Key"));
    if (!is_name(objects.keys.back())) return std::nullopt;
  }
  if (is_true(answer.root().child("IsTruncated"))) {
    objects.next = answer.root().child_value("NextContinuationToken");
    if (!is_name(objects.next)) return std::nullopt;
  }
  return objects;
}

std::optional<S3Uploads> parse_s3_uploads(ByteView xml) {
  const Answer answer(xml, "ListMultipartUploadsResult");
  if (!answer.is_there()) return std::nullopt;
  S3Uploads found;
  for (const pugi::xml_node& one : answer.root().children("Upload")) {
    found.uploads.push_back({one.child_value("Key"), one.child_value("UploadId")});
    if (!is_name(found.uploads.back().key) || !is_name(found.uploads.back().id)) return std::nullopt;
  }
  if (is_true(answer.root().child("IsTruncated"))) {
    found.next = {answer.root().child_value("NextKeyMarker"), answer.root().child_value("NextUploadIdMarker")};
    if (!is_name(found.next->key) || !is_name(found.next->id)) return std::nullopt;
  }
  return found;
}

std::optional<std::string> parse_s3_upload_id(ByteView xml) {
  std::string id = Answer(xml, "InitiateMultipartUploadResult").root().child_value("UploadId");
  return is_name(id) ? std::optional(std::move(id)) : std::nullopt;
}

bool is_s3_upload_complete(ByteView xml) { return Answer(xml, "CompleteMultipartUploadResult").is_there(); }

}  // namespace caduceus::store
