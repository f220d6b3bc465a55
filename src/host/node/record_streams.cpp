#include "host/node/record_streams.h"

#include "host/node/record_visits.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

Bytes about_stream(const ByteArray<16>& answer) { return encode(std::pair(Byte{4}, answer)); }

}  // namespace

Checked<AnswerBody> RecordStreams::body_of(const StreamedBody& body) const {
  TRY(auto reader, or_busy(room_.records().read(body.record)));
  if (!reader) return reject(Reject::record_erased);
  return AnswerBody(body.key, *std::move(reader), body.htxm, body.proof);
}

RecordStreams::Place RecordStreams::reserve(const Identity& caller) {
  forget_old();
  std::size_t all = 0, own = 0;
  std::erase_if(places_, [&](const auto& one) {
    const Place place = one.lock();
    if (place) ++all;
    if (place && *place == caller) ++own;
    return !place;
  });
  if (all >= most_streams || own >= most_of_one) return nullptr;
  auto place = std::make_shared<const Identity>(caller);
  places_.push_back(place);
  return place;
}

void RecordStreams::begin(const Asked& asked, Place place, const std::optional<G1>& t_a, std::vector<StreamedBody> bodies, Still still) {
  auto stream = std::make_shared<Stream>();
  stream->place = std::move(place);
  stream->still = std::move(still);
  stream->bodies = std::move(bodies);
  stream->used = RecordRoom::now();
  using Begun = std::pair<ByteArray<16>, Checked<std::vector<std::uint64_t>>>;
  room_.work(
      [this, stream](RecordRoom::Worker& own_worker) -> Begun {
        std::vector<std::uint64_t> sizes;
        for (const StreamedBody& one : stream->bodies) {
          const auto body = body_of(one);
          if (!body) return {{}, reject(body.error())};
          sizes.push_back(body->size());
        }
        return {own_worker.random.bytes<16>(), std::move(sizes)};
      },
      [this, asked, t_a, stream](Begun begun) {
        if (!begun.second) return room_.refuse(asked, begun.second.error());
        streams_.emplace(begun.first, stream);
        room_.answer(asked, roles::StreamedAnswer{begun.first, t_a, {*std::move(begun.second)}});
      });
}

void RecordStreams::on(Asked asked, const roles::AskPart& ask) {
  room_.in_turn(std::move(asked), about_stream(ask.answer), [this, ask](Asked mine) {
    forget_old();
    const auto found = streams_.find(ask.answer);
    if (found == streams_.end() || *found->second->place != mine.caller) return room_.refuse(mine, Reject::answer_unknown);
    const auto stream = found->second;
    if (const auto still = stream->still(); !still) {
      streams_.erase(found);
      return room_.refuse(mine, still.error());
    }
    stream->used = RecordRoom::now();
    room_.work([this, stream, ask](RecordRoom::Worker& /*own*/) { return next_part(*stream, ask); },
               [this, mine](const Checked<roles::Part>& part) {
                 if (!part) return room_.refuse(mine, part.error());
                 room_.answer(mine, *part);
               });
  });
}

Checked<roles::Part> RecordStreams::next_part(Stream& stream, const roles::AskPart& ask) const {
  if (stream.newest && ask.record == stream.record && ask.part == stream.part) return *stream.newest;
  const bool is_next = stream.newest && stream.open && ask.record == stream.record && ask.part == stream.part + 1;
  if (!is_next) {
    if (ask.part != 0 || ask.record >= stream.bodies.size()) return reject(Reject::answer_unknown);
    stream.open.reset();
    stream.rest.clear();
    TRY(stream.open, body_of(stream.bodies[ask.record]));
  }
  Bytes part = std::exchange(stream.rest, {});
  while (part.size() < roles::AskPart::part_bytes) {
    const auto more = or_busy(stream.open->next());
    if (!more) {
      stream.open.reset();  // from its beginning, then
      return reject(more.error());
    }
    if (more->empty()) break;
    part.insert(part.end(), more->begin(), more->end());
  }
  if (part.empty() && is_next) return reject(Reject::answer_unknown);  // it is over
  if (part.size() > roles::AskPart::part_bytes) {
    const auto end = part.begin() + roles::AskPart::part_bytes;
    stream.rest.assign(end, part.end());
    part.erase(end, part.end());
  }
  stream.record = ask.record;
  stream.part = ask.part;
  stream.newest = roles::Part{{std::move(part)}};
  return *stream.newest;
}

void RecordStreams::on(Asked asked, const roles::AskOwn& ask) {
  const auto visit = room_.visit_of(asked.caller);
  if (!visit) return room_.refuse(asked, visit.error());
  const auto record = roles::record_at(room_.step(), asked.caller, ask.place);
  if (!record) return room_.refuse(asked, record.error());
  Place place = reserve(asked.caller);
  if (!place) return room_.refuse(asked, Reject::hospital_busy);
  std::vector<StreamedBody> bodies;
  bodies.push_back({roles::own_record_key((*visit)->agreement.keys(), ask), record->second.body, record->first, record->second.proof});
  begin(asked, std::move(place), std::nullopt, std::move(bodies), [] { return Checked<void>(); });
}

void RecordStreams::forget_old() {
  const Time now = RecordRoom::now();
  std::erase_if(streams_, [&](const auto& one) { return one.second->used + life < now; });
}

}  // namespace caduceus
