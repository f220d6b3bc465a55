// What a node's frames carry: the first byte says what follows, encoded (docs/FORMATS.md).
#pragma once

#include "core/base/codec.h"
#include "host/net/transport.h"

namespace caduceus {

enum class Channel : Byte {
  consensus = 0,  // between nodes of one chain: sup::Message, med::Message
  relay = 1,      // between the services of SUP's replicas
  request = 2,    // a client's
  answer = 3,
};

template <class T>
Frame frame_of(Channel channel, const T& what) {
  Writer writer;
  write(writer, static_cast<Byte>(channel));
  write(writer, what);
  return std::make_shared<const Bytes>(writer.take());
}

}  // namespace caduceus
