// How accepted resources become records. docs/FHIR.md, "Records"
#pragma once

#include <map>
#include <optional>

#include "core/base/result.h"
#include "host/fhir/emr.h"
#include "host/fhir/resource.h"

namespace caduceus::fhir {

struct Accepted {
  Resource resource;
  std::string full_url;  // may be empty
  std::size_t entry;     // its place in the bundle
};

// What references mean among some resources.
class References {
 public:
  // False when another one has its fullUrl, or its type and id, already: then it is not added.
  bool add(const Accepted& accepted, std::size_t index);
  // The index of the one that is meant: by its fullUrl, or by Type/id. An absolute reference means nothing at another address.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& reference) const;

 private:
  struct Named {
    std::size_t index;
    bool has_address;  // its fullUrl is http
  };
  std::map<std::string, std::size_t, std::less<>> by_url_;
  std::map<std::string, Named, std::less<>> by_name_;
};

// Each encounter with what points to it; what points to none goes to the last encounter before its date, or the first. The patient is in every
// record; people, places, devices and medications in those that refer to them, or else the newest. Reject::fhir_records.
[[nodiscard]] Checked<std::vector<Emr>> records_of(const std::vector<Accepted>& all, const References& references);

}  // namespace caduceus::fhir
