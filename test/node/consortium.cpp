#include "test/node/consortium.h"

#include <chrono>

namespace caduceus {
namespace {

Time wall() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Time(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
}

Validity around(Time now) {
  constexpr std::uint64_t hour = 3'600'000;
  return {Time(now.value() - hour), now + 24 * hour};
}

}  // namespace

Consortium::Consortium(std::uint64_t seed, std::size_t hospitals, std::size_t doctors_each, sup::Timing timing)
    : world(seed, hospitals, doctors_each, 1), validity(around(wall())), authority(make_tls_authority(validity)) {
  genesis.name = {"test"};
  genesis.time = Time(wall().value() - 1000);
  genesis.authority = {world.keys().parameters, world.pkg().public_key, prove_possession(world.pkg()), {authority.certificate}};
  genesis.timing = timing;
  genesis.med = sup::devnet_med;
  for (std::size_t i = 0; i < hospitals; ++i) {
    keys.push_back(BlsKey::random(world.rng));
    genesis.hospitals.items.push_back({world.hospital(i).identity(), keys[i].public_key, prove_possession(keys[i])});
  }
  world.move_to(genesis.network());
}

TlsCredentials Consortium::credentials(const Identity& identity) const {
  SecretBytes key = make_tls_key();
  const auto request = certificate_request(key);
  CHECK(request.has_value());
  auto certificate = issue_certificate(authority, *request, identity, validity);
  CHECK(certificate.has_value());
  return {std::move(key), *std::move(certificate), authority.certificate};
}

}  // namespace caduceus
