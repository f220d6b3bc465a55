#include "core/crypto/answer.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(RecordHead) {
  const RecordBody body{value, SecretBytes(as_bytes("a record in the clear"))};
  const Bytes sealed = seal_body(sealing_key(), body);
  const RecordBody opened = must(open_body(sealing_key(), sealed));
  CHECK(encode(opened.head) == encode(value) && std::ranges::equal(opened.emr.expose(), body.emr.expose()));
}

}  // namespace caduceus::fuzz
