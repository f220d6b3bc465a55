#include "host/fhir/bundle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/fhir/json_text.h"
#include "host/fhir/records.h"
#include "host/fhir/shown_text.h"
#include "host/fhir/validate.h"

namespace caduceus::fhir {
namespace {

constexpr std::size_t most_members = 1000;

std::optional<std::string_view> member(const std::vector<Member>& members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &Member::name);
  return found == members.end() ? std::nullopt : std::optional(found->value);
}

// What a JSON text says, if it is a string.
std::optional<std::string> string_in(std::string_view text) {
  const auto value = nlohmann::json::parse(text, nullptr, false);
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

// R4's uri; an empty one stands for none.
bool is_uri(std::string_view text) { return text.size() <= most_string_size && text.find_first_of(" \t\n\v\f\r") == text.npos; }

class Import {
 public:
  // A resource of its own, or in an entry.
  void take(std::string_view text, std::size_t entry, const std::string& full_url) {
    ++imported_.resources;
    const auto resource = parse_resource(text);
    if (!resource) return refuse(entry, name_in(text), resource.error());
    Accepted accepted{read_resource(*resource, text), full_url, entry};
    if (!references_.add(accepted, accepted_.size())) {
      return refuse(accepted, "duplicate", "there is another resource with this id or fullUrl before it", "id");
    }
    accepted_.push_back(std::move(accepted));
  }
  void take_entry(std::string_view text, std::size_t entry) {
    const auto members = members_of(text, most_members);
    const auto resource = members ? member(*members, "resource") : std::nullopt;
    if (!members || !resource) {
      if (members) return;  // it asks for something, or answers
      ++imported_.resources;
      return refuse(entry, "", {{{"structure", "an entry is a JSON object", "Bundle.entry[" + std::to_string(entry) + "]"}}});
    }
    const auto full_url = string_in(member(*members, "fullUrl").value_or(R"("")"));
    if (!full_url || !is_uri(*full_url)) {
      ++imported_.resources;
      return refuse(entry, name_in(*resource),
                    {{{"value", "its fullUrl is no URI", "Bundle.entry[" + std::to_string(entry) + "].fullUrl"}}});
    }
    take(*resource, entry, *full_url);
  }
  Checked<ImportedBundle> finish() {
    leave_out_other_patients();
    std::ranges::sort(imported_.refused, {}, &RefusedResource::entry);
    TRY(imported_.records, records_of(accepted_, references_));
    return std::move(imported_);
  }

 private:
  // "Condition/8a2f", as far as the text says so.
  static std::string name_in(std::string_view text) {
    const auto members = members_of(text, most_members);
    if (!members) return {};
    const auto read = [&](std::string_view name) { return shown_text(string_in(member(*members, name).value_or("")).value_or(""), 64); };
    const std::string id = read("id");
    return read("resourceType") + (id.empty() ? "" : "/" + id);
  }
  void refuse(std::size_t entry, std::string resource, OperationOutcome outcome) {
    imported_.refused.push_back({entry, std::move(resource), std::move(outcome)});
  }
  void refuse(const Accepted& accepted, std::string code, std::string why, const std::string& member) {
    const Resource& resource = accepted.resource;
    refuse(accepted.entry, resource.type + (resource.id.empty() ? "" : "/" + resource.id),
           {{{std::move(code), std::move(why), resource.type + (member.empty() ? "" : "." + member)}}});
  }

  // The patient is the first there is, or else the first that a resource is about.
  void leave_out_other_patients() {
    const auto patient = std::ranges::find(accepted_, "Patient", [](const Accepted& one) { return one.resource.type; });
    std::string subject;
    const auto is_of_another = [&](const std::string& reference) {
      if (reference.empty()) return false;
      const auto found = references_.find(reference);
      if (found) return accepted_[*found].resource.type == "Patient" && &accepted_[*found] != &*patient;
      if (!reference.starts_with("Patient/") && reference.find("/Patient/") == std::string::npos && !reference.starts_with("urn:"))
        return false;
      if (patient != accepted_.end()) return true;
      if (subject.empty()) subject = reference;
      return subject != reference;
    };
    std::vector<bool> is_other(accepted_.size());
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
      const Accepted& one = accepted_[i];
      is_other[i] = true;
      if (one.resource.type == "Patient" && &one != &*patient) {
        refuse(one, "business-rule", "a bundle is of one patient, and there is another one before this", "id");
      } else if (is_of_another(one.resource.subject)) {
        refuse(one, "business-rule", "about another patient than the bundle's: " + shown_text(one.resource.subject, 100), "");
      } else {
        is_other[i] = false;
      }
    }
    references_ = {};
    std::vector<Accepted> kept;
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
      if (is_other[i]) continue;
      references_.add(accepted_[i], kept.size());
      kept.push_back(std::move(accepted_[i]));
    }
    accepted_ = std::move(kept);
  }

  ImportedBundle imported_;
  std::vector<Accepted> accepted_;
  References references_;
};

}  // namespace

Checked<ImportedBundle> import_bundle(ByteView bytes, const Progress& progress) {
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.size() > most_bundle_size) return reject(Reject::fhir_size);
  TRY(const std::vector<Member> members, members_of(text, most_members));
  const auto type = member(members, "resourceType");
  if (!type || !string_in(*type)) return reject(Reject::fhir_resource);

  Import import;
  if (string_in(*type) != "Bundle") {
    import.take(text, 0, "");
    return import.finish();
  }
  const auto entries = elements_of(member(members, "entry").value_or("[]"), most_entries);
  if (!entries) return reject(entries.error() == Reject::too_long ? Reject::fhir_resources : entries.error());
  for (std::size_t i = 0; i < entries->size(); ++i) {
    import.take_entry((*entries)[i], i);
    if (progress) progress(i + 1, entries->size());
  }
  return import.finish();
}

}  // namespace caduceus::fhir
