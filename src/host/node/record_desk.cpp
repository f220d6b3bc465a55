#include "host/node/record_desk.h"

#include "core/roles/hospital_counts.h"
#include "core/roles/hospital_publishing.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

constexpr std::size_t most_accesses = 64;
constexpr std::size_t most_entries = 256;

Bytes about_record(const TransactionHash& htxm) { return encode(std::pair(Byte{6}, htxm)); }

}  // namespace

void RecordDesk::on(Asked asked, const roles::AskRecordStatus& /*ask*/) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  roles::WriteSet step = room_.step();
  const roles::HospitalCounts counts = roles::counts_of(step);
  const HospitalChains::Heights heights = room_.chains().heights();
  roles::RecordStatus status{counts.patients,
                             counts.records,
                             counts.bytes,
                             counts.unpublished,
                             letters_.waiting(),
                             roles::AccessLog(step).head(),
                             heights.sup,
                             heights.sup_time,
                             heights.med,
                             heights.med_final,
                             {},
                             {}};
  const Epoch first = step.get(roles::hospital_slots, Byte{0}).value_or(SlotMark{}).not_before;
  const Time publishes(first.value() * room_.genesis().med.epoch_length);
  if (publishes > RecordRoom::now()) status.publishes_again = publishes;
  if (heights.abstention) {
    status.votes_again = heights.abstention->until;
    status.is_another_seen = heights.abstention->is_another_seen;
  }
  room_.answer(asked, status);
}

void RecordDesk::on(Asked asked, const roles::MakeCheckpoint& /*make*/) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  room_.in_turn(std::move(asked), encode(Byte{7}), [this](Asked mine) {
    room_.work(
        [this](RecordRoom::Worker& /*own*/) {
          // One that nobody took away is of a backup that was broken off.
          std::error_code error;
          std::filesystem::remove_all(checkpoint_, error);
          const auto made = room_.checkpoint(checkpoint_);
          return made ? std::string() : made.error().message.substr(0, 1024);
        },
        [this, mine](std::string problem) { room_.answer(mine, roles::Checkpoint{{std::move(problem)}}); });
  });
}

void RecordDesk::on(Asked asked, const roles::AskLog& ask) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  roles::WriteSet step = room_.step();
  const roles::AccessLog log(step);
  const std::uint64_t end = log.head().number;
  roles::LogList list;
  std::uint64_t number = ask.after;
  while (number < end && list.entries.items.size() < most_entries) {
    auto entry = log.entry(++number);
    CHECK(entry.has_value());
    list.entries.items.push_back(*std::move(entry));
  }
  list.is_all = number >= end;
  room_.answer(asked, list);
}

void RecordDesk::on(Asked asked, const roles::AskAccesses& ask) {
  const auto visit = room_.visit_of(asked.caller);
  if (!visit) return room_.refuse(asked, visit.error());
  roles::WriteSet step = room_.step();
  const roles::AccessLog log(step);
  auto entries = log.entries_of(asked.caller, ask.after, most_accesses);
  const bool is_all = ask.after + entries.size() >= log.head_of(asked.caller).number;
  room_.work(
      [this, entries = std::move(entries), is_all](RecordRoom::Worker& own) {
        roles::Accesses accesses{{}, is_all};
        for (const roles::LogEntry& entry : entries) {
          accesses.entries.items.push_back(roles::sign_entry(room_.ppub(), room_.keys().keys.signing, entry, own.random));
        }
        return accesses;
      },
      [this, asked](const roles::Accesses& accesses) { room_.answer(asked, accesses); });
}

void RecordDesk::on(Asked asked, const roles::EraseRecord& erase) {
  if (asked.caller != room_.self()) return room_.refuse(asked, Reject::caller_other);
  room_.in_turn(std::move(asked), about_record(erase.htxm), [this, erase](Asked mine) {
    const roles::WriteSet step = room_.step();
    const auto body = roles::body_to_erase(step, erase.htxm);
    if (!body) return room_.refuse(mine, body.error());
    if (*body) return this->erase(mine, erase, **body);
    const auto receipt = step.get(roles::erasure_receipts, erase.htxm);
    CHECK(receipt.has_value());
    room_.answer(mine, *receipt);
  });
}

// The receipt says what is so: the bytes go first.
void RecordDesk::erase(const Asked& asked, const roles::EraseRecord& order, const Bytes32& body) {
  room_.work(
      [this, order, body](RecordRoom::Worker& own) -> Checked<roles::ErasureReceipt> {
        TRY_VOID(or_busy(room_.records().erase(body)));
        return roles::sign_erasure(room_.ppub(), room_.keys().keys.signing, order.htxm, RecordRoom::now(), order.reason.value, own.random);
      },
      [this, asked](const Checked<roles::ErasureReceipt>& receipt) {
        if (!receipt) return room_.refuse(asked, receipt.error());
        roles::WriteSet step = room_.step();
        roles::record_erasure(step, *receipt);
        room_.write(step, [this, asked, receipt] {
          letters_.send_soon();
          room_.answer(asked, *receipt);
        });
      });
}

}  // namespace caduceus
