#include "host/fhir/json_text.h"

#include <array>

namespace caduceus::fhir {
namespace {

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_literal(char c) { return is_white(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '[' || c == '{' || c == '"'; }

// The end of the string or literal that begins at `at`; npos when it has none.
std::size_t end_of_scalar(std::string_view text, std::size_t at) {
  if (text[at] != '"') {
    const std::size_t begin = at;
    while (at < text.size() && !ends_literal(text[at])) ++at;
    return at == begin ? std::string_view::npos : at;
  }
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Whether this is what comes next; if so it is behind us.
  bool skip(char c) {
    skip_white();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_end() {
    skip_white();
    return at_ == text_.size();
  }
  // Without its quotes.
  Checked<std::string_view> name() {
    skip_white();
    if (at_ == text_.size() || text_[at_] != '"') return reject(Reject::json_structure);
    TRY(const std::string_view quoted, scalar());
    return quoted.substr(1, quoted.size() - 2);
  }
  // Whatever comes next.
  Checked<std::string_view> value() {
    skip_white();
    if (at_ == text_.size()) return reject(Reject::json_structure);
    if (text_[at_] != '{' && text_[at_] != '[') return scalar();
    return nested();
  }

 private:
  void skip_white() {
    while (at_ < text_.size() && is_white(text_[at_])) ++at_;
  }
  Checked<std::string_view> scalar() {
    const std::size_t begin = at_, end = end_of_scalar(text_, at_);
    if (end == std::string_view::npos) return reject(Reject::json_structure);
    at_ = end;
    return text_.substr(begin, end - begin);
  }
  // An object or array, up to the bracket that closes it.
  Checked<std::string_view> nested() {
    std::array<char, most_json_depth> closing{};
    std::size_t depth = 0;
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '{' || c == '[') {
        if (depth == closing.size()) return reject(Reject::json_depth);
        closing[depth++] = c == '{' ? '}' : ']';
        ++at_;
      } else if (c == '}' || c == ']') {
        if (closing[depth - 1] != c) return reject(Reject::json_structure);
        ++at_;
        if (--depth == 0) return text_.substr(begin, at_ - begin);
      } else if (is_white(c) || c == ',' || c == ':') {
        ++at_;
      } else {
        TRY_VOID(scalar());
      }
    }
    return reject(Reject::json_structure);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The items between two brackets, with commas between them.
template <class Item>
Checked<std::vector<Item>> items_of(std::string_view text, char open, char close, std::size_t most, Checked<Item> (*read)(Cursor&)) {
  Cursor cursor(text);
  std::vector<Item> items;
  if (!cursor.skip(open)) return reject(Reject::json_structure);
  while (!cursor.skip(close)) {
    if (!items.empty() && !cursor.skip(',')) return reject(Reject::json_structure);
    if (items.size() == most) return reject(Reject::too_long);
    TRY(Item item, read(cursor));
    items.push_back(item);
  }
  if (!cursor.at_end()) return reject(Reject::json_structure);
  return items;
}

}  // namespace

Checked<std::vector<Member>> members_of(std::string_view object, std::size_t most) {
  return items_of<Member>(object, '{', '}', most, [](Cursor& cursor) -> Checked<Member> {
    TRY(const std::string_view name, cursor.name());
    if (!cursor.skip(':')) return reject(Reject::json_structure);
    TRY(const std::string_view value, cursor.value());
    return Member{name, value};
  });
}

Checked<std::vector<std::string_view>> elements_of(std::string_view array, std::size_t most) {
  return items_of<std::string_view>(array, '[', ']', most, [](Cursor& cursor) { return cursor.value(); });
}

std::size_t count_values(std::string_view value) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < value.size();) {
    const char c = value[at];
    const bool opens = c == '{' || c == '[';
    if (opens || !ends_literal(c) || c == '"') ++count;
    at = opens || (ends_literal(c) && c != '"') ? at + 1 : std::min(end_of_scalar(value, at), value.size());
  }
  return count;
}

std::string without_white_space(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = value[at] == '"' ? std::min(end_of_scalar(value, at), value.size()) : at + 1;
    if (!is_white(value[at])) out += value.substr(at, end - at);
    at = end;
  }
  return out;
}

}  // namespace caduceus::fhir
