// Where make_corpus writes seeds.
#pragma once

#include <filesystem>
#include <fstream>

#include "core/base/check.h"
#include "core/base/secret.h"

namespace caduceus::fuzz {

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // A seed named valid… is accepted by its fuzzer; any other name says what is wrong with it.
  void add(std::string_view fuzzer, std::string_view name, ByteView bytes) const {
    const auto path = folder_ / fuzzer / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << as_text(bytes);
    file.flush();
    CHECK(file.good());
  }
  template <class T>
  void add_value(std::string_view fuzzer, const T& value, std::string_view name = "valid") const {
    add(fuzzer, name, encode_secret(value).expose());
  }

 private:
  std::filesystem::path folder_;
};

// The seeds of PROTOCOL.md §4 to §7.
void add_sharing(const Corpus& corpus);
// Of §5 and §9: MED.
void add_med(const Corpus& corpus);
void add_sup(const Corpus& corpus);
void add_app(const Corpus& corpus);
void add_roles(const Corpus& corpus);
void add_fhir(const Corpus& corpus);
void add_hospital(const Corpus& corpus);
void add_store(const Corpus& corpus);

}  // namespace caduceus::fuzz
