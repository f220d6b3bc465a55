#include "app/phrases.h"

#include <array>
#include <cstdlib>
#include <iterator>

namespace caduceus {
namespace {

struct Wording {
  std::string_view english;
  std::string_view chinese;
};
constexpr std::array wordings{
#define CADUCEUS_PHRASE(phrase, english, chinese) Wording{english, chinese},
    CADUCEUS_PHRASES(CADUCEUS_PHRASE)
#undef CADUCEUS_PHRASE
};

}  // namespace

Language language_of(const std::string& option) {
  std::string name = option;
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (name.empty() && value != nullptr) name = value;
  }
  return name.starts_with("zh") ? Language::chinese : Language::english;
}

std::string say(Language language, Phrase phrase, std::initializer_list<std::string> with) {
  const Wording& wording = wordings.at(static_cast<std::size_t>(phrase));
  std::string_view left = language == Language::chinese ? wording.chinese : wording.english;
  std::string said;
  // What is put in is not looked at again: another's words may hold a place, too.
  while (!left.empty()) {
    const bool is_place = left.size() > 2 && left[0] == '{' && left[1] >= '0' && left[1] <= '9' && left[2] == '}';
    const std::size_t number = is_place ? static_cast<std::size_t>(left[1] - '0') : with.size();
    if (number < with.size()) {
      said += *std::next(with.begin(), static_cast<std::ptrdiff_t>(number));
      left.remove_prefix(3);
    } else {
      said += left.front();
      left.remove_prefix(1);
    }
  }
  return said;
}

}  // namespace caduceus
