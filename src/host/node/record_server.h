// A hospital's records port (core/roles/record_request.h), put together: `caduceus hospital serve` is this with a TLS transport, beside
// both chains' nodes.
#pragma once

#include "host/node/record_answers.h"
#include "host/node/record_backings.h"
#include "host/node/record_deliveries.h"
#include "host/node/record_desk.h"
#include "host/node/record_publisher.h"
#include "host/node/record_visits.h"

namespace caduceus {

class RecordServer final : public TransportEvents {
 public:
  struct Options {
    std::size_t threads = 1;  // that compute
    std::chrono::milliseconds publish_every{30'000};
    std::filesystem::path checkpoint{};  // the folder that holds a copy of the store when the operator asks for one
  };

  // The transport's configured peers are the other hospitals, in this order. The store has RecordRoom::columns. All outlive it. Failure: as
  // RecordRoom::open().
  [[nodiscard]] static Result<std::unique_ptr<RecordServer>> open(boost::asio::io_context& loop, const sup::Genesis& genesis,
                                                                  HospitalKeys keys, std::vector<Identity> hospitals, store::Store& store,
                                                                  store::BlobStore& blobs, HospitalChains& chains, const Options& options);

  ~RecordServer() override;
  RecordServer(const RecordServer&) = delete;
  RecordServer& operator=(const RecordServer&) = delete;

  [[nodiscard]] static TransportLimits limits();
  void start(Transport& transport);

  void on_up(PeerId peer, const Caller& who) override;
  void on_frame(PeerId from, Bytes frame) override;
  void on_down(PeerId peer) override;
  void on_trouble(const std::string& what) override;

 private:
  RecordServer(std::unique_ptr<RecordRoom> room, std::vector<Identity> hospitals, const Options& options);

  void ask(PeerId from, const Identity& caller, Bytes frame);
  template <class Request>
  void serve(Asked asked, Request request);
  void hear(PeerId from, const Bytes& frame);
  void ban(PeerId peer, const std::string& why);

  std::size_t hospitals_;
  std::map<PeerId, Identity> callers_;
  Transport* transport_ = nullptr;
  std::unique_ptr<RecordRoom> room_;
  RecordLetters letters_;
  RecordStreams streams_;
  RecordVisits visits_;
  RecordDeliveries deliveries_;
  RecordAnswers answers_;
  RecordBackings backings_;
  RecordDesk desk_;
  RecordPublisher publisher_;
};

}  // namespace caduceus
