// How what doctors delivered gets on MED (PROTOCOL.md §5): every so often what waits becomes a bundle, under a slot of the hospital's own
// ledger; each bundle is handed to MED's node until a final block has it.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <set>

#include "core/roles/hospital_publishing.h"
#include "host/node/record_room.h"

namespace caduceus {

class RecordPublisher {
 public:
  RecordPublisher(RecordRoom& room, std::chrono::milliseconds every);
  void start();

 private:
  static constexpr std::size_t most_records = 4096;  // of a bundle, unless one group has more

  void look();
  void look_at_bundles();
  // Hands it in. On a worker it is verified, as anybody's is.
  void hand_in(std::uint64_t number, const roles::OpenBundle& open);
  void refused(std::uint64_t number, Reject reason);
  void make_bundle();

  RecordRoom& room_;
  std::chrono::milliseconds every_;
  SlotLedger ledger_;
  std::optional<Reject> said_;  // why no bundle is made
  bool is_making_ = false;
  std::set<std::uint64_t> handing_in_;
  std::map<std::uint64_t, Time> refused_since_;
  boost::asio::steady_timer timer_;
};

}  // namespace caduceus
