#include "core/med/asert.h"

#include "test/vectors.h"

namespace caduceus::med {
namespace {

struct Question {
  MedParameters parameters;
  MblockHeader genesis;
  Height height;
  Time time;
  [[nodiscard]] Bytes32 target() const { return next_target(parameters, genesis, height, time); }
};

Question question(const Json& vector) {
  Question out;
  out.parameters.interval = value_at<std::uint64_t>(vector, "interval");
  out.parameters.half_life = value_at<std::uint64_t>(vector, "half_life");
  out.parameters.easiest_target = value_at<Bytes32>(vector, "easiest_target");
  out.genesis.time = value_at<Time>(vector, "genesis_time");
  out.genesis.target = value_at<Bytes32>(vector, "genesis_target");
  out.height = value_at<Height>(vector, "height");
  out.time = value_at<Time>(vector, "time");
  return out;
}

TEST(asert, gives_the_targets_that_bitcoin_cash_published) {
  for (const Json& vector : load_vectors("asert").at("published"))
    EXPECT_EQ(question(vector).target(), value_at<Bytes32>(vector, "target")) << vector.at("what");
}

TEST(asert, gives_the_targets_of_whole_numbers_without_a_limit) {
  for (const char* const set : {"drawn", "ends"}) {
    for (const Json& vector : load_vectors("asert").at(set))
      EXPECT_EQ(question(vector).target(), value_at<Bytes32>(vector, "target")) << vector;
  }
}

// Of a consortium's own parameters: on schedule it stays, a half-life late it doubles, and it never is easier than the easiest.
TEST(asert, follows_the_schedule_from_the_genesis_block_on) {
  Question at;
  at.parameters.easiest_target = {0x40};
  at.genesis = med_genesis({1}, at.parameters, Time(1'700'000'000'000));
  at.genesis.target = {0x10};
  at.height = Height(1000);
  const Time planned = at.genesis.time + 1000 * at.parameters.interval;
  at.time = planned;
  EXPECT_EQ(at.target(), at.genesis.target);
  at.time = planned + at.parameters.half_life;
  EXPECT_EQ(at.target(), Bytes32{0x20});
  at.time = planned + 2 * at.parameters.half_life;
  EXPECT_EQ(at.target(), Bytes32{0x40});
  at.time = planned + 3 * at.parameters.half_life;
  EXPECT_EQ(at.target(), at.parameters.easiest_target);
  at.time = Time(planned.value() - at.parameters.half_life);
  EXPECT_EQ(at.target(), Bytes32{0x08});
  at.height = Height(~std::uint64_t{0});
  EXPECT_EQ(Work::of_target(at.target()),
            Work::of_target({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
}

}  // namespace
}  // namespace caduceus::med
