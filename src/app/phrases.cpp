#include "app/phrases.h"

#include <array>
#include <cstdlib>

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
  std::string text(language == Language::chinese ? wording.chinese : wording.english);
  std::size_t number = 0;
  for (const std::string& one : with) {
    std::string place = std::to_string(number++);
    place.insert(place.begin(), '{');
    place.push_back('}');
    if (const std::size_t at = text.find(place); at != std::string::npos) text.replace(at, place.size(), one);
  }
  return text;
}

}  // namespace caduceus
