#include "host/fhir/validate.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>

#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "host/fhir/json_text.h"
#include "host/fhir/shown_text.h"

// schema.S
extern "C" const char caduceus_fhir_schema[], caduceus_fhir_schema_end[];

namespace caduceus::fhir {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

constexpr std::size_t most_issues = 20;
constexpr std::string_view not_lexical = "no ";

// How a primitive type is written: tools/fhir_schema.mjs.
class Lexical final : public valijson::constraints::PolyConstraint {
 public:
  Lexical(std::string type, std::shared_ptr<const std::regex> form) : type_(std::move(type)), form_(std::move(form)) {}

  bool validate(const valijson::adapters::Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    if (!target.isString()) return true;
    const std::string text = target.asString();
    if (text.size() <= most_string_size && std::regex_match(text, *form_)) return true;
    if (results != nullptr) results->pushError(context, std::string(not_lexical) + type_);
    return false;
  }

 private:
  Constraint* cloneInto(void* place) const override { return new (place) Lexical(*this); }
  std::size_t sizeOf() const override { return sizeof *this; }

  std::string type_;
  std::shared_ptr<const std::regex> form_;
};

class LexicalBuilder final : public valijson::ConstraintBuilder {
 public:
  valijson::constraints::Constraint* make(const valijson::adapters::Adapter& value) const override {
    const std::string text = value.asString();
    const std::size_t space = text.find(' ');
    auto& form = forms_[text];
    // The usual engine recurses for each character, and a string of 100 KB overflows the stack; this one takes time in proportion to it.
    constexpr auto linear = std::regex::ECMAScript | std::regex_constants::__polynomial;
    if (!form) form = std::make_shared<const std::regex>(text.substr(space + 1), linear);
    return std::make_unique<Lexical>(text.substr(0, space), form).release();  // valijson deletes it
  }

 private:
  mutable std::map<std::string, std::shared_ptr<const std::regex>> forms_;
};

struct R4 {
  valijson::Schema schema;
  std::set<std::string, std::less<>> types;

  R4() {
    const json text = json::parse(caduceus_fhir_schema, caduceus_fhir_schema_end);
    for (const auto& [type, ignored] : text.at("properties").items()) types.insert(type);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.addConstraintBuilder("lexical", std::make_unique<LexicalBuilder>().release());  // the parser deletes it
    parser.populateSchema(Adapter(text), schema);
  }
};

const R4& r4() {
  static const R4 instance;
  return instance;
}

// valijson's ["<root>", "[Condition]", "[category]", "[0]"]: Condition.category[0], or what is below `base` in place of Condition.
std::string path_of(const std::string& base, const std::vector<std::string>& context) {
  std::string path = base;
  for (std::size_t i = 2; i < context.size(); ++i) {
    const std::string_view name = std::string_view(context[i]).substr(1, context[i].size() - 2);
    const bool is_index = name.find_first_not_of("0123456789") == std::string_view::npos;
    path.append(is_index ? "[" : ".").append(name).append(is_index ? "]" : "");
  }
  return path;
}

// What is in quotation marks at the end of a message of valijson's.
std::string quoted_in(std::string_view message) {
  const std::size_t end = message.rfind('\''), begin = message.rfind(" '", end);
  if (end == std::string_view::npos || begin == std::string_view::npos || begin + 2 > end) return {};
  return shown_text(message.substr(begin + 2, end - begin - 2), 64);
}

// The value at fault; `wrapped` is what was validated.
const json& value_at(const json& wrapped, const std::vector<std::string>& context) {
  const json* value = &wrapped;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string name = context[i].substr(1, context[i].size() - 2);
    value = value->is_array() ? &value->at(std::stoul(name)) : &value->at(name);
  }
  return *value;
}

std::string shown(const json& value) {
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  return shown_text(value.dump(-1, ' ', false, json::error_handler_t::replace), 80);
}

