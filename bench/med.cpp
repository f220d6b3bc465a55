#include "bench/med.h"

#include <iostream>

#include "bench/floor.h"
#include "bench/med_rows.h"
#include "core/med/pow.h"

namespace caduceus::bench {
namespace {

using Fields = nlohmann::ordered_json;

// How many headers a second a miner hashes on one thread, and how many SHA-256 of OpenSSL would by itself.
Fields hash_row(double seconds) {
  constexpr std::size_t nonces = 1000;
  MblockHeader header;
  header.miner = {Role::miner, {"miner-1.hospital-7"}, 1};
  const Bytes bytes = encode(header);
  const Case hashing{[header] { return !med::search(header, 0, nonces); }, double_hash_floor(bytes, nonces), bytes.size()};
  const Figures us = measure({&hashing, 1}, seconds).front();
  return {{"us", rounded(us.operation / nonces)},
          {"floor_us", rounded(us.floor / nonces)},
          {"hashes_per_s", std::round(1e6 * nonces / us.operation)},
          {"ratio", rounded(us.floor / us.operation)},
          {"bytes", bytes.size()}};
}

}  // namespace

void print_fields(std::ostream& out, const Fields& line, bool json) {
  if (json) {
    out << line.dump() << '\n' << std::flush;
    return;
  }
  for (const auto& [name, value] : line.items())
    out << (name == "name" ? "" : "  " + name + " ") << (value.is_string() ? value.get<std::string>() : value.dump());
  out << '\n' << std::flush;
}

std::size_t run_med(const Options& options, std::ostream& out) {
  std::vector<MedRow> rows{{"hash", hash_row}};
  std::ranges::move(med_block_rows(), std::back_inserter(rows));
  std::ranges::move(med_sync_rows(), std::back_inserter(rows));
  std::size_t measured = 0;
  for (const MedRow& row : rows) {
    if (row.name.find(options.filter) == std::string_view::npos) continue;
    ++measured;
    if (options.progress) std::cerr << row.name << " …\r" << std::flush;
    Fields line{{"name", row.name}};
    line.update(row.measure(options.seconds));
    print_fields(out, line, options.json);
  }
  return measured;
}

}  // namespace caduceus::bench
