#include "host/fhir/records.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "host/fhir/bundle.h"

namespace caduceus::fhir {
namespace {

constexpr std::string_view head = R"({"resourceType":"Bundle","type":"collection","entry":[)", tail = "]}";
constexpr std::size_t most_keywords = 64;

// Of no encounter and no time: they are there for what refers to them.
bool is_context(const Resource& resource) {
  constexpr std::array<std::string_view, 13> types{
      "Device",       "DeviceDefinition", "Endpoint",     "HealthcareService", "Location",      "Medication", "MedicationKnowledge",
      "Organization", "Patient",          "Practitioner", "PractitionerRole",  "RelatedPerson", "Substance"};
  return std::ranges::find(types, resource.type) != types.end();
}

std::string entry_of(const Accepted& accepted) {
  std::string entry = "{";
  if (!accepted.full_url.empty()) entry += R"("fullUrl":)" + nlohmann::json(accepted.full_url).dump() + ",";
  return entry + R"("resource":)" + accepted.resource.text + "}";
}

class Grouping {
 public:
  Grouping(const std::vector<Accepted>& all, const References& references) : all_(all), references_(references) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].resource.type == "Encounter") encounters_.push_back(i);
    }
    const auto by_time = [&](std::size_t i) { return std::pair(seconds_of(all[i].resource.date), i); };
    std::ranges::sort(encounters_, {}, by_time);  // those without a date first
    for (std::size_t group = 0; group < encounters_.size(); ++group) {
      places_[encounters_[group]] = group;
      times_.push_back(seconds_of(all[encounters_[group]].resource.date));
    }
    groups_.resize(std::max<std::size_t>(encounters_.size(), 1));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].resource.type == "Patient") patient_ = i;
      if (!is_context(all[i].resource)) groups_[group_of(i)].insert(i);
    }
  }

  // Reject::fhir_records
  Checked<std::vector<Emr>> records() {
    std::vector<bool> used(all_.size());
    for (auto& group : groups_) {
      TRY_VOID(add_context(group));
      for (const std::size_t i : group) used[i] = true;
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!used[i]) groups_.back().insert(i);
    }
    std::vector<Emr> records;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (groups_[i].empty()) continue;
      records.push_back(record(groups_[i], encounters_.empty() ? nullptr : &all_[encounters_[i]].resource));
    }
    return records;
  }

 private:
  [[nodiscard]] std::size_t group_of(std::size_t i) const {
    if (const auto self = places_.find(i); self != places_.end()) return self->second;
    for (const std::string& reference : all_[i].resource.encounters) {
      const auto found = references_.find(reference);
      const auto place = found ? places_.find(*found) : places_.end();
      if (place != places_.end()) return place->second;
    }
    const auto time = seconds_of(all_[i].resource.date);
    const auto later = time ? std::ranges::upper_bound(times_, time) : times_.end();
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(later - times_.begin() - 1, 0));
  }

  Checked<void> add_context(std::set<std::size_t>& group) {
    if (patient_) group.insert(*patient_);
    std::vector<std::size_t> left(group.begin(), group.end());
    while (!left.empty()) {
      const std::size_t next = left.back();
      left.pop_back();
      size_ += all_[next].resource.text.size() + all_[next].full_url.size();
      if (size_ > most_records_size) return reject(Reject::fhir_records);
      for (const std::string& reference : all_[next].resource.references) {
        const auto found = references_.find(reference);
        if (found && is_context(all_[*found].resource) && group.insert(*found).second) left.push_back(*found);
      }
    }
    return {};
  }

  [[nodiscard]] Emr record(const std::set<std::size_t>& group, const Resource* encounter) const {
    std::string text(head);
    std::set<Keyword> keywords;
    std::vector<const Resource*> own;
    Emr emr;
    for (const std::size_t i : group) {
      const Resource& resource = all_[i].resource;
      if (i != *group.begin()) text += ",";
      text += entry_of(all_[i]);
      keywords.insert(resource.keywords.begin(), resource.keywords.end());
      if (resource.type == "Patient") emr.patient = resource.title;
      if (!is_context(resource)) own.push_back(&resource);
    }
    text += tail;
    const auto bytes = as_bytes(text);
    emr.content = Bytes(bytes.begin(), bytes.end());
    emr.media_type = "application/fhir+json";
    for (const Keyword& keyword : keywords) {
      const bool is_there = std::ranges::find(emr.keywords, keyword.text) != emr.keywords.end();
      if (!is_there && emr.keywords.size() < most_keywords) emr.keywords.push_back(keyword.text);
    }
    if (encounter != nullptr) emr.encounter = encounter->id;
    name(emr, encounter, own.empty() ? std::vector{&all_[*group.begin()].resource} : own);
    return emr;
  }

  // Its date and title.
  static void name(Emr& emr, const Resource* encounter, const std::vector<const Resource*>& own) {
    const auto time = [](const Resource* resource) { return seconds_of(resource->date); };
    emr.date = (encounter != nullptr ? encounter : *std::ranges::max_element(own, {}, time))->date;
    emr.title = emr.date.substr(0, 10) + (emr.date.empty() ? "" : " ");
    if (encounter != nullptr) {
      emr.title += encounter->title.empty() ? "Encounter" : encounter->title;
    } else if (own.size() == 1) {
      emr.title += own.front()->type + (own.front()->title.empty() ? "" : ": " + own.front()->title);
    } else {
      emr.title += std::to_string(own.size()) + " resources without an encounter";
    }
  }

  const std::vector<Accepted>& all_;
  const References& references_;
  std::optional<std::size_t> patient_;
  std::vector<std::size_t> encounters_;         // oldest first
  std::map<std::size_t, std::size_t> places_;   // of each of them among those
  std::vector<std::optional<std::int64_t>> times_;
  std::vector<std::set<std::size_t>> groups_;   // one for each of them, or a single one
  std::size_t size_ = 0;
};

}  // namespace

bool References::add(const Accepted& accepted, std::size_t index) {
  const std::string name = accepted.resource.id.empty() ? "" : accepted.resource.type + "/" + accepted.resource.id;
  if (by_url_.contains(accepted.full_url) || by_name_.contains(name)) return false;
  if (!accepted.full_url.empty()) by_url_.emplace(accepted.full_url, index);
  if (!name.empty()) by_name_.emplace(name, Named{index, accepted.full_url.starts_with("http")});
  return true;
}

std::optional<std::size_t> References::find(const std::string& reference) const {
  std::string_view wanted = reference;
  wanted = wanted.substr(0, wanted.find("/_history/"));
  if (const auto found = by_url_.find(wanted); found != by_url_.end()) return found->second;
  const std::size_t id = wanted.rfind('/');
  if (id == std::string_view::npos || id == 0) return {};
  const std::size_t type = wanted.rfind('/', id - 1);
  const bool is_absolute = type != std::string_view::npos;
  const auto found = by_name_.find(is_absolute ? wanted.substr(type + 1) : wanted);
  if (found == by_name_.end() || (is_absolute && found->second.has_address)) return {};
  return found->second.index;
}

Checked<std::vector<Emr>> records_of(const std::vector<Accepted>& all, const References& references) {
  if (all.empty()) return std::vector<Emr>{};
  return Grouping(all, references).records();
}

}  // namespace caduceus::fhir
