#include "host/node/record_letters.h"

#include <boost/asio/post.hpp>
#include <iostream>

#include "core/roles/hospital_counts.h"
#include "core/roles/hospital_disputes.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds look_every{2};
constexpr std::uint64_t patience = 10'000;  // ms, for a relay's answer
constexpr std::size_t most_mail = 4U << 20U;  // bytes of what is sealed: with 4,096 envelopes' own it fits into a response
constexpr std::size_t most_swept = 256;

// What a letter is made of before its long part is read: a notice, with what the tables know of it.
using Known = std::variant<roles::HeldRecord, roles::LogEntry, roles::ErasureReceipt, roles::DisputeReply>;

// A worker's. Reject::record_erased, hospital_busy.
Checked<roles::LetterContent> content_of(RecordRoom& room, const Known& known, Rng& rng) {
  if (const auto* record = std::get_if<roles::HeldRecord>(&known)) {
    TRY(auto reader, or_busy(room.records().read(record->body)));
    if (!reader) return reject(Reject::record_erased);
    roles::RecordNotice notice{record->place, record->batch_size, record->terms, reader->salt(),
                               record->title, record->media_type, record->size,  {}};
    if (record->size <= roles::RecordNotice::most_inline) {
      TRY(const RecordBody body, room.read_whole(record->body, hash_of(record->terms), {}));
      const ByteView emr = body.emr.expose();
      notice.emr.emplace().value.assign(emr.begin(), emr.end());
    }
    return notice;
  }
  if (const auto* entry = std::get_if<roles::LogEntry>(&known)) {
    return roles::sign_entry(room.ppub(), room.keys().keys.signing, *entry, rng);
  }
  if (const auto* receipt = std::get_if<roles::ErasureReceipt>(&known)) return *receipt;
  return std::get<roles::DisputeReply>(known);
}

}  // namespace

struct RecordLetters::Draft {
  std::uint64_t notice = 0;
  roles::Party to;
  Known known;
};

RecordLetters::RecordLetters(RecordRoom& room, std::vector<Identity> hospitals)
    : room_(room), hospitals_(std::move(hospitals)), timer_(room.loop()) {
  // Of before a restart. The first number that is there may be any.
  roles::WriteSet step = room_.step();
  step.for_each_under(roles::notices, {}, [&](std::uint64_t number, const roles::Notice& notice) {
    lines_[notice.patient].notices.push_back(number);
    return true;
  });
  next_ = roles::counts_of(step).next_notice;
}

RecordLetters::~RecordLetters() { *lives_ = false; }

void RecordLetters::start() {
  send_soon();
  sweep();
  timer_.expires_after(look_every);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) start();
  });
}

// Who does not collect his mail is met here in his turn.
void RecordLetters::sweep() {
  roles::WriteSet step = room_.step();
  swept_ = roles::Mailbox(limits_, step).sweep(swept_, most_swept, RecordRoom::now()).value_or(Bytes{});
  if (!step.writes().empty()) room_.write(step, [] {});
}

bool RecordLetters::keeps_mail_of(const Identity& owner) {
  if (owner.role == Role::patient) return true;  // who she is, only her card says
  const auto account = room_.chains().sup().account(owner);
  return owner.role == Role::doctor && account && account->hospital == room_.self();
}

void RecordLetters::on(Asked asked, roles::Deposit deposit) {
  if (!keeps_mail_of(deposit.envelope.to)) return room_.refuse(asked, Reject::account_hospital);
  roles::WriteSet step = room_.step();
  const auto number = roles::Mailbox(limits_, step).deposit(std::move(deposit.envelope), asked.caller, RecordRoom::now());
  if (!number) return room_.refuse(asked, number.error());
  room_.write(step, [this, asked] { room_.answer(asked, roles::Done{}); });
}

