// Long answers of a hospital's records port, part by part.
#include "host/node/record_streams.h"

#include "test/node/records_world.h"

namespace caduceus {
namespace {

class record_streams : public RecordsWorld {};

TEST_F(record_streams, a_long_record_is_streamed) {
  visit();
  const std::string image(6'000'000, 'x');
  deliver({image});
  const Policy consented = policy({{1, 1}});
  const Grant given = grant(consented, 1);
  const GrantRequester requester = request(given, {{1, 1}});
  const auto streamed = get<roles::StreamedAnswer>(guest().identity(), sealed(requester.request()));
  const auto keys = requester.record_keys(*streamed.t_a);
  ASSERT_TRUE(keys);
  Bytes sealed_body;
  for (std::uint32_t part = 0; sealed_body.size() < streamed.sizes.items[0]; ++part) {
    const auto one = get<roles::Part>(guest().identity(), roles::AskPart{streamed.answer, 0, part});
    EXPECT_EQ(get<roles::Part>(guest().identity(), roles::AskPart{streamed.answer, 0, part}).bytes, one.bytes);  // the newest, again
    sealed_body.insert(sealed_body.end(), one.bytes.value.begin(), one.bytes.value.end());
  }
  EXPECT_EQ(refusal(doctor().identity(), roles::AskPart{streamed.answer, 0, 0}), name_of(Reject::answer_unknown));
  const auto body = open_body(keys->at(0), sealed_body);
  ASSERT_TRUE(body);
  EXPECT_TRUE(std::ranges::equal(body->emr.expose(), as_bytes(image)));

  // The patient's own.
  const roles::AskOwn own{{1, 1}, world().rng.bytes<32>()};
  const auto hers = get<roles::StreamedAnswer>(patient(), own);
  Bytes own_body;
  for (std::uint32_t part = 0; own_body.size() < hers.sizes.items[0]; ++part) {
    const auto one = get<roles::Part>(patient(), roles::AskPart{hers.answer, 0, part});
    own_body.insert(own_body.end(), one.bytes.value.begin(), one.bytes.value.end());
  }
  EXPECT_TRUE(open_body(roles::own_record_key(agreement_->keys(), own), own_body));

  // What is streamed ends with the grant; and nobody has more than eight streams.
  const roles::RevokeGrant revocation = roles::sign_revocation(ppub(), patient_->member.keys.signing, hospital().identity(),
                                                               policy_hash(consented), NodeClock::wall(), world().rng);
  get<roles::Done>(patient(), revocation);
  EXPECT_EQ(refusal(guest().identity(), roles::AskPart{streamed.answer, 0, 0}), name_of(Reject::grant_revoked));
  EXPECT_EQ(refusal(guest().identity(), roles::AskPart{streamed.answer, 0, 0}), name_of(Reject::answer_unknown));
  for (int i = 1; i < 8; ++i) get<roles::StreamedAnswer>(patient(), own);
  EXPECT_EQ(refusal(patient(), own), name_of(Reject::hospital_busy));
}

TEST_F(record_streams, a_use_counts_only_where_a_stream_is_free) {
  visit();
  deliver({std::string(5'000'000, 'x')});
  const Policy first = policy({{1, 1}});
  const roles::AskRecords asked = sealed(request(grant(first, 1), {{1, 1}}).request());
  roles::StreamedAnswer newest;
  for (int i = 0; i < 8; ++i) newest = get<roles::StreamedAnswer>(guest().identity(), asked);  // again: no second use
  const roles::AskRecords another = sealed(request(grant(policy({{1, 1}}, 1), 1), {{1, 1}}).request());
  EXPECT_EQ(refusal(guest().identity(), another), name_of(Reject::hospital_busy));
  EXPECT_EQ(log().size(), 1U);
  get<roles::Done>(patient(), roles::sign_revocation(ppub(), patient_->member.keys.signing, hospital().identity(), policy_hash(first),
                                                     NodeClock::wall(), world().rng));
  EXPECT_EQ(refusal(guest().identity(), roles::AskPart{newest.answer, 0, 0}), name_of(Reject::grant_revoked));  // its place is free
  get<roles::StreamedAnswer>(guest().identity(), another);
}

// A hospital that is cut off from SUP cannot know of a revocation: the parts of an answer that it began are refused as the whole would be.
TEST_F(record_streams, a_stream_ends_where_sup_is_silent) {
  visit();
  deliver({std::string(5'000'000, 'x')});
  const roles::AskRecords asked = sealed(request(grant(policy({{1, 1}}), 1), {{1, 1}}).request());
  const auto begun = get<roles::StreamedAnswer>(guest().identity(), asked);
  get<roles::Part>(guest().identity(), roles::AskPart{begun.answer, 0, 0});
  sup_is_late_ = request_window + 1;
  EXPECT_EQ(refusal(guest().identity(), roles::AskPart{begun.answer, 0, 1}), name_of(Reject::sup_behind));
  EXPECT_EQ(refusal(guest().identity(), sealed(request(grant(policy({{1, 1}}, 1), 1), {{1, 1}}).request())), name_of(Reject::sup_behind));
  sup_is_late_ = 0;
  const auto again = get<roles::StreamedAnswer>(guest().identity(), asked);  // the same use
  get<roles::Part>(guest().identity(), roles::AskPart{again.answer, 0, 0});
  EXPECT_EQ(log().size(), 1U);
}

}  // namespace
}  // namespace caduceus
