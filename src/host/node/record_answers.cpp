#include "host/node/record_answers.h"

#include "host/node/record_visits.h"

namespace caduceus {
namespace {

Bytes about_emergency(const TransactionHash& htxu) { return encode(std::pair(Byte{5}, htxu)); }

template <class T>
std::vector<const T*> pointers(const std::vector<T>& all) {
  std::vector<const T*> found;
  found.reserve(all.size());
  for (const T& one : all) found.push_back(&one);
  return found;
}

}  // namespace

struct RecordAnswers::Consented {
  GrantRequest request;
  HospitalView view;
  std::shared_ptr<const roles::Visit> visit;
  roles::SharingRead read;
  std::optional<AcceptedRequest> accepted;
  RecordStreams::Place place;  // of a long answer
};

struct RecordAnswers::Emergency {
  EmergencyRequest request;
  EmergencyView view;
  roles::EmergencyRead read;
  std::optional<AcceptedEmergency> accepted;
  RecordStreams::Place place;  // of a long answer
};

void RecordAnswers::on(Asked asked, roles::AccessRequest request) {
  // Whose licence it is, the certificate on this connection says as well: nobody uses another's request.
  if (roles::doctor_of(request) != asked.caller) return room_.refuse(asked, Reject::caller_other);
  if (auto* consented = std::get_if<GrantRequest>(&request)) {
    Bytes about = about_policy(consented->policy.patient, policy_hash(consented->policy));
    room_.in_turn(std::move(asked), std::move(about),
                  [this, one = std::move(*consented)](Asked mine) mutable { consent(mine, std::move(one)); });
  } else {
    auto& one = std::get<EmergencyRequest>(request);
    Bytes about = about_emergency(one.htxu);
    room_.in_turn(std::move(asked), std::move(about),
                  [this, one = std::move(one)](Asked mine) mutable { emergency(mine, std::move(one)); });
  }
}

Checked<RecordAnswers::Doctor> RecordAnswers::doctor_of(const Identity& doctor, const Licence& licence) {
  TRY(VerificationKey key, room_.key_of(doctor));
  TRY(VerificationKey issuer, room_.key_of(licence.hospital));
  // Revoked is who was revoked by his own hospital: another's licence is none.
  const auto account = room_.chains().sup().account(doctor);
  if (!account || account->hospital != licence.hospital) return reject(Reject::request_licence);
  return Doctor{std::move(key), std::move(issuer), room_.chains().sup().is_revoked(licence.hospital, doctor)};
}

bool RecordAnswers::is_short(const Records& records) {
  std::uint64_t bytes = 0;
  for (const auto& [htxm, record] : records) bytes += record.size + record.size / 4096 + record.proof.value.size() + 256;
  return bytes <= roles::most_whole_answer;
}

Checked<std::vector<RecordBody>> RecordAnswers::read(const Records& records) const {
  std::vector<RecordBody> bodies;
  for (const auto& [htxm, record] : records) {
    TRY(RecordBody body, room_.read_whole(record.body, htxm, record.proof));
    bodies.push_back(std::move(body));
  }
  return bodies;
}

void RecordAnswers::consent(const Asked& asked, GrantRequest request) {
  auto one = std::make_shared<Consented>();
  one->request = std::move(request);
  const auto visit = room_.visit_of(one->request.policy.patient);
  if (!visit) return room_.refuse(asked, visit.error());
  one->visit = *visit;
  auto doctor = doctor_of(asked.caller, one->request.licence.licence);
  if (!doctor) return room_.refuse(asked, doctor.error());
  one->view = {RecordRoom::now(), room_.chains().heights().sup_time, std::move(doctor->key), std::move(doctor->issuer), doctor->is_revoked};
  one->view.licence_is_verified = licences_.contains(one->view.licence_issuer, one->request.licence);
  auto read = roles::prepare_sharing(room_.step(), one->request);
  if (!read) return room_.refuse(asked, read.error());
  one->read = *std::move(read);
  room_.work(
      [this, one](RecordRoom::Worker& own) {
        return AcceptedRequest::check(room_.ppub(), room_.self(), one->visit->agreement, one->request, one->view, one->read.memory,
                                      own.random);
      },
      [this, asked, one](Checked<AcceptedRequest> accepted) {
        if (!accepted) return room_.refuse(asked, accepted.error());
        if (!one->view.licence_is_verified) licences_.add(one->view.licence_issuer, one->request.licence, one->view.now);
        one->accepted = *std::move(accepted);
        if (!is_short(one->read.records) && !(one->place = streams_.reserve(asked.caller))) {
          return room_.refuse(asked, Reject::hospital_busy);
        }
        roles::WriteSet step = room_.step();
        auto entry = roles::record_sharing(step, one->request, one->read.memory, one->accepted->to_persist(), one->view.now);
        room_.write(step, [this, asked, one, entry = std::move(entry)]() mutable {
          one->accepted->persisted();
          if (entry) letters_.send(*std::move(entry));
          share(asked, one);
        });
      });
}

void RecordAnswers::share(const Asked& asked, const std::shared_ptr<Consented>& one) {
  const Records& records = one->read.records;
  if (is_short(records)) {
    room_.work(
        [this, one](RecordRoom::Worker& /*own*/) -> Checked<Answer> {
          TRY(const std::vector<RecordBody> bodies, read(one->read.records));
          std::vector<const Secret<Scalar>*> factors;
          for (const auto& [htxm, record] : one->read.records) factors.push_back(&record.factor);
          return one->accepted->answer(factors, pointers(bodies));
        },
        [this, asked](const Checked<Answer>& answer) {
          if (!answer) return room_.refuse(asked, answer.error());
          room_.answer(asked, *answer);
        });
    return;
  }
  using Bodies = std::vector<StreamedBody>;
  room_.work(
      [one](RecordRoom::Worker& /*own*/) -> Checked<Bodies> {
        Bodies bodies;
        for (const auto& [htxm, record] : one->read.records) {
          TRY(SecretKey key, one->accepted->record_key(bodies.size(), record.factor));
          bodies.push_back({std::move(key), record.body, htxm, record.proof});
        }
        return bodies;
      },
      [this, asked, one](Checked<Bodies> bodies) {
        if (!bodies) return room_.refuse(asked, bodies.error());
        streams_.begin(asked, std::move(one->place), one->accepted->t_a(), *std::move(bodies), still_granted(one->request));
      });
}

RecordStreams::Still RecordAnswers::still_granted(const GrantRequest& request) const {
  const Policy& policy = request.policy;
  return [this, key = roles::PolicyKey{policy.patient, policy_hash(policy)}, expires = policy.expires, doctor = policy.doctor,
          issuer = request.licence.licence.hospital]() -> Checked<void> {
    if (RecordRoom::now() >= expires) return reject(Reject::grant_expired);
    const auto memory = room_.step().get(roles::grant_memories, key);
    if (!memory || memory->revoked) return reject(Reject::grant_revoked);
    return still_licensed(issuer, doctor);
  };
}

RecordStreams::Still RecordAnswers::still_in_time(const EmergencyRequest& request, Time committed) const {
  const Licence& licence = request.licence.licence;
  return [this, committed, doctor = licence.doctor, issuer = licence.hospital]() -> Checked<void> {
    if (distance(RecordRoom::now(), committed) > emergency_life) return reject(Reject::emergency_expired);
    return still_licensed(issuer, doctor);
  };
}

Checked<void> RecordAnswers::still_licensed(const Identity& issuer, const Identity& doctor) const {
  if (distance(RecordRoom::now(), room_.chains().heights().sup_time) > request_window) return reject(Reject::sup_behind);
  if (room_.chains().sup().is_revoked(issuer, doctor)) return reject(Reject::doctor_revoked);
  return {};
}

void RecordAnswers::emergency(const Asked& asked, EmergencyRequest request) {
  auto one = std::make_shared<Emergency>();
  one->request = std::move(request);
  auto doctor = doctor_of(asked.caller, one->request.licence.licence);
  if (!doctor) return room_.refuse(asked, doctor.error());
  const Time now = RecordRoom::now();
  one->view = {now,
               room_.chains().heights().sup_time,
               room_.chains().sup().emergency_request(one->request.htxu),
               std::move(doctor->key),
               std::move(doctor->issuer),
               doctor->is_revoked};
  auto read = roles::prepare_emergency(room_.step(), one->request, now);
  if (!read) return room_.refuse(asked, read.error());
  one->read = *std::move(read);
  room_.work(
      [this, one](RecordRoom::Worker& own) {
        return AcceptedEmergency::check(room_.ppub(), room_.keys().keys, one->request, pointers(one->read.tokens), one->view,
                                        one->read.memory, own.random);
      },
      [this, asked, one](Checked<AcceptedEmergency> accepted) {
        if (!accepted) return room_.refuse(asked, accepted.error());
        one->accepted = *std::move(accepted);
        if (!is_short(one->read.records) && !(one->place = streams_.reserve(asked.caller))) {
          return room_.refuse(asked, Reject::hospital_busy);
        }
        roles::WriteSet step = room_.step();
        auto recorded = roles::record_emergency(step, one->request, one->read.memory, one->accepted->to_persist(), one->view.now);
        if (!recorded) return room_.refuse(asked, recorded.error());
        room_.write(step, [this, asked, one, entry = *std::move(recorded)]() mutable {
          one->accepted->persisted();
          if (entry) letters_.send(*std::move(entry));
          give(asked, one);
        });
      });
}

void RecordAnswers::give(const Asked& asked, const std::shared_ptr<Emergency>& one) {
  const Records& records = one->read.records;
  if (is_short(records)) {
    room_.work(
        [this, one](RecordRoom::Worker& /*own*/) -> Checked<Answer> {
          if (one->request.kind == EmergencyKind::open) return one->accepted->answer_keyslot(encode(*one->read.keyslot));
          TRY(const std::vector<RecordBody> bodies, read(one->read.records));
          return one->accepted->answer_records(pointers(bodies));
        },
        [this, asked](const Checked<Answer>& answer) {
          if (!answer) return room_.refuse(asked, answer.error());
          room_.answer(asked, *answer);
        });
    return;
  }
  using Bodies = std::vector<StreamedBody>;
  room_.work(
      [one](RecordRoom::Worker& /*own*/) -> Checked<Bodies> {
        Bodies bodies;
        for (const auto& [htxm, record] : one->read.records) {
          TRY(SecretKey key, one->accepted->record_key(bodies.size()));
          bodies.push_back({std::move(key), record.body, htxm, record.proof});
        }
        return bodies;
      },
      [this, asked, one](Checked<Bodies> bodies) {
        if (!bodies) return room_.refuse(asked, bodies.error());
        streams_.begin(asked, std::move(one->place), one->accepted->t_a(), *std::move(bodies),
                       still_in_time(one->request, one->view.committed->committed));
      });
}

}  // namespace caduceus
