// Answers that are too long for one message (record_request.h, StreamedAnswer): each body is sealed while it is read, a megabyte at a time,
// in order.
#pragma once

#include "host/node/answer_body.h"
#include "host/node/record_room.h"

namespace caduceus {

// A body of an answer that is to be streamed.
struct StreamedBody {
  SecretKey key;  // sk_j, which seals this body only
  Bytes32 record{};  // in the record store
  TransactionHash htxm{};
  Blob<0, 65'536> proof;
};

class RecordStreams {
 public:
  // A place among the streams, for as long as somebody has it.
  using Place = std::shared_ptr<const Identity>;
  // Whether what the answer was given by is still in force, when a part is asked for: as it was when the whole was.
  using Still = std::function<Checked<void>()>;

  explicit RecordStreams(RecordRoom& room) : room_(room) {}

  // For the caller; none: the hospital is busy. Before a use of a grant, or an emergency's only one, is on disk.
  [[nodiscard]] Place reserve(const Identity& caller);
  // Answers with StreamedAnswer. Reject::record_erased.
  void begin(const Asked& asked, Place place, const std::optional<G1>& t_a, std::vector<StreamedBody> bodies, Still still);
  void on(Asked asked, const roles::AskPart& ask);
  // A patient's record of her own.
  void on(Asked asked, const roles::AskOwn& ask);

 private:
  struct Stream {
    Place place;  // the caller's
    Still still;
    std::vector<StreamedBody> bodies;
    std::optional<AnswerBody> open;  // of `record`
    Bytes rest;  // sealed, and not given out
    std::uint32_t record = 0;  // of the newest part
    std::uint32_t part = 0;
    std::optional<roles::Part> newest;
    Time used;
  };
  static constexpr std::uint64_t life = 120'000;  // ms since it was last asked
  static constexpr std::size_t most_streams = 64;
  static constexpr std::size_t most_of_one = 8;  // caller

  // On a worker.
  [[nodiscard]] Checked<AnswerBody> body_of(const StreamedBody& body) const;
  [[nodiscard]] Checked<roles::Part> next_part(Stream& stream, const roles::AskPart& ask) const;
  void forget_old();

  RecordRoom& room_;
  std::vector<std::weak_ptr<const Identity>> places_;
  std::map<ByteArray<16>, std::shared_ptr<Stream>> streams_;
};

}  // namespace caduceus
