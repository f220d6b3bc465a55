// A file that is written piece by piece beside its place, and is there once it is whole and right.
#pragma once

#include <fstream>

#include "host/store/durable_file.h"

namespace caduceus {

class PartFile {
 public:
  // PLACE.part, which nobody else may read; in place of one that a crash left.
  explicit PartFile(std::filesystem::path place);
  PartFile(PartFile&&) = default;
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  PartFile& operator=(PartFile&&) = delete;
  // What did not become a file goes.
  ~PartFile();

  [[nodiscard]] Result<void> add(ByteView bytes);
  // On disk, at its place with this ending; whether or not one is there.
  [[nodiscard]] Result<std::filesystem::path> become(const std::string& ending);

 private:
  [[nodiscard]] std::filesystem::path part() const { return place_.string() + ".part"; }

  std::filesystem::path place_;
  std::ofstream file_;
};

}  // namespace caduceus
