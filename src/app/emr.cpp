// caduceus emr: files become medical records. docs/FHIR.md
#include <fcntl.h>
#include <unistd.h>

#include <iostream>
#include <optional>

#include "app/command.h"
#include "app/commands.h"
#include "host/fhir/bundle.h"
#include "host/fhir/file.h"
#include "host/fhir/shown_text.h"
#include "host/store/durable_file.h"
#include "host/store/file_descriptor.h"

namespace caduceus {
namespace {

using nlohmann::json;

struct ImportOptions {
  std::vector<std::filesystem::path> files;
  std::filesystem::path out;
  bool as_json = false;

  void declare(CLI::App& command) {
    command.add_option("files", files, "FHIR bundles or resources as JSON, or any other files")->required();
    command.add_option("--out", out,
                       "a new folder for the records, with an index.json that 'doctor write' reads; without it they are only looked at");
    command.add_flag("--json", as_json, "print one JSON object, with an OperationOutcome for each refused resource");
  }
};

// Where records go, if anywhere.
class Output {
 public:
  explicit Output(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Failure: there are records in it already.
  [[nodiscard]] Result<void> make() const {
    if (folder_.empty()) return {};
    if (std::error_code ignored; std::filesystem::exists(folder_ / "index.json", ignored)) {
      return failure(folder_.string() + " has records in it already: give another folder");
    }
    return make_folder(folder_);
  }
  [[nodiscard]] Result<void> add(const fhir::Emr& emr, const std::filesystem::path& source) {
    json shown{{"media_type", emr.media_type}, {"title", emr.title},     {"date", emr.date},         {"keywords", emr.keywords},
               {"encounter", emr.encounter},   {"patient", emr.patient}, {"source", source.string()}};
    if (!folder_.empty()) {
      const auto* bytes = std::get_if<Bytes>(&emr.content);
      const std::string name = numbered(records_.size() + 1) + (bytes != nullptr ? ".json" : source.extension().string());
      if (bytes != nullptr) {
        TRY_VOID(write_durably(folder_ / name, *bytes, IfExists::replace));
      } else {
        TRY_VOID(copy(source, folder_ / name));
      }
      shown["file"] = name;
    }
    records_.push_back(std::move(shown));
    return {};
  }
  [[nodiscard]] Result<void> add(const fhir::RefusedResource& refused, const std::filesystem::path& source) {
    const std::string outcome = refused.outcome.to_json();
    json shown{{"source", source.string()}, {"entry", refused.entry}, {"resource", refused.resource}, {"outcome", json::parse(outcome)}};
    if (!folder_.empty()) {
      TRY_VOID(make_folder(folder_ / "refused"));
      const std::string name = "refused/" + numbered(refused_.size() + 1) + ".json";
      TRY_VOID(write_durably(folder_ / name, as_bytes(outcome), IfExists::replace));
      shown["file"] = name;
    }
    refused_.push_back(std::move(shown));
    return {};
  }
  // The index last: a folder that has one is whole.
  [[nodiscard]] Result<void> finish() const {
    if (folder_.empty()) return {};
    const std::string index = json{{"records", records_}, {"refused", refused_}}.dump(2, ' ', false, json::error_handler_t::replace);
    return write_durably(folder_ / "index.json", as_bytes(index), IfExists::fail);
  }
  [[nodiscard]] const json& records() const { return records_; }
  [[nodiscard]] const json& refused() const { return refused_; }

 private:
  static std::string numbered(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
  }
  // Never whole in memory; on disk before it returns.
  static Result<void> copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    using std::filesystem::perms;
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (!error) std::filesystem::permissions(to, perms::owner_read | perms::owner_write, error);
    if (error) return failure("cannot copy " + from.string() + " to " + to.string() + ": " + error.message());
    const FileDescriptor file(::open(to.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.get()) != 0) return system_failure("cannot make durable", to);
    return {};
  }

  std::filesystem::path folder_;
  json records_ = json::array();
  json refused_ = json::array();
};

void show_progress(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 0 || (done % 50 != 0 && done != all)) return;
  std::cerr << "\r  " << done << " of " << all << " resources " << (done == all ? "\r\x1b[K" : "") << std::flush;
}

// Nothing when it is JSON of another kind.
Result<std::optional<fhir::ImportedBundle>> import_fhir(const std::filesystem::path& file) {
  TRY(const SecretBytes bytes, read_whole(file, fhir::most_bundle_size));
  auto bundle = fhir::import_bundle(bytes.expose(), show_progress);
  if (bundle) return *std::move(bundle);
  if (bundle.error() == Reject::fhir_resource) return std::nullopt;
  return failure("cannot import " + file.string() + ": " + std::string(explain(bundle.error())) + " (" + std::string(name(bundle.error())) +
                 ")");
}

std::string counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

Result<void> import(const ImportOptions& options) {
  Output output(options.out);
  TRY_VOID(output.make());
  std::size_t resources = 0;
  for (const auto& file : options.files) {
    TRY(const fhir::Emr emr, fhir::import_file(file));
    std::optional<fhir::ImportedBundle> bundle;
    if (emr.media_type == "application/json") {
      TRY(bundle, import_fhir(file));
    }
    std::string line = fhir::shown_text(file.string(), 200) + ": ";
    if (!bundle) {
      TRY_VOID(output.add(emr, file));
      if (!options.as_json) std::cout << line << emr.media_type << "; 1 record\n";
      continue;
    }
    resources += bundle->resources;
    line += counted(bundle->resources, "resource") + ": " + std::to_string(bundle->resources - bundle->refused.size()) + " accepted, " +
            std::to_string(bundle->refused.size()) + " refused; " + counted(bundle->records.size(), "record") + "\n";
    for (const fhir::RefusedResource& refused : bundle->refused) {
      TRY_VOID(output.add(refused, file));
      const fhir::Issue& issue = refused.outcome.issues.front();
      line += "  refused entry " + std::to_string(refused.entry) + " (" + refused.resource + "): " + issue.diagnostics + "\n";
    }
    for (const fhir::Emr& record : bundle->records) TRY_VOID(output.add(record, file));
    if (!options.as_json) std::cout << line << std::flush;
  }
  TRY_VOID(output.finish());
  if (options.as_json) {
    show(true, {{"resources", "", resources},
                {"accepted", "", resources - output.refused().size()},
                {"refused", "", output.refused()},
                {"records", "", output.records()}});
  } else if (!options.out.empty()) {
    std::cout << counted(output.records().size(), "record") << " in " << options.out.string() << '\n';
  }
  return {};
}

}  // namespace

void add_emr(CLI::App& app, int& status) {
  auto* emr = app.add_subcommand("emr", "medical records: what is imported from other systems");
  emr->require_subcommand(1);
  add_command<ImportOptions>(*emr, status, "import", "make medical records of FHIR bundles (R4, JSON), documents and images",
                             "emr import patient.json scan.dcm --out records", import);
}

}  // namespace caduceus
