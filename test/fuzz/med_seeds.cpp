// The seeds of MED's light clients: PROTOCOL.md §9.
#include "test/fuzz/corpus.h"
#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

void add_med(const Corpus& corpus) {
  const MedLightWorld& world = med_light_world();
  for (const med::Question& question : world.questions()) {
    const std::string kind = std::to_string(question.index());
    corpus.add_value("med_question", med::Asked{question.index(), question}, "valid_" + kind);
    corpus.add_value("med_reply", med::Replied{question.index(), world.node.reply(question)}, "valid_" + kind);
  }
  corpus.add_value("med_question", med::Asked{1, med::AskHeaders{}}, "no_locator");
  corpus.add_value("med_reply", med::Replied{1, med::NotHeld{}}, "valid_not_held");
}

}  // namespace caduceus::fuzz
