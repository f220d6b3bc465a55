#include "test/fuzz/decoder.h"
#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

// Whatever is asked, there is a reply.
FUZZ_DECODER(med::Asked) { static_cast<void>(encode(med_light_world().node.reply(value.question))); }

}  // namespace caduceus::fuzz
