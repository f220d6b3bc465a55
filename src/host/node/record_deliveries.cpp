#include "host/node/record_deliveries.h"

#include <set>

#include "host/node/record_visits.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

constexpr std::chrono::minutes sweep_every{5};

// The store keeps bytes; what they are stands in the tables.
MediaType any_bytes() { return {{"application/octet-stream"}}; }

Bytes about_upload(const Identity& doctor, const ByteArray<16>& id) { return encode(std::pair(std::pair(Byte{3}, doctor), id)); }

}  // namespace

RecordDeliveries::RecordDeliveries(RecordRoom& room, RecordLetters& letters) : room_(room), letters_(letters), timer_(room.loop()) {}

void RecordDeliveries::on(Asked asked, roles::Upload upload) {
  if (const auto own = room_.check_own_doctor(asked.caller); !own) return room_.refuse(asked, own.error());
  if (upload.size > ~std::uint32_t{0}) return room_.refuse(asked, Reject::too_long);
  const UploadId id{asked.caller, upload.id};
  room_.in_turn(std::move(asked), about_upload(id.first, id.second), [this, id, upload = std::move(upload)](Asked mine) mutable {
    const bool is_new = !arriving_.contains(id);
    if (is_new && upload.offset != 0) return room_.refuse(mine, Reject::upload_unknown);
    if (is_new && !may_begin(id.first)) return room_.refuse(mine, Reject::hospital_busy);
    auto& place = arriving_[id];
    if (is_new) place = std::make_shared<Arriving>(Arriving{upload.salt, upload.size, 0, {}, {}, RecordRoom::now(), false});
    Arriving& arriving = *place;
    arriving.touched = RecordRoom::now();
    const std::uint64_t end = upload.offset + upload.bytes.value.size();
    const bool is_same = arriving.salt == upload.salt && arriving.size == upload.size;
    const bool came_before = end <= arriving.bytes && (end > upload.offset || arriving.whole);
    if (!is_same || end < upload.offset || end > arriving.size || (!came_before && upload.offset != arriving.bytes)) {
      return room_.refuse(mine, Reject::upload_place);
    }
    if (came_before) return room_.answer(mine, roles::Uploaded{arriving.bytes});
    append(mine, place, std::move(upload));
  });
}

bool RecordDeliveries::may_begin(const Identity& doctor) const {
  std::size_t all = 0, open = 0;
  for (auto one = arriving_.lower_bound({doctor, {}}); one != arriving_.end() && one->first.first == doctor; ++one) {
    ++all;
    if (!one->second->whole) ++open;
  }
  return all < most_uploads && open < most_open;
}

void RecordDeliveries::append(const Asked& asked, const std::shared_ptr<Arriving>& arriving, roles::Upload upload) {
  room_.work(
      [this, arriving, bytes = std::move(upload.bytes.value)](RecordRoom::Worker& /*own*/) -> Checked<std::uint64_t> {
        if (!arriving->writer) {
          const auto size = static_cast<std::uint32_t>(arriving->size);
          TRY(auto writer, or_busy(room_.records().create(Secret<Bytes32>(arriving->salt), size, any_bytes())));
          arriving->writer.emplace(std::move(writer));
        }
        TRY_VOID(or_busy(arriving->writer->append(bytes)));
        return bytes.size();
      },
      [this, asked, arriving](const Checked<std::uint64_t>& added) {
        if (!added) return give_up(asked, arriving, added.error());
        arriving->bytes += *added;
        if (arriving->bytes == arriving->size) return finish(asked, arriving);
        room_.answer(asked, roles::Uploaded{arriving->bytes});
      });
}

void RecordDeliveries::finish(const Asked& asked, const std::shared_ptr<Arriving>& arriving) {
  const roles::UploadedRecord whole{arriving->writer->id(), arriving->writer->hash(), arriving->size};
  roles::WriteSet step = room_.step();
  roles::expect_bodies(step, {&whole, 1});
  room_.write(step, [this, asked, arriving, whole] {
    room_.work([arriving](RecordRoom::Worker& /*own*/) { return or_busy(arriving->writer->commit()); },
               [this, asked, arriving, whole](const Checked<void>& committed) {
                 if (!committed) return give_up(asked, arriving, committed.error());
                 arriving->writer.reset();
                 arriving->whole = whole;
                 room_.answer(asked, roles::Uploaded{arriving->bytes});
               });
  });
}

// A body that may have been stored all the same stays in doubt, and goes when the records are opened again.
void RecordDeliveries::give_up(const Asked& asked, const std::shared_ptr<Arriving>& arriving, Reject reason) {
  std::erase_if(arriving_, [&](const auto& one) { return one.second == arriving; });
  room_.refuse(asked, reason);
}