void RecordLetters::on(Asked asked, const roles::Collect& collect) {
  if (!keeps_mail_of(asked.caller)) return room_.refuse(asked, Reject::account_hospital);
  roles::WriteSet step = room_.step();
  roles::MailList list{{roles::Mailbox(limits_, step).collect(asked.caller, collect.after, most_mail)}, true};
  if (!list.envelopes.items.empty()) {
    const auto account = step.get(roles::mail_accounts, asked.caller);
    CHECK(account.has_value());
    list.is_all = list.envelopes.items.back().number + 1 == account->next;
  }
  room_.answer(asked, list);
}

void RecordLetters::on(Asked asked, const roles::Discard& discard) {
  roles::WriteSet step = room_.step();
  roles::Mailbox(limits_, step).discard(asked.caller, discard.up_to);
  room_.write(step, [this, asked] { room_.answer(asked, roles::Done{}); });
}

void RecordLetters::send_soon() {
  if (std::exchange(will_look_, true)) return;
  boost::asio::post(room_.loop(), [this, lives = lives_] {
    if (!*lives) return;
    will_look_ = false;
    look_for_new();
  });
}

void RecordLetters::send(roles::LogEntry entry) {
  if (entries_.size() < most_entries) entries_.emplace(entry.number, std::move(entry));
  send_soon();
}

void RecordLetters::look_for_new() {
  roles::WriteSet step = room_.step();
  for (const std::uint64_t end = roles::counts_of(step).next_notice; next_ < end; ++next_) {
    if (const auto notice = step.get(roles::notices, next_)) lines_[notice->patient].notices.push_back(next_);
  }
  const Time now = RecordRoom::now();
  for (auto& [patient, line] : lines_) {
    if (line.is_at_worker || (line.under_way > 0 && line.since + patience > now)) continue;
    send(patient, line);
  }
}

Checked<roles::Party> RecordLetters::party_of(const roles::Notice& notice) {
  if (const auto* reply = std::get_if<roles::DisputeReply>(&notice.what)) {
    const auto dispute = room_.step().get(roles::held_disputes, reply->dispute);
    CHECK(dispute.has_value());
    return dispute->said.reply_to;
  }
  TRY(const auto visit, room_.visit_of(notice.patient));
  return visit->card.party();
}

std::optional<RecordLetters::Draft> RecordLetters::draft(std::uint64_t number) {
  const roles::WriteSet step = room_.step();
  const auto notice = step.get(roles::notices, number);
  if (!notice) return std::nullopt;
  auto to = party_of(*notice);
  CHECK(to.has_value());  // nobody is told anything who was never here
  if (const auto* record = std::get_if<roles::NewRecord>(&notice->what)) {
    auto held = step.get(roles::held_records, record->htxm);
    CHECK(held.has_value());
    return Draft{number, *std::move(to), *std::move(held)};
  }
  if (const auto* access = std::get_if<roles::NewAccess>(&notice->what)) {
    if (auto at_hand = entries_.extract(access->number)) return Draft{number, *std::move(to), std::move(at_hand.mapped())};
    auto entry = step.get(roles::log_entries, access->number);
    CHECK(entry.has_value());
    return Draft{number, *std::move(to), *std::move(entry)};
  }
  if (const auto* receipt = std::get_if<roles::ErasureReceipt>(&notice->what)) return Draft{number, *std::move(to), *receipt};
  return Draft{number, *std::move(to), std::get<roles::DisputeReply>(notice->what)};
}

