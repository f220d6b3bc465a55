#include "bench/crypto.h"

#include <iterator>

#include "bench/rows.h"
#include "core/crypto/hash.h"

namespace caduceus::bench {

HashInput hash_input(std::string_view tag, std::initializer_list<ByteView> parts) {
  const SecretBytes bytes = sequence(parts);
  return {{bytes.expose().begin(), bytes.expose().end()}, tag};
}

Identity doctor(std::size_t n) { return {Role::doctor, {"dr-" + std::to_string(n) + ".hospital-" + std::to_string(n % 16)}, 1}; }

std::vector<Row> crypto_rows() {
  std::vector<Row> rows = signature_rows();
  std::ranges::move(sharing_rows(), std::back_inserter(rows));
  std::ranges::move(published_rows(), std::back_inserter(rows));
  rows.push_back(ed25519_row(1000));
  std::ranges::move(aggregate_rows(), std::back_inserter(rows));
  return rows;
}

}  // namespace caduceus::bench
