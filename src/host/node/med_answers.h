// What MED's peers asked for and the network was not given yet, since it waits for the disk: whoever asks for more than that is not answered.
#pragma once

#include <map>
#include <utility>

#include "core/med/message.h"

namespace caduceus {

class MedAnswers {
 public:
  // Of one peer, counted in items; a body is as much as 256. An honest peer asks for eight bodies and 1,024 items at a time.
  static constexpr std::size_t most = 4096;

  // Whether there is room for the answer. What is no question always has it.
  [[nodiscard]] bool admit(med::Peer peer, const med::Message& message);

  using Parts = std::map<med::Peer, std::size_t>;
  // What was admitted since the last call: it is answered together.
  [[nodiscard]] Parts take() { return std::exchange(admitted_, {}); }
  void sent(const Parts& parts);

 private:
  Parts open_;  // all that is not sent
  Parts admitted_;  // and not taken
};

}  // namespace caduceus
