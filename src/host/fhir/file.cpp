#include "host/fhir/file.h"

#include <array>
#include <fstream>
#include <system_error>

#include "host/fhir/shown_text.h"

namespace caduceus::fhir {
namespace {

constexpr std::size_t beginning_size = 4096, most_title = 160;

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return ending;
}

std::string media_type_of_xml(std::string_view text) {
  if (text.find("ClinicalDocument") != std::string_view::npos && text.find("urn:hl7-org:v3") != std::string_view::npos) {
    return "application/hl7-v3+xml";  // as FHIR's own examples have C-CDA
  }
  return text.find("http://hl7.org/fhir") != std::string_view::npos ? "application/fhir+xml" : "application/xml";
}

bool is_text(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f')) return false;
  }
  return true;
}

}  // namespace

std::string media_type_of(ByteView beginning, const std::filesystem::path& path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> begins{
      {{"%PDF-", "application/pdf"}, {"{\\rtf", "application/rtf"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}}};
  std::string_view text = as_text(beginning);
  for (const auto& [with, type] : begins) {
    if (text.starts_with(with)) return std::string(type);
  }
  if (text.size() >= 132 && text.substr(128, 4) == "DICM") return "application/dicom";
  const std::string ending = ending_of(path);
  if (ending == ".dcm") return "application/dicom";  // older ones have no preamble
  if (!is_text(text)) return "application/octet-stream";
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '<' && ending != ".html") return media_type_of_xml(text);
  if (first != std::string_view::npos && text[first] == '{') return "application/json";
  return ending == ".csv" ? "text/csv" : ending == ".html" ? "text/html" : "text/plain";
}

Result<Emr> import_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return failure("cannot import " + path.string() + ": " + (error ? error.message() : "it is not a file"));
  }
  std::ifstream file(path, std::ios::binary);
  Bytes beginning(beginning_size);
  file.read(reinterpret_cast<char*>(beginning.data()), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.is_open() || file.bad()) return failure("cannot read " + path.string());
  if (beginning.empty()) return failure("cannot import " + path.string() + ": it is empty");
  Emr emr;
  emr.title = shown_text(path.filename().string(), most_title);
  emr.media_type = media_type_of(beginning, path);
  emr.content = path;
  return emr;
}

}  // namespace caduceus::fhir
