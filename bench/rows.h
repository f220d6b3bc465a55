// The rows of crypto_rows(), by what they are about, and what they share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "bench/floor.h"
#include "bench/measure.h"
#include "core/crypto/registration.h"

namespace caduceus::bench {

std::vector<Row> signature_rows();       // pairing, cls, bls, aead
std::vector<Row> sharing_rows();         // first visit, taka, emergency, factors, fuzzy extractor
std::vector<Row> published_rows();       // taka as it was published
std::vector<Row> aggregate_rows();       // ibas, with the rows of ECDSA that they are compared with
Row ecdsa_row(std::size_t signatures);    // OpenSSL's, verified one by one
Row ed25519_row(std::size_t signatures);  // the same

HashInput hash_input(std::string_view tag, std::initializer_list<ByteView> parts);

// The n-th doctor of the benchmark.
Identity doctor(std::size_t n);

template <class Point>
Bytes encoded(const Point& point) {
  const auto bytes = point.encode();
  return {bytes.begin(), bytes.end()};
}

}  // namespace caduceus::bench
