// How a command of a doctor or a patient reads both chains, and finds hospitals: they have no node. Out of their folder:
//
//   DIR/member.keystore             who they are (member.h)
//   DIR/genesis, DIR/network.json   what is trusted, and where to ask (network.h)
//   DIR/light.json, DIR/light/      a light client of MED (light_session.h)
#pragma once

#include "app/light_session.h"
#include "app/network.h"
#include "app/sup_reader.h"

namespace caduceus {

class ChainReader {
 public:
  // Puts genesis and network file into the folder of who enrolled there, and makes the light client. Done again, with a network file in which
  // others listen: that one counts. Failure: nobody enrolled there, with another authority, the genesis of another consortium.
  [[nodiscard]] static Result<sup::Genesis> init(const std::filesystem::path& folder, const std::filesystem::path& genesis,
                                                 const std::filesystem::path& network);
  // Nothing is connected yet. Failure: not init()ed, another passphrase.
  [[nodiscard]] static Result<ChainReader> open(const std::filesystem::path& folder, const SecretBytes& passphrase);

  [[nodiscard]] const sup::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const MemberSecrets& member() const { return member_; }
  [[nodiscard]] SupReader& sup() { return sup_; }
  // Connects with the first call, and is then where the nodes are. No other process of this folder has it at the same time. Failure: as
  // LightSession::open() and sync().
  [[nodiscard]] Result<LightSession*> med();
  // The next med() connects anew, and is where the nodes are then: for who waits for a block.
  void leave_med() { med_.reset(); }

 private:
  ChainReader(std::filesystem::path folder, sup::Genesis genesis, Network network, MemberSecrets member, SupReader sup)
      : folder_(std::move(folder)),
        genesis_(std::move(genesis)),
        network_(std::move(network)),
        member_(std::move(member)),
        sup_(std::move(sup)) {}

  std::filesystem::path folder_;
  sup::Genesis genesis_;
  Network network_;
  MemberSecrets member_;
  SupReader sup_;
  std::unique_ptr<LightSession> med_;
};

}  // namespace caduceus
