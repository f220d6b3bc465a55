#include "test/sim/roles_world.h"

#include <algorithm>
#include <memory>

#include "test/sim/roles_ledger.h"
#include "test/sim/roles_setup.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t licence_life = 31'536'000'000;  // ms
constexpr std::size_t cached_identities = 64;

}  // namespace

RolesWorld& RolesWorld::of(std::size_t hospitals) {
  static std::map<std::size_t, std::unique_ptr<RolesWorld>> worlds;
  auto& world = worlds[hospitals];
  if (!world) world.reset(new RolesWorld(hospitals));
  return *world;
}

RolesWorld::RolesWorld(std::size_t hospitals)
    : world_(hospitals, hospitals, (RolesSetup::most_doctors + hospitals - 1) / hospitals, 0),
      verifier_(world_.keys().net, world_.keys().parameters, cached_identities),
      transactions_(world_.keys(), cached_identities) {
  for (std::size_t i = 0; i < hospitals; ++i) members_.emplace(hospital(i).identity(), &hospital(i));
  for (std::size_t i = 0; i < RolesSetup::most_doctors; ++i) {
    const SupWorld::Member& one = doctor(i);
    members_.emplace(one.identity(), &one);
    const Licence licence{one.hospital, one.identity(), static_cast<std::uint8_t>(i / hospitals), RolesLedger::began,
                          RolesLedger::began + licence_life};
    const auto issued = issue_licence(ppub(), hospital(i % hospitals).keys.signing, licence, world_.rng);
    CHECK(issued.has_value());
    licences_.push_back(*issued);
  }
  for (std::size_t i = 0; i < RolesSetup::most_patients; ++i) {
    patients_.push_back(world_.enrol_patient());
    const SupWorld::Member& one = patients_.back().member;
    cards_.push_back(roles::make_card(ppub(), one.keys.signing, one.sealing, hospital(i % hospitals).identity(), world_.rng));
    Template& eye = eyes_.emplace_back();
    world_.rng.fill(eye.value.expose());
    eye.usable.fill(0xff);
  }
}

Template RolesWorld::scan(std::size_t patient, SeededRng& rng) const {
  Template made{eyes_.at(patient).value.copy(), eyes_.at(patient).usable};
  for (std::size_t bit = 0; bit < Template::bits; ++bit) {
    if (rng.below(10) == 0) made.value.expose()[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
  }
  return made;
}

const SupWorld::Member* RolesWorld::member(const Identity& identity) const {
  const auto found = members_.find(identity);
  return found == members_.end() ? nullptr : found->second;
}

VerificationKey RolesWorld::key_of(const Identity& identity) const {
  const SupWorld::Member* found = member(identity);
  CHECK(found != nullptr);
  return found->keys.signing.verification_key();
}

roles::Party RolesWorld::party_of(const Identity& identity) const {
  const SupWorld::Member* found = member(identity);
  CHECK(found != nullptr);
  return {found->keys.signing.verification_key(), found->sealing.public_key, found->hospital};
}

bool RolesWorld::is_registered(const VerificationKey& patient) const {
  return std::ranges::any_of(patients_, [&](const SupWorld::Person& one) {
    return one.known.hidden.identity == patient.identity && one.known.hidden.public_point == patient.public_point;
  });
}

const Identity& RolesWorld::account_of(const Identity& patient) const {
  const auto found = std::ranges::find(patients_, patient, &SupWorld::Person::identity);
  CHECK(found != patients_.end());
  return found->known.account.identity;
}

}  // namespace caduceus::sim
