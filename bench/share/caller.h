// A doctor's connection that asks one hospital for records as fast as it answers, with requests that were all made before.
#pragma once

#include <atomic>

#include "bench/share/devnet.h"
#include "host/net/client.h"

namespace caduceus::bench {

class Caller {
 public:
  // Failure: as Client::connect().
  [[nodiscard]] static Result<Caller> connect(const Devnet& net, const SupWorld::Member& doctor);

  // So many grants of one record each, and the requests by them; they are good for two minutes.
  void prepare(const Devnet& net, std::size_t count);
  // Until `stops`, or all are answered: some are under way at all times. Each answer counts. Failure: the connection's.
  [[nodiscard]] Result<void> run(const std::atomic<bool>& stops, std::atomic<std::uint64_t>& answered);
  // That each answer opens, and is the record that MED has. Failure: one that is not, or a refusal.
  [[nodiscard]] Result<void> check() const;

  // Bytes of what was answered: of the requests' frames, of the answers'; of TLS beside them, with the handshake apart.
  struct Wire {
    std::uint64_t shares = 0, requests = 0, answers = 0, sent = 0, received = 0, handshake = 0;
  };
  [[nodiscard]] Wire wire() const;

 private:
  struct Share {
    GrantRequester requester;
    Bytes32 record{};  // its hEMR
    Frame request;
    Bytes answer;  // once it is there
  };
  Caller(Client client, const SupWorld::Member& doctor) : client_(std::move(client)), doctor_(&doctor), connected_(client_.traffic()) {}
  [[nodiscard]] Share make(const Devnet& net, const SignedLicence& licence, std::size_t number) const;

  Client client_;
  const SupWorld::Member* doctor_;
  Client::Traffic connected_;
  std::vector<Share> shares_;
  std::size_t asked_ = 0;
};

}  // namespace caduceus::bench
