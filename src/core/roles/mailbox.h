// A hospital's relay of letters (docs/ARCHITECTURE.md, core/roles): who is not online finds them later. The relay sees for whom an envelope is,
// how long it is and when it came; it can neither read nor forge what is in it. Bounded by §10: an envelope of 1 MiB, 256 MiB an identity,
// 30 days.
#pragma once

#include "core/crypto/sealing_key.h"
#include "core/roles/tables.h"

namespace caduceus::roles {

struct Envelope {
  Identity to;
  SealedTo sealed;  // a Letter, use "letter"

  static auto fields(auto& self) { return std::tie(self.to, self.sealed); }
};

struct MailLimits {
  std::uint64_t bytes = 256U << 20U;  // of an identity's envelopes
  std::uint64_t count = 65'536;  // of these
  std::uint64_t life = 30ULL * 86'400 * 1000;  // ms
};

// An identity's mail, as far as it is counted.
struct MailAccount {
  std::uint64_t next = 1;  // number of the next envelope; none is used again
  std::uint64_t bytes = 0;  // of those that are here
  std::uint64_t count = 0;

  static auto fields(auto& self) { return std::tie(self.next, self.bytes, self.count); }
};
struct Mail {
  Time arrived;
  Envelope envelope;

  static auto fields(auto& self) { return std::tie(self.arrived, self.envelope); }
};
struct NumberedEnvelope {
  std::uint64_t number = 0;
  Envelope envelope;

  static auto fields(auto& self) { return std::tie(self.number, self.envelope); }
};

// Tables 1 and 2.
inline constexpr Table<std::pair<Identity, std::uint64_t>, Mail> mail{1};
inline constexpr Table<Identity, MailAccount> mail_accounts{2};

class Mailbox {
 public:
  Mailbox(const MailLimits& limits, WriteSet& step) : limits_(limits), step_(step) {}

  // Its number. Reject::mailbox_full.
  [[nodiscard]] Checked<std::uint64_t> deposit(Envelope envelope, Time now);
  // The owner's envelopes above this number, in their order, together at most so many bytes, but one at least if there is one.
  [[nodiscard]] std::vector<NumberedEnvelope> collect(const Identity& owner, std::uint64_t after, std::size_t most_bytes) const;
  // The owner has what it needs of all up to this one.
  void discard(const Identity& owner, std::uint64_t up_to);
  // What has been here for too long goes.
  void expire(const Identity& owner, Time now);

 private:
  void erase_while(const Identity& owner, const std::function<bool(std::uint64_t number, const Mail& one)>& goes);

  const MailLimits& limits_;
  WriteSet& step_;
};

}  // namespace caduceus::roles
