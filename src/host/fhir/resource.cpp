#include "host/fhir/resource.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "host/fhir/json_text.h"
#include "host/fhir/shown_text.h"

namespace caduceus::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t most_keyword = 64, most_title = 160;

// When it was recorded, then when it happened: a condition may have begun long before anybody wrote it down.
constexpr std::array dates{
    "/recordedDate",
    "/authoredOn",
    "/effectiveDateTime",
    "/effectivePeriod/start",
    "/effectiveInstant",
    "/performedDateTime",
    "/performedPeriod/start",
    "/occurrenceDateTime",
    "/occurrencePeriod/start",
    "/started",
    "/period/start",
    "/billablePeriod/start",
    "/dateAsserted",
    "/dateTime",
    "/date",
    "/created",
    "/createdDateTime",
    "/issued",
    "/recorded",
    "/whenHandedOver",
    "/whenPrepared",
    "/startDate",
    "/collection/collectedDateTime",
    "/receivedTime",
    "/sent",
    "/authored",
    "/onsetDateTime",
    "/onsetPeriod/start",
    "/start",
};

// The text there, or an empty one.
std::string text_at(const json& value, const std::string& pointer) {
  const json::json_pointer place(pointer);
  return value.contains(place) && value.at(place).is_string() ? value.at(place).get<std::string>() : std::string();
}

// The displays of a CodeableConcept, or its text where it has none.
std::vector<std::string> displays_of(const json& concept_, std::size_t most) {
  std::vector<std::string> displays;
  for (const json& coding : concept_.value("coding", json::array())) displays.push_back(shown_text(text_at(coding, "/display"), most));
  std::erase(displays, "");
  if (displays.empty()) displays.push_back(shown_text(text_at(concept_, "/text"), most));
  std::erase(displays, "");
  return displays;
}

std::string name_of(const json& patient) {
  const json names = patient.value("name", json::array());
  const auto is_official = [](const json& name) { return text_at(name, "/use") == "official"; };
  const auto found = std::ranges::find_if(names, is_official);
  const json name = found != names.end() ? *found : names.empty() ? json::object() : names.front();
  if (name.contains("text")) return shown_text(text_at(name, "/text"), most_title);
  std::string whole;
  for (const json& given : name.value("given", json::array())) whole += (given.is_string() ? given.get<std::string>() : "") + " ";
  return shown_text(whole + text_at(name, "/family"), most_title);
}

std::string title_of(const json& resource, const std::string& type) {
  if (type == "Patient") return name_of(resource);
  for (const char* member : {"code", "medicationCodeableConcept", "vaccineCode", "type"}) {
    const json concept_ = resource.value(member, json());
    const json& first = concept_.is_array() && !concept_.empty() ? concept_.front() : concept_;
    if (!first.is_object()) continue;
    if (std::string text = shown_text(text_at(first, "/text"), most_title); !text.empty()) return text;
    if (const auto displays = displays_of(first, most_title); !displays.empty()) return displays.front();
  }
  if (const std::string display = text_at(resource, "/class/display"); !display.empty()) return shown_text(display, most_title);
  return shown_text(text_at(resource, "/class/code"), most_title);
}

bool is_withdrawn(const json& resource) {
  std::vector<std::string> words{text_at(resource, "/status")};
  for (const json& coding : resource.value("/verificationStatus/coding"_json_pointer, json::array()))
    words.push_back(text_at(coding, "/code"));
  return std::ranges::any_of(words, [](const std::string& word) {
    return word == "entered-in-error" || word == "refuted" || word == "not-done" || word == "not-taken";
  });
}

std::optional<KeywordKind> kind_of(const std::string& type) {
  if (type == "AllergyIntolerance") return KeywordKind::allergy;
  if (type == "Condition") return KeywordKind::condition;
  if (type.starts_with("Medication")) return KeywordKind::medication;
  if (type == "Procedure") return KeywordKind::procedure;
  return {};
}

std::vector<Keyword> keywords_of(const json& resource, const std::string& type) {
  const auto kind = kind_of(type);
  std::vector<Keyword> keywords;
  if (!kind || is_withdrawn(resource)) return keywords;
  for (const char* member : {"code", "medicationCodeableConcept"}) {
    const json concept_ = resource.value(member, json());
    if (!concept_.is_object()) continue;
    for (std::string& text : displays_of(concept_, most_keyword)) keywords.push_back({*kind, std::move(text)});
  }
  return keywords;
}

void add_references(const json& node, std::vector<std::string>& references) {
  for (const auto& [name, child] : node.items()) {
    if (child.is_structured()) add_references(child, references);
    if (name == "reference" && child.is_string()) references.push_back(child.get<std::string>());
  }
}

void add_encounters(const json& node, std::vector<std::string>& encounters) {
  for (const char* member : {"encounter", "context"}) {
    const json found = node.value(member, json());
    for (const json& one : found.is_array() ? found : json::array({found})) {
      if (one.is_object() && one.contains("reference")) encounters.push_back(text_at(one, "/reference"));
      // DocumentReference.context.encounter
      if (one.is_object() && one.contains("encounter")) add_encounters(one, encounters);
    }
  }
}

// The number that so many digits are; −1 when one of them is none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    number = 10 * number + (text[i] - '0');
  }
  return number;
}

}  // namespace

std::optional<std::int64_t> seconds_of(std::string_view date) {
  using namespace std::chrono;
  const auto part = [&](std::size_t at, int otherwise) { return date.size() > at ? digits(date, at, 2) : otherwise; };
  const year_month_day day{year{digits(date, 0, 4)}, month{static_cast<unsigned>(part(5, 1))},
                           std::chrono::day{static_cast<unsigned>(part(8, 1))}};
  if (!day.ok() || digits(date, 0, 4) < 0) return {};
  const int hours = part(11, 0), minutes = part(14, 0), seconds = part(17, 0);
  if (hours < 0 || minutes < 0 || seconds < 0) return {};
  std::int64_t zone = 0;
  const std::size_t sign = date.find_first_of("+-", std::min<std::size_t>(date.size(), 11));
  if (sign != std::string_view::npos) {
    const int zone_hours = digits(date, sign + 1, 2), zone_minutes = digits(date, sign + 4, 2);
    if (zone_hours < 0 || zone_minutes < 0) return {};
    zone = (zone_hours * 60 + zone_minutes) * 60 * (date[sign] == '-' ? -1 : 1);
  }
  const std::int64_t midnight = std::int64_t{sys_days(day).time_since_epoch().count()} * 86'400;
  return midnight + hours * 3600 + minutes * 60 + seconds - zone;
}

Resource read_resource(const json& resource, std::string_view text) {
  Resource read{.text = without_white_space(text),
                .type = text_at(resource, "/resourceType"),
                .id = text_at(resource, "/id"),
                .date = {},
                .encounters = {},
                .subject = {},
                .references = {},
                .keywords = {},
                .title = {}};
  for (const char* place : dates) {
    if (read.date = text_at(resource, place); seconds_of(read.date)) break;
    read.date.clear();
  }
  add_encounters(resource, read.encounters);
  for (const json& item : resource.value("item", json::array())) {
    if (item.is_object()) add_encounters(item, read.encounters);
  }
  read.subject = text_at(resource, "/subject/reference");
  if (read.subject.empty()) read.subject = text_at(resource, "/patient/reference");
  add_references(resource, read.references);
  std::ranges::sort(read.references);
  read.references.erase(std::ranges::unique(read.references).begin(), read.references.end());
  read.keywords = keywords_of(resource, read.type);
  read.title = title_of(resource, read.type);
  return read;
}

}  // namespace caduceus::fhir
