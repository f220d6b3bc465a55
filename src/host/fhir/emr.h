// A medical record as it is imported, before it is salted, hashed and signed (PROTOCOL.md §5).
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.h"

namespace caduceus::fhir {

struct Emr {
  std::string title;       // one line, for people: "2012-03-01 Encounter for problem (procedure)"
  std::string date;        // as FHIR writes it; empty when it is not known
  std::string media_type;
  std::vector<std::string> keywords;  // at most 64, each of 1 to 64 bytes of UTF-8, none twice: those of an index entry
  std::string encounter;   // its id; empty when there is none
  std::string patient;     // her name; empty when the file does not say it
  // Its bytes, or the file that holds them: an image may be larger than memory.
  std::variant<Bytes, std::filesystem::path> content;
};

}  // namespace caduceus::fhir
