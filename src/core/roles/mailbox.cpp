#include "core/roles/mailbox.h"

#include <limits>

namespace caduceus::roles {
namespace {

// To look at the oldest envelope takes as long as a letter: once in so many, and when there is no room.
constexpr std::uint64_t look_every = 64;

std::uint64_t size_of(const Envelope& envelope) { return envelope.sealed.sealed.value.size(); }

}  // namespace

bool Mailbox::has_room(std::uint64_t bytes, std::uint64_t count, std::uint64_t size) const {
  return count < limits_.count && size <= limits_.bytes - bytes;
}

Checked<std::uint64_t> Mailbox::deposit(Envelope envelope, const Identity& from, Time now) {
  const Identity owner = envelope.to;
  const std::uint64_t size = size_of(envelope);
  MailAccount account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  if (account.next % look_every == 0 || !has_room(account.bytes, account.count, size)) {
    expire(owner, now);
    account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  }
  if (!has_room(account.bytes, account.count, size)) return reject(Reject::mailbox_full);

  const std::uint64_t number = account.next;
  if (from.role != Role::hospital) {
    const MailShare share = step_.get(mail_shares, from).value_or(MailShare{});
    if (!has_room(share.bytes, share.count, size)) return reject(Reject::mailbox_full);
    step_.put(mail_shares, from, {share.bytes + size, share.count + 1});
    step_.put(mail_from, {owner, number}, from);
  }
  account = {number + 1, account.bytes + size, account.count + 1};
  step_.put(mail_accounts, owner, account);
  step_.put(mail, {owner, number}, {now, std::move(envelope)});
  return number;
}

std::vector<NumberedEnvelope> Mailbox::collect(const Identity& owner, std::uint64_t after, std::size_t most_bytes) const {
  std::vector<NumberedEnvelope> found;
  if (after == std::numeric_limits<std::uint64_t>::max()) return found;
  std::uint64_t bytes = 0;
  const Bytes first = encode(std::pair(owner, after + 1));
  step_.for_each_from(mail, encode(owner), first, [&](const std::pair<Identity, std::uint64_t>& key, Mail one) {
    bytes += size_of(one.envelope);
    if (bytes > most_bytes && !found.empty()) return false;
    found.push_back({key.second, std::move(one.envelope)});
    return found.size() < most_collected;
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

std::optional<Bytes> Mailbox::sweep(const Bytes& place, std::size_t owners, Time now) {
  std::vector<Identity> found;
  step_.for_each_from(mail_accounts, {}, place, [&](const Identity& owner, const MailAccount& /*account*/) {
    found.push_back(owner);
    return found.size() < owners;
  });
  for (const Identity& owner : found) expire(owner, now);
  if (found.size() < owners) return std::nullopt;
  Bytes next = encode(found.back());
  next.push_back(0);
  return next;
}

void Mailbox::erase_while(const Identity& owner, const std::function<bool(std::uint64_t number, const Mail& one)>& goes) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> gone;  // numbers and sizes
  step_.for_each_under(mail, encode(owner), [&](const std::pair<Identity, std::uint64_t>& key, const Mail& one) {
    if (!goes(key.second, one)) return false;
    gone.emplace_back(key.second, size_of(one.envelope));
    return true;
  });
  if (gone.empty()) return;
  MailAccount account = step_.get(mail_accounts, owner).value_or(MailAccount{});
  for (const auto& [number, size] : gone) {
    account.bytes -= size;
    --account.count;
    step_.erase(mail, {owner, number});
    const auto from = step_.get(mail_from, {owner, number});
    if (!from) continue;
    MailShare share = step_.get(mail_shares, *from).value_or(MailShare{});
    share.bytes -= size;
    --share.count;
    step_.put(mail_shares, *from, share);
    step_.erase(mail_from, {owner, number});
  }
  step_.put(mail_accounts, owner, account);
}

}  // namespace caduceus::roles
