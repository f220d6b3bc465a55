#include "app/lab/scan.h"

#include <CLI/CLI.hpp>
#include <bit>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/public_file.h"
#include "core/crypto/fuzzy_extractor.h"
#include "host/node/system_random.h"

namespace {

using namespace caduceus;

struct Options {
  bool is_new = false;
  std::filesystem::path noisy;
  double errors = 15;
  std::filesystem::path out;
  bool json = false;
};

std::vector<std::size_t> usable_bits(const Template& scan) {
  std::vector<std::size_t> bits;
  for (std::size_t i = 0; i < Template::bits; ++i) {
    if ((scan.usable[i / 8] >> (i % 8) & 1U) != 0) bits.push_back(i);
  }
  return bits;
}

// Random bits, of which lids and lashes hide a tenth.
Template draw(Rng& rng) {
  Template scan;
  rng.fill(scan.value.expose());
  scan.usable.fill(0xff);
  for (std::size_t i = 0; i < Template::bits / 10; ++i) {
    const auto bytes = rng.bytes<2>();
    const std::size_t bit = (std::size_t{bytes[0]} << 8 | bytes[1]) % Template::bits;
    scan.usable[bit / 8] &= static_cast<Byte>(~(1U << (bit % 8)));
  }
  return scan;
}

// So many of the usable bits the other way, anywhere.
std::size_t disturb(Template& scan, double percent, Rng& rng) {
  std::vector<std::size_t> bits = usable_bits(scan);
  const auto wrong = static_cast<std::size_t>(static_cast<double>(bits.size()) * percent / 100);
  for (std::size_t i = 0; i < wrong; ++i) {
    const auto bytes = rng.bytes<4>();
    const std::size_t drawn = std::accumulate(bytes.begin(), bytes.end(), std::size_t{0}, [](std::size_t n, Byte b) { return n << 8 | b; });
    std::swap(bits[i], bits[i + drawn % (bits.size() - i)]);
    scan.value.expose()[bits[i] / 8] ^= static_cast<Byte>(1U << (bits[i] % 8));
  }
  return wrong;
}

Result<void> run(const Options& options) {
  SystemRandom random;
  Template scan;
  std::size_t changed = 0;
  if (options.is_new) {
    scan = draw(random);
  } else {
    TRY(scan, load<Template>(options.noisy, "a scan"));
    changed = disturb(scan, options.errors, random);
  }
  TRY_VOID(write_durably(options.out, encode_secret(scan).expose(), IfExists::replace));
  const std::size_t bits = usable_bits(scan).size();
  if (options.json) {
    std::cout << nlohmann::ordered_json{{"simulated", true}, {"bits", bits}, {"changed", changed}, {"file", options.out.string()}}.dump()
              << '\n';
  } else {
    std::cout << "simulated: " << bits << " usable bits, " << changed << " of them changed, in " << options.out.string() << '\n';
  }
  return {};
}

}  // namespace

void add_scan(CLI::App& app, int& status) {
  auto* scan = app.add_subcommand("scan", "a scanner's file, simulated: a new eye, or the same one again with wrong bits");
  scan->footer("Example: caduceus-lab scan --new --out left-eye");
  auto options = std::make_shared<Options>();
  auto* is_new = scan->add_flag("--new", options->is_new, "of somebody nobody knows");
  auto* noisy = scan->add_option("--noisy", options->noisy, "this one again")->excludes(is_new);
  scan->add_option("--errors", options->errors, "wrong bits, percent of the usable ones")->needs(noisy)->check(CLI::Range(0.0, 100.0));
  scan->add_option("--out", options->out, "the file")->required();
  scan->add_flag("--json", options->json, "one JSON object on one line");
  scan->callback([options, &status] {
    if (!options->is_new && options->noisy.empty()) throw CLI::RequiredError("--new or --noisy");
    const auto done = run(*options);
    if (done) return;
    std::cerr << "caduceus-lab: " << done.error().message << '\n';
    status = 1;
  });
}
