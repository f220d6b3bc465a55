#include "host/node/med_answers.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

using med::Peer;

std::size_t admitted(MedAnswers& answers, Peer peer, const med::Message& message) {
  std::size_t count = 0;
  while (count <= MedAnswers::most && answers.admit(peer, message)) ++count;
  return count;
}

TEST(med_answers, who_asks_for_more_than_the_disk_lets_go_is_not_answered) {
  MedAnswers answers;
  const std::size_t bodies = admitted(answers, Peer(1), med::GetBody{});
  EXPECT_EQ(bodies, 16U);
  EXPECT_FALSE(answers.admit(Peer(1), med::GetSketch{}));
  EXPECT_FALSE(answers.admit(Peer(1), med::GetParts{}));
  EXPECT_FALSE(answers.admit(Peer(1), med::GetItems{{{{}}}}));
  EXPECT_FALSE(answers.admit(Peer(1), med::AskHeaders{}));
  EXPECT_FALSE(answers.admit(Peer(1), med::GetSblock{}));
  EXPECT_TRUE(answers.admit(Peer(1), med::NotHere{})) << "no question";
  EXPECT_EQ(admitted(answers, Peer(2), med::GetBody{}), bodies) << "another's matter";

  const auto first = answers.take();
  EXPECT_FALSE(answers.admit(Peer(1), med::GetBody{})) << "not on disk yet";
  answers.sent(first);
  EXPECT_TRUE(answers.admit(Peer(1), med::GetBody{}));
  const auto second = answers.take();
  EXPECT_EQ(second.size(), 1U);
  answers.sent(second);
  EXPECT_EQ(admitted(answers, Peer(1), med::GetBody{}), bodies);
}

TEST(med_answers, what_an_honest_peer_asks_for_at_a_time_has_room) {
  MedAnswers answers;
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(answers.admit(Peer(1), med::GetBody{}));
  med::GetItems items;
  items.items.items.resize(med::Have::most_items);
  EXPECT_TRUE(answers.admit(Peer(1), items));
  EXPECT_TRUE(answers.admit(Peer(1), med::AskHeaders{}));
  EXPECT_TRUE(answers.admit(Peer(1), med::GetSblock{}));
}

}  // namespace
}  // namespace caduceus
