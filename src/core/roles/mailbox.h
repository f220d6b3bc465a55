// A hospital's relay of letters (docs/ARCHITECTURE.md, core/roles): who is not online finds them later. The relay sees for whom an envelope is,
// how long it is, when and from whom it came; it can neither read nor forge what is in it. Bounded by §10: an envelope of 1 MiB, 256 MiB an
// identity, 30 days. An identity's is what is for it, and as well what it left for others, of whom the relay need not have heard.
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
  std::uint64_t bytes = 256U << 20U;  // of envelopes for an identity, or left by one
  std::uint64_t count = 65'536;  // of these
  std::uint64_t life = 30ULL * 86'400 * 1000;  // ms
};

// What is for an identity.
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

// What an identity left for others, that is here.
struct MailShare {
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;

  static auto fields(auto& self) { return std::tie(self.bytes, self.count); }
};

// Tables 1 to 4. Hospitals have no share: their letters are to those whom they know.
inline constexpr Table<std::pair<Identity, std::uint64_t>, Mail> mail{1};
inline constexpr Table<Identity, MailAccount> mail_accounts{2};
inline constexpr Table<std::pair<Identity, std::uint64_t>, Identity> mail_from{3};  // by whom an envelope was left
inline constexpr Table<Identity, MailShare> mail_shares{4};

class Mailbox {
 public:
  static constexpr std::size_t most_collected = 4096;
  // A full mailbox is read in fewer; a relay that has more to give repeats itself, or makes it up.
  static constexpr std::size_t most_pages = 128;

  Mailbox(const MailLimits& limits, WriteSet& step) : limits_(limits), step_(step) {}

  // Its number. Reject::mailbox_full: no room for the owner, or for this depositor.
  [[nodiscard]] Checked<std::uint64_t> deposit(Envelope envelope, const Identity& from, Time now);
  // The owner's envelopes above this number, in their order, together at most so many bytes and most_collected, but one at least if there
  // is one.
  [[nodiscard]] std::vector<NumberedEnvelope> collect(const Identity& owner, std::uint64_t after, std::size_t most_bytes) const;
  // The owner has what it needs of all up to this one.
  void discard(const Identity& owner, std::uint64_t up_to);
  // What has been here for too long goes.
  void expire(const Identity& owner, Time now);
  // The same for so many owners from this place on. The place to go on from; none: those were the last.
  [[nodiscard]] std::optional<Bytes> sweep(const Bytes& place, std::size_t owners, Time now);

 private:
  [[nodiscard]] bool has_room(std::uint64_t bytes, std::uint64_t count, std::uint64_t size) const;
  void erase_while(const Identity& owner, const std::function<bool(std::uint64_t number, const Mail& one)>& goes);

  const MailLimits& limits_;
  WriteSet& step_;
};

}  // namespace caduceus::roles
