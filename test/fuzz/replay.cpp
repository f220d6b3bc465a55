// The main() of replay_NAME: hands a fuzzer the files of its corpus, and mutants of them, so that its code is built and run by every
// compiler, and what it once found stays found.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "test/fuzz/entry.h"

#pragma weak LLVMFuzzerCustomMutator  // not every fuzzer has one

namespace {

using namespace caduceus;

SeededRng& rng() {
  static SeededRng instance(1);
  return instance;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  CHECK(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Bytes mutant_of(const Bytes& seed) {
  Bytes mutant = seed;
  mutant.resize(std::max<std::size_t>(4096, 2 * seed.size()));
  const auto mutate = LLVMFuzzerCustomMutator == nullptr
                          ? LLVMFuzzerMutate(mutant.data(), seed.size(), mutant.size())
                          : LLVMFuzzerCustomMutator(mutant.data(), seed.size(), mutant.size(), static_cast<unsigned>(rng().next()));
  mutant.resize(mutate);
  return mutant;
}

void run(const Bytes& input) {
  fuzz::accepted = false;
  // A copy of exactly its size, so that ASan sees each byte read beyond it.
  const std::unique_ptr<Byte[]> copy(new Byte[input.size()]);
  std::ranges::copy(input, copy.get());
  LLVMFuzzerTestOneInput(copy.get(), input.size());
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
  const std::uint64_t kind = rng().below(4);
  if (size == 0 || (kind == 0 && size < most)) {
    data[size] = static_cast<Byte>(rng().next());
    return size + 1;
  }
  if (kind == 1) return static_cast<std::size_t>(rng().below(size));
  data[rng().below(size)] ^= static_cast<Byte>(1U << rng().below(8));
  return size;
}

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "use: replay_NAME CORPUS-FOLDER MUTANTS\n");
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) paths.push_back(entry.path());
  std::ranges::sort(paths);

  std::vector<Bytes> seeds;
  for (const auto& path : paths) {
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    seeds.push_back(read_file(path));
    run(seeds.back());
    const std::string name = path.filename().string();
    CHECK(fuzz::accepted == name.starts_with("valid") || name.starts_with("found"));
  }
  CHECK(!seeds.empty());
  std::size_t accepted = 0;
  const std::size_t mutants = std::strtoul(arguments[2], nullptr, 10);
  for (std::size_t i = 0; i < mutants; ++i) {
    run(mutant_of(seeds[i % seeds.size()]));
    accepted += fuzz::accepted ? 1U : 0U;
  }
  std::printf("%zu of %zu mutants accepted\n", accepted, mutants);
  return 0;
}
