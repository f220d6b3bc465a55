// What clients ask of hospitals, and hospitals that come and go.
#include "host/node/sup_server.h"

#include "test/node/sup_hospitals.h"

namespace caduceus {
namespace {

class sup_server : public SupHospitals {};

TEST_F(sup_server, commits_what_a_client_submits_and_proves_it_from_everywhere) {
  const Registration account = consortium_.world.registration(consortium_.world.hospital(2));
  const sup::Reply reply = ask(0, sup::Submit{account});
  const auto* committed = std::get_if<sup::Committed>(&reply);
  ASSERT_NE(committed, nullptr) << reason(reply);
  EXPECT_GE(committed->height.value(), 1);
  // A client's retry, at another hospital, is told the same.
  const sup::Reply again = ask(3, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(again)) << reason(again);
  EXPECT_EQ(std::get<sup::Committed>(again), *committed);

  for (sup::Place place = 0; place < n; ++place) {
    ASSERT_TRUE(run_until([&] { return height(place) >= committed->height.value(); }));
    const auto value = proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(account.terms.identity)}});
    ASSERT_TRUE(value);
    EXPECT_EQ(as_record<sup::Account>(*value).public_point, account.terms.public_point);
    EXPECT_FALSE(proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(identity(1))}}));
  }
  const sup::Reply block = ask(1, sup::AskBlock{committed->height});
  ASSERT_TRUE(std::holds_alternative<SupBlock>(block));
  EXPECT_EQ(decode_body(std::get<SupBlock>(block).body.value)->transactions.items.size(), 1);
}

TEST_F(sup_server, refuses_by_name) {
  Registration account = consortium_.world.registration(consortium_.world.hospital(1));
  account.signature = consortium_.world.registration(consortium_.world.hospital(2)).signature;
  EXPECT_NE(reason(ask(0, sup::Submit{account})), "");
  const Time now = NodeClock::wall();
  EXPECT_EQ(reason(ask(0, sup::Submit{consortium_.world.emergency(consortium_.world.doctor(0), now)})), name(Reject::account_unknown));
  EXPECT_EQ(reason(ask(0, sup::AskBlock{Height(1'000'000)})), "block-not-here");
}

TEST_F(sup_server, bans_who_sends_garbage) {
  client_ = network_.connect(identity(0), Subject(consortium_.world.doctor(0).identity()));
  client_->send({static_cast<Byte>(Channel::request), 1, 2, 3});
  EXPECT_TRUE(run_until([&] { return !client_->is_connected(); }));
  // A client is no replica.
  client_ = network_.connect(identity(1), Subject(identity(0)));
  client_->send({static_cast<Byte>(Channel::consensus), 1});
  EXPECT_TRUE(run_until([&] { return !client_->is_connected(); }));
}

TEST_F(sup_server, goes_on_where_it_was_after_a_restart) {
  const Registration account = consortium_.world.registration(consortium_.world.hospital(0));
  const sup::Reply reply = ask(0, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(reply)) << reason(reply);
  std::array<std::uint64_t, n> heights{};
  for (sup::Place place = 0; place < n; ++place) heights[place] = height(place);
  for (sup::Place place = 0; place < n; ++place) stop(place);
  for (sup::Place place = 0; place < n; ++place) start(place);
  // It may have lost what it had not on disk yet: nobody was told of that.
  for (sup::Place place = 0; place < n; ++place) EXPECT_LE(height(place), heights[place]);
  const sup::Reply again = ask(2, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(again)) << reason(again);
  EXPECT_EQ(std::get<sup::Committed>(again), std::get<sup::Committed>(reply));
  for (sup::Place place = 0; place < n; ++place) {
    ASSERT_TRUE(run_until([&] { return height(place) > heights[place]; }));
    EXPECT_TRUE(proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(identity(0))}}));
  }
}

TEST_F(sup_server, goes_on_with_one_hospital_down) {
  stop(3);
  for (std::size_t i = 0; i < 3; ++i) {
    const sup::Reply reply = ask(static_cast<sup::Place>(i), sup::Submit{consortium_.world.registration(consortium_.world.hospital(i))});
    EXPECT_TRUE(std::holds_alternative<sup::Committed>(reply)) << reason(reply);
  }
}

TEST_F(sup_server, does_not_open_the_store_of_another_network) {
  const sup::Reply reply = ask(0, sup::Submit{consortium_.world.registration(consortium_.world.hospital(0))});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(reply));
  stop(0);
  sup::Genesis other = consortium_.genesis;
  other.name = {"other"};
  const auto opened = SupServer::open(loop_, other, 0, consortium_.key(0), *stores_[0], {});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("another network"), std::string::npos);
}

}  // namespace
}  // namespace caduceus
