#include "core/med/request.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

// What is submitted has an id, and whatever is asked there is a reply.
FUZZ_DECODER(med::ClientRequest) {
  if (const auto* submit = std::get_if<med::Submit>(&value.request)) static_cast<void>(id_of(submit->item));
  if (const auto* question = std::get_if<med::Question>(&value.request)) static_cast<void>(encode(med_light_world().node.reply(*question)));
}

}  // namespace caduceus::fuzz
