#include "test/fuzz/world.h"

namespace caduceus::fuzz {
namespace {

void sign_messages(World& w, Rng& rng) {
  for (const std::uint16_t number : {std::uint16_t{0}, std::uint16_t{16}}) {
    for (const IdentityKeys* signer : {&w.hospital, &w.doctor}) {
      const OneTimeString string = slot_string(NetworkId{7}, {Epoch(3), number});
      w.messages.push_back({signer->aggregate.identity, rng.bytes<32>(), string});
      w.signatures.push_back(sign(signer->aggregate, w.messages.back().message, UnusedString::assume_unused(string), rng));
    }
  }
  w.aggregate = must(aggregate(w.messages, w.signatures));
}

void vote(World& w, Rng& rng) {
  constexpr std::uint16_t voters = 4;
  w.votes.signers = SignerSet(voters);
  for (std::size_t i = 0; i < voters; ++i) {
    w.voters.push_back(BlsKey::random(rng));
    w.voter_keys.emplace_back(w.voters.back().public_key);
    if (i > 0) CHECK(add_part(w.votes, i, sign_part(w.voters.back(), w.message())));
  }
}

World make_world() {
  SeededRng rng(2023);
  World w;
  w.master = MasterSecrets::random(rng);
  w.parameters = SystemParameters::of(w.master);
  const G1& ppub = w.parameters.signing;

  const PendingRegistration doctor = begin_registration(ppub, {Role::doctor, {"dr-lee.h1"}, 2}, rng);
  w.doctor = must(accept_keys(w.parameters, doctor, must(issue_keys(w.master, w.parameters, doctor.request, rng))));
  w.pending = begin_registration(ppub, {Role::hospital, {"h1"}, 1}, rng);
  w.issued = must(issue_keys(w.master, w.parameters, w.pending.request, rng));
  w.hospital = must(accept_keys(w.parameters, w.pending, w.issued));

  w.signature = sign(ppub, w.hospital.signing, World::purpose, w.message(), rng);
  const Licence licence{w.hospital.signing.identity, w.doctor.signing.identity, 3, Time(1'000'000), Time(9'000'000)};
  w.licence = must(issue_licence(ppub, w.hospital.signing, licence, rng));
  sign_messages(w, rng);
  vote(w, rng);
  return w;
}

}  // namespace

const World& world() {
  static const World instance = make_world();
  return instance;
}

}  // namespace caduceus::fuzz