// Nothing for what only repeats that something further down is wrong.
std::optional<Issue> issue_of(const json& wrapped, const std::string& base, const valijson::ValidationResults::Error& error) {
  const std::string_view said = error.description;
  std::string path = path_of(base, error.context);
  if (said.starts_with("Failed to validate") || said.starts_with("Target value and comparison value")) return {};
  if (said.starts_with("Missing required")) return Issue{"required", path + ": '" + quoted_in(said) + "' is missing", path};
  if (said.starts_with("Object contains a property")) {
    return Issue{"structure", path + ": R4 has no '" + quoted_in(said) + "' here", path};
  }
  const std::string value = path + ": " + shown(value_at(wrapped, error.context));
  if (said.starts_with("Value type")) return Issue{"structure", value + " is of a type that R4 does not have here", path};
  if (said.starts_with(not_lexical)) return Issue{"value", value + " is " + std::string(said), path};
  return Issue{"value", value + " is not among the values that R4 has here", path};
}

class Validation {
 public:
  // A resource and those within it; `path` is empty for the outermost.
  void resource(json& node, std::string path) {
    const auto type = node.find("resourceType");
    if (type == node.end() || !type->is_string()) {
      issues_.push_back({"structure", "a resource has a resourceType", path});
      return;
    }
    const std::string name = type->get<std::string>();
    if (!r4().types.contains(name)) {
      issues_.push_back({"not-supported", "R4 has no resource '" + shown_text(name, 64) + "'", path});
      return;
    }
    if (path.empty()) path = name;
    json wrapped = json::object();
    json& inside = wrapped[name];
    inside.swap(node);
    valijson::Validator validator;
    const bool is_valid = validator.validate(r4().schema, Adapter(wrapped), nullptr);
    if (!is_valid) add_issues(validator, wrapped, path);
    inside.swap(node);
    if (is_valid) below(node, path);
  }
  [[nodiscard]] std::vector<Issue>& issues() { return issues_; }

 private:
  // The schema has looked at all of this but resources.
  void below(json& node, const std::string& path) {
    for (auto& [name, child] : node.items()) {
      if (!child.is_structured() || issues_.size() >= most_issues) continue;
      std::string place = path;
      place.append(node.is_array() ? "[" : ".").append(name).append(node.is_array() ? "]" : "");
      child.contains("resourceType") ? resource(child, std::move(place)) : below(child, place);
    }
  }
  void add_issues(valijson::Validator& validator, const json& wrapped, const std::string& base) {
    valijson::ValidationResults results;
    validator.validate(r4().schema, Adapter(wrapped), &results);
    const std::size_t before = issues_.size();
    for (const auto& error : results) {
      if (issues_.size() >= most_issues) break;
      if (auto issue = issue_of(wrapped, base, error)) issues_.push_back(*std::move(issue));
    }
    if (issues_.size() == before) issues_.push_back({"invalid", base + ": not what R4's schema says", base});
  }

  std::vector<Issue> issues_;
};

OperationOutcome refused(std::string code, std::string diagnostics) { return {{{std::move(code), std::move(diagnostics), ""}}}; }

// The value, and no object in it has two members of one name: readers differ in which they take.
tl::expected<json, OperationOutcome> parse(std::string_view text) {
  std::vector<std::set<std::string>> names;
  std::optional<std::string> twice;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) twice = parsed.get<std::string>();
    return true;
  };
  json value = json::parse(text, watch);
  if (twice) return tl::unexpected(refused("structure", "an object with two members '" + shown_text(*twice, 64) + "'"));
  return value;
}

}  // namespace

tl::expected<json, OperationOutcome> parse_resource(std::string_view text) {
  if (count_values(text) > most_resource_values) {
    return tl::unexpected(refused("too-costly", "more than " + std::to_string(most_resource_values) + " values in one resource"));
  }
  try {
    TRY(json resource, parse(text));
    Validation validation;
    if (!resource.is_object()) return tl::unexpected(refused("structure", "a resource is a JSON object"));
    validation.resource(resource, "");
    if (!validation.issues().empty()) return tl::unexpected(OperationOutcome{std::move(validation.issues())});
    return resource;
  } catch (const std::exception& error) {  // of nlohmann's parser: no JSON, not UTF-8, a number that no double holds
    const std::string_view said = error.what();
    return tl::unexpected(refused("structure", shown_text(said.substr(said.find("] ") == said.npos ? 0 : said.find("] ") + 2), 200)));
  }
}

}  // namespace caduceus::fhir
