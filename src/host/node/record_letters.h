// Mail at a hospital's records port: the mailbox that it keeps for others (core/roles/mailbox.h), and its own letters to its patients,
// which it leaves at their relays: each patient's in their order, and each until the relay has it.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "core/roles/hospital_notices.h"
#include "host/node/record_room.h"

namespace caduceus {

class RecordLetters {
 public:
  // `hospitals` are the transport's configured peers, in their order.
  RecordLetters(RecordRoom& room, std::vector<Identity> hospitals);
  RecordLetters(const RecordLetters&) = delete;
  RecordLetters& operator=(const RecordLetters&) = delete;
  ~RecordLetters();
  // Writes what waits, now and from time to time.
  void start();

  void on(Asked asked, roles::Deposit deposit);
  void on(Asked asked, const roles::Collect& collect);
  void on(Asked asked, const roles::Discard& discard);

  // There may be a new notice.
  void send_soon();
  // This entry has its notice. It is at hand here, so it need not be decoded again, which takes as long as a pairing.
  void send(roles::LogEntry entry);
  // From another hospital, to a Deposit of ours there.
  void on_response(PeerId from, const roles::NumberedResponse& response);

  // Letters that wait here, of whomever.
  [[nodiscard]] std::uint64_t waiting() const;

 private:
  static constexpr std::size_t most_at_once = 16;  // letters of a patient
  static constexpr std::size_t most_entries = 4096;  // at hand
  // What a letter is made of, on a worker.
  struct Draft;
  // By notice. Nothing: there is nothing to tell any more.
  using Written = std::vector<std::pair<std::uint64_t, std::optional<roles::Envelope>>>;
  // A patient's notices, of which the first are under way.
  struct Line {
    std::deque<std::uint64_t> notices;
    std::size_t under_way = 0;
    bool is_at_worker = false;
    Time since;
  };

  void look_for_new();
  void send(const Identity& patient, Line& line);
  [[nodiscard]] std::optional<Draft> draft(std::uint64_t number);
  [[nodiscard]] Checked<roles::Party> party_of(const roles::Notice& notice);
  void leave(const Identity& patient, const Identity& relay, Written letters);
  void leave_here(const Identity& patient, Written letters);
  // They go, in one step with what it is that they arrived by.
  void arrived(const Identity& patient, std::span<const std::uint64_t> notices, std::optional<roles::WriteSet> with);
  void sweep();
  [[nodiscard]] bool keeps_mail_of(const Identity& owner);

  RecordRoom& room_;
  std::vector<Identity> hospitals_;
  roles::MailLimits limits_;
  Bytes swept_;  // mailboxes before this place are without what is too old
  std::map<Identity, Line> lines_;
  std::map<std::uint64_t, roles::LogEntry> entries_;  // by number, of notices that were not drafted yet
  std::uint64_t next_ = 0;  // notice that was not looked at
  // A letter that is with another hospital.
  struct Sent {
    PeerId relay;
    Identity patient;
    std::uint64_t notice = 0;
  };
  std::map<std::uint64_t, Sent> sent_;  // by request
  std::uint64_t last_request_ = 0;
  bool will_look_ = false;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace caduceus
