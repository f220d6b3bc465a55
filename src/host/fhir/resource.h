// A resource that was accepted: its text, and what is asked of it to put records together and to name them.
#pragma once

#include <compare>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caduceus::fhir {

// Of a date, dateTime or instant that R4 allows: seconds since 1970, at the beginning of the day, month or year where there is no more;
// UTC where there is no zone. Nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> seconds_of(std::string_view date);

// What people search by, in the order in which an emergency wants to know it.
enum class KeywordKind : std::uint8_t { allergy, condition, medication, procedure };
struct Keyword {
  KeywordKind kind;
  std::string text;  // 1 to 64 bytes
  friend auto operator<=>(const Keyword&, const Keyword&) = default;
};

struct Resource {
  std::string text;  // as it came, but for white space
  std::string type;
  std::string id;                       // may be empty
  std::string date;                     // as written; empty when it has none
  std::vector<std::string> encounters;  // that it says it belongs to: references
  std::string subject;                  // the patient whom it says it is about: a reference, or empty
  std::vector<std::string> references;  // all
  std::vector<Keyword> keywords;        // unless it was entered in error, refuted or not done
  std::string title;                    // what it is called, for people: a display, a patient's name; empty when nothing names it
};

// Of a valid one and its text.
[[nodiscard]] Resource read_resource(const nlohmann::json& resource, std::string_view text);

}  // namespace caduceus::fhir
