// Folders of members whose keys this process has, as `caduceus enrol` and `init` leave them; all under one passphrase.
#pragma once

#include "app/doctor_session.h"
#include "test/node/consortium.h"

namespace caduceus::bench {

// PLACE/genesis, PLACE/network.json, PLACE/passphrase, and a folder a member, PLACE/NAME.
class Folders {
 public:
  // Failure: a file that cannot be written.
  [[nodiscard]] static Result<Folders> make(const std::filesystem::path& place, const Consortium& consortium, Network network);

  [[nodiscard]] std::filesystem::path of(const SupWorld::Member& member) const { return place_ / member.identity().name.value; }
  [[nodiscard]] std::filesystem::path passphrase() const { return place_ / "passphrase"; }
  [[nodiscard]] const Network& network() const { return network_; }

  // With its node's part; `mines`: it mines MED as well. Done again, that counts.
  [[nodiscard]] Result<void> add_hospital(std::size_t place, bool mines) const;
  // With the licence that its hospital gave; open from now on. Failure: as DoctorSession::open().
  [[nodiscard]] Result<std::unique_ptr<DoctorSession>> add_doctor(const SupWorld::Member& doctor, const SignedLicence& licence) const;

  // As who speaks to hospitals' records ports.
  [[nodiscard]] RecordsClient client_of(const Identity& who) const { return {network_, consortium_->credentials(who)}; }

 private:
  Folders(std::filesystem::path place, const Consortium& consortium, Network network)
      : place_(std::move(place)), consortium_(&consortium), network_(std::move(network)) {}
  [[nodiscard]] Result<void> add_member(const SupWorld::Member& member, std::optional<BlsKey> consensus) const;

  std::filesystem::path place_;
  const Consortium* consortium_;
  Network network_;
};

// By the doctor's own hospital, for a day.
[[nodiscard]] SignedLicence licence_of(const Consortium& consortium, const SupWorld::Member& doctor);

}  // namespace caduceus::bench