void RecordLetters::send(const Identity& patient, Line& line) {
  std::vector<Draft> drafts;
  for (const std::uint64_t number : line.notices) {
    if (drafts.size() == most_at_once) break;
    if (auto one = draft(number)) drafts.push_back(*std::move(one));
  }
  if (drafts.empty()) return;
  std::erase_if(sent_, [&](const auto& sent) { return sent.second.patient == patient; });  // what was not answered is sent again
  line.is_at_worker = true;
  line.under_way = drafts.size();
  line.since = RecordRoom::now();
  const Identity relay = drafts.front().to.relay;
  room_.work(
      [this, drafts = std::move(drafts)](RecordRoom::Worker& own) {
        Written letters;
        for (const Draft& one : drafts) {
          auto content = content_of(room_, one.known, own.random);
          if (!content && content.error() == Reject::hospital_busy) break;  // it and what comes after it is tried again later
          std::optional<roles::Envelope> letter;
          if (content) {
            letter =
                roles::write_letter(room_.ppub(), room_.keys().keys.signing, one.to, *std::move(content), RecordRoom::now(), own.random);
          }
          letters.emplace_back(one.notice, std::move(letter));
        }
        return letters;
      },
      [this, patient, relay](Written letters) {
        lines_.at(patient).is_at_worker = false;  // it has notices until they arrived
        leave(patient, relay, std::move(letters));
      });
}

void RecordLetters::leave(const Identity& patient, const Identity& relay, Written letters) {
  const auto at = std::ranges::find(hospitals_, relay);
  if (relay == room_.self()) return leave_here(patient, std::move(letters));
  if (at == hospitals_.end()) {
    std::clog << to_string(patient) << " has a relay that is no hospital of this network: " << to_string(relay) << '\n';
    return;  // until she shows another card
  }
  const PeerId to(static_cast<std::uint64_t>(at - hospitals_.begin()) + 1);
  for (auto& [notice, letter] : letters) {
    if (!letter) {
      arrived(patient, {&notice, 1}, {});
      continue;
    }
    sent_.insert_or_assign(++last_request_, Sent{to, patient, notice});
    room_.transport().send(to, frame_of(Channel::request, roles::NumberedRequest{last_request_, roles::Deposit{*std::move(letter)}}));
  }
}

void RecordLetters::leave_here(const Identity& patient, Written letters) {
  roles::WriteSet step = room_.step();
  std::vector<std::uint64_t> done;
  for (auto& [notice, letter] : letters) {
    if (letter && !roles::Mailbox(limits_, step).deposit(*std::move(letter), room_.self(), RecordRoom::now())) {
      break;  // full: until she collects it
    }
    done.push_back(notice);
  }
  arrived(patient, done, std::move(step));
}

void RecordLetters::on_response(PeerId from, const roles::NumberedResponse& response) {
  const auto found = sent_.find(response.number);
  if (found == sent_.end() || found->second.relay != from) return;  // requests are counted: anybody can guess a number
  const auto [relay, patient, notice] = found->second;
  sent_.erase(found);
  if (std::holds_alternative<roles::Done>(response.response)) return arrived(patient, {&notice, 1}, {});
  if (const auto* refusal = std::get_if<Refusal>(&response.response)) {
    std::clog << "a letter to " << to_string(patient) << " waits: " << refusal->explanation.value << '\n';
  }
}

void RecordLetters::arrived(const Identity& patient, std::span<const std::uint64_t> notices, std::optional<roles::WriteSet> with) {
  roles::WriteSet step = with ? *std::move(with) : room_.step();
  for (const std::uint64_t number : notices) step.erase(roles::notices, number);
  room_.write(step, [] {});
  Line& line = lines_[patient];
  for (const std::uint64_t number : notices) {
    if (std::erase(line.notices, number) > 0 && line.under_way > 0) --line.under_way;
  }
  if (line.notices.empty()) {
    lines_.erase(patient);
  } else if (line.under_way == 0) {
    send(patient, line);
  }
}

std::uint64_t RecordLetters::waiting() const {
  std::uint64_t all = 0;
  const roles::WriteSet step = room_.step();
  step.for_each_under(roles::mail_accounts, {}, [&](const Identity& /*owner*/, const roles::MailAccount& account) {
    all += account.count;
    return true;
  });
  for (const auto& [patient, line] : lines_) all += line.notices.size();
  return all;
}

}  // namespace caduceus