Checked<std::vector<roles::UploadedRecord>> RecordDeliveries::uploads_of(const Identity& doctor, const roles::Deliver& delivery) const {
  std::vector<roles::UploadedRecord> uploads;
  std::set<ByteArray<16>> seen;
  for (const roles::DeliveredRecord& one : delivery.records.items) {
    const auto found = arriving_.find({doctor, one.upload});
    if (found == arriving_.end() || !found->second->whole || found->second->is_taken) return reject(Reject::upload_unknown);
    if (!seen.insert(one.upload).second) return reject(Reject::delivery_records);
    uploads.push_back(*found->second->whole);
  }
  return uploads;
}

void RecordDeliveries::on(Asked asked, roles::Deliver delivery) {
  const Identity patient = delivery.patient;
  if (const auto own = room_.check_own_doctor(asked.caller); !own) return room_.refuse(asked, own.error());  // a stranger does not queue
  room_.in_turn(std::move(asked), about_patient(patient), [this, delivery = std::move(delivery)](Asked mine) mutable {
    if (const auto own = room_.check_own_doctor(mine.caller); !own) return room_.refuse(mine, own.error());
    const auto before = roles::delivered_before(room_.step(), delivery);
    if (!before) return room_.refuse(mine, before.error());
    if (*before) return room_.answer(mine, **before);
    auto uploads = uploads_of(mine.caller, delivery);
    if (!uploads) return room_.refuse(mine, uploads.error());
    check(mine, std::move(delivery), *std::move(uploads));
  });
}

void RecordDeliveries::check(const Asked& asked, roles::Deliver delivery, std::vector<roles::UploadedRecord> uploads) {
  const roles::DeliveryTerms terms{room_.self(), room_.genesis().med.epoch_length};
  const Slot& slot = delivery.group.group.slot;
  auto checked = roles::check_delivery(terms, asked.caller, delivery, uploads, RecordRoom::now());
  if (checked) checked = roles::check_new(room_.step(), room_.self(), delivery.group.group);
  if (checked && room_.chains().is_spent(asked.caller, slot)) checked = reject(Reject::slot_used);
  if (!checked) return room_.refuse(asked, checked.error());
  const auto visit = room_.visit_of(delivery.patient);
  if (!visit) return room_.refuse(asked, visit.error());
  for (const auto& one : delivery.records.items) arriving_.at({asked.caller, one.upload})->is_taken = true;
  const std::uint32_t batch = roles::next_batch(room_.step(), delivery.patient);
  using Factors = std::vector<Secret<Scalar>>;
  room_.work(
      [this, visit = *visit, delivery, batch](RecordRoom::Worker& own) -> Checked<Factors> {
        const VerificationKey self = room_.keys().keys.signing.verification_key();
        TRY_VOID(verify_licence(room_.ppub(), self, delivery.licence, RecordRoom::now()));
        if (!own.verifier.invalid_groups(self.identity, {&delivery.group, 1}, own.random).empty()) return reject(Reject::aggregate_invalid);
        const auto n = static_cast<std::uint32_t>(delivery.records.items.size());
        return encryption_factors(visit->agreement.factors(), batch, n);
      },
      [this, asked, delivery, uploads = std::move(uploads), batch](Checked<Factors> factors) {
        if (!factors) return give_back(asked, delivery, factors.error());
        take(asked, delivery, uploads, batch, *std::move(factors));
      });
}

void RecordDeliveries::take(const Asked& asked, const roles::Deliver& delivery, const std::vector<roles::UploadedRecord>& uploads,
                            std::uint32_t batch, std::vector<Secret<Scalar>> factors) {
  roles::WriteSet step = room_.step();
  // Turns are by patient, slots by doctor: another patient's may have come first.
  const auto answer = roles::take_delivery(step, delivery, uploads, batch, std::move(factors));
  if (!answer) return give_back(asked, delivery, answer.error());
  for (const auto& one : delivery.records.items) arriving_.erase({asked.caller, one.upload});
  room_.write(step, [this, asked, answer = *answer] {
    letters_.send_soon();
    room_.answer(asked, answer);
  });
}

void RecordDeliveries::give_back(const Asked& asked, const roles::Deliver& delivery, Reject reason) {
  for (const auto& one : delivery.records.items) arriving_.at({asked.caller, one.upload})->is_taken = false;
  room_.refuse(asked, reason);
}

void RecordDeliveries::sweep() {
  const Time now = RecordRoom::now();
  std::vector<Bytes32> bodies;
  std::erase_if(arriving_, [&](const auto& one) {
    const Arriving& arriving = *one.second;
    if (arriving.is_taken || arriving.touched + life > now) return false;
    if (arriving.whole) bodies.push_back(arriving.whole->body);
    return true;
  });
  if (!bodies.empty()) {
    room_.work(
        [this, bodies](RecordRoom::Worker& /*own*/) -> Checked<void> {
          for (const Bytes32& body : bodies) TRY_VOID(or_busy(room_.records().erase(body)));
          return {};
        },
        [this, bodies](const Checked<void>& erased) {
          if (!erased) return;  // they stay in doubt
          roles::WriteSet step = room_.step();
          for (const Bytes32& body : bodies) step.erase(roles::bodies_in_doubt, body);
          room_.write(step, [] {});
        });
  }
  timer_.expires_after(sweep_every);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

}  // namespace caduceus
