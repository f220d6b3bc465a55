#include "core/roles/mailbox.h"

namespace caduceus::roles {
namespace {

// To look at the oldest envelope takes as long as a letter: once in so many, and when there is no room.
constexpr std::uint64_t look_every = 64;

std::uint64_t size_of(const Envelope& envelope) { return envelope.sealed.sealed.value.size(); }

}  // namespace

Checked<std::uint64_t> Mailbox::deposit(Envelope envelope, Time now) {
  const Identity owner = envelope.to;
  const std::uint64_t size = size_of(envelope);
  MailAccount account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  const auto is_full = [&] { return account.count >= limits_.count || size > limits_.bytes - account.bytes; };
  if (account.next % look_every == 0 || is_full()) {
    expire(owner, now);
    account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  }
  if (is_full()) return reject(Reject::mailbox_full);

  const std::uint64_t number = account.next;
  account = {number + 1, account.bytes + size, account.count + 1};
  step_.put(mail_accounts, owner, account);
  step_.put(mail, {owner, number}, {now, std::move(envelope)});
  return number;
}

std::vector<NumberedEnvelope> Mailbox::collect(const Identity& owner, std::uint64_t after, std::size_t most_bytes) const {
  std::vector<NumberedEnvelope> found;
  std::uint64_t bytes = 0;
  step_.for_each_under(mail, encode(owner), [&](const std::pair<Identity, std::uint64_t>& key, Mail one) {
    if (key.second <= after) return true;
    bytes += size_of(one.envelope);
    if (bytes > most_bytes && !found.empty()) return false;
    found.push_back({key.second, std::move(one.envelope)});
    return true;
  });
  return found;
}

void Mailbox::discard(const Identity& owner, std::uint64_t up_to) {
  erase_while(owner, [up_to](std::uint64_t number, const Mail& /*one*/) { return number <= up_to; });
}

// They stand in the order of arrival.
void Mailbox::expire(const Identity& owner, Time now) {
  erase_while(owner, [&](std::uint64_t /*number*/, const Mail& one) { return one.arrived + limits_.life <= now; });
}

void Mailbox::erase_while(const Identity& owner, const std::function<bool(std::uint64_t number, const Mail& one)>& goes) {
  std::vector<std::uint64_t> gone;
  std::uint64_t bytes = 0;
  step_.for_each_under(mail, encode(owner), [&](const std::pair<Identity, std::uint64_t>& key, const Mail& one) {
    if (!goes(key.second, one)) return false;
    gone.push_back(key.second);
    bytes += size_of(one.envelope);
    return true;
  });
  if (gone.empty()) return;
  MailAccount account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  account.bytes -= bytes;
  account.count -= gone.size();
  step_.put(mail_accounts, owner, account);
  for (const std::uint64_t number : gone) step_.erase(mail, {owner, number});
}

}  // namespace caduceus::roles
