// A hospital's records with their bytes on Ceph.
#include "host/store/s3_client.h"
#include "test/ceph/cluster.h"
#include "test/node/record_store_world.h"
#include "test/node/records_world.h"

namespace caduceus {

INSTANTIATE_TEST_SUITE_P(ceph, records_in, testing::Values(&ceph::BucketOfBlobs::make));

namespace {

class records_on_ceph : public testing::Test, protected RecordStoreWorld {
 protected:
  records_on_ceph() : RecordStoreWorld(ceph::BucketOfBlobs::make()) {}
  void SetUp() override { open(); }
};

TEST_F(records_on_ceph, a_changed_or_missing_object_is_named_and_nothing_of_it_given_out) {
  const auto client = store::S3Client::make(dynamic_cast<const ceph::BucketOfBlobs&>(*place).service).value();
  const auto id = put(record(200'000)).value();
  Bytes bytes = client->ask({.key = to_hex(id)}).value().body;
  const auto found_with = [&](const Bytes& body) {
    EXPECT_TRUE(client->ask({.method = store::S3Method::put, .key = to_hex(id), .body = body}));
    const auto found = get(id);
    return found ? "" : found.error().message;
  };
  EXPECT_EQ(found_with(bytes), "");
  bytes[100] ^= 1U;
  EXPECT_EQ(found_with(bytes), "record " + to_hex(id) + ": its body is damaged: " + std::string(explain(Reject::sealed_invalid)));
  bytes.pop_back();
  EXPECT_EQ(found_with(bytes), "record " + to_hex(id) + ": its body has 200070 bytes, not 200071");
  ASSERT_TRUE(blobs->erase(id));
  EXPECT_EQ(get(id).error().message, "record " + to_hex(id) + ": its body is gone");
}

class hospital_on_ceph : public RecordsWorld {
 protected:
  hospital_on_ceph() : RecordsWorld(place()) {}

  static std::unique_ptr<store::BlobPlace> place() {
    auto bucket = std::make_unique<ceph::BucketOfBlobs>();
    bucket->service.patience = std::chrono::milliseconds(10'000);
    return bucket;
  }
  // Both records of the first batch, the second of which is long.
  void expect_both(const GrantRequester& requester, const std::string& shorter, const std::string& longer) {
    const auto streamed = get<roles::StreamedAnswer>(guest().identity(), sealed(requester.request()));
    const auto keys = requester.record_keys(*streamed.t_a);
    ASSERT_TRUE(keys);
    for (std::uint32_t record = 0; record < 2; ++record) {
      Bytes body;
      for (std::uint32_t part = 0; body.size() < streamed.sizes.items[record]; ++part) {
        const auto one = get<roles::Part>(guest().identity(), roles::AskPart{streamed.answer, record, part});
        ASSERT_FALSE(one.bytes.value.empty());
        body.insert(body.end(), one.bytes.value.begin(), one.bytes.value.end());
      }
      const auto opened = open_body(keys->at(record), body);
      ASSERT_TRUE(opened);
      EXPECT_TRUE(std::ranges::equal(opened->emr.expose(), as_bytes(record == 0 ? shorter : longer)));
    }
  }
};

TEST_F(hospital_on_ceph, gives_what_was_granted_and_erases_while_an_osd_is_lost) {
  visit();
  const std::string shorter = "blood pressure 120/80", longer(12'000'000, 'x');
  deliver({shorter, longer});
  const Grant given = grant(policy({{1, 1}, {1, 2}}, 9), 2);
  const GrantRequester requester = request(given, {{1, 1}, {1, 2}});
  expect_both(requester, shorter, longer);
  ceph::cluster("kill osd.2");
  expect_both(requester, shorter, longer);
  EXPECT_EQ(deliver({"written with two copies"}).batch, 2U);
  restart();
  expect_both(requester, shorter, longer);
  ASSERT_TRUE(until([&] { return letters_of<roles::RecordNotice>().size() == 3; }));
  const TransactionHash htxm = hash_of(letters_of<roles::RecordNotice>()[1].terms);
  get<roles::ErasureReceipt>(hospital().identity(), roles::EraseRecord{htxm, {"order of a court"}});
  EXPECT_EQ(refusal(guest().identity(), sealed(request(given, {{1, 2}}).request())), name_of(Reject::record_erased));
  ceph::cluster("start");
  ceph::cluster("healthy");
  EXPECT_TRUE(std::holds_alternative<Answer>(ask(guest().identity(), sealed(request(given, {{1, 1}}).request()))));
}

TEST_F(hospital_on_ceph, asks_for_patience_while_the_service_is_gone_and_goes_on_when_it_is_back) {
  visit();
  deliver({"one", "two"});
  const Grant given = grant(policy({{1, 1}, {1, 2}}, 9), 2);
  const GrantRequester requester = request(given, {{1, 1}});
  ceph::cluster("kill rgw");
  const roles::AskRecords asked = sealed(requester.request());
  EXPECT_EQ(refusal(guest().identity(), asked), name_of(Reject::hospital_busy));
  const auto upload = world().rng.bytes<16>();
  const std::string text = "written meanwhile";
  const roles::Upload part{upload, {}, text.size(), 0, {{text.begin(), text.end()}}};
  EXPECT_EQ(refusal(doctor().identity(), part), name_of(Reject::hospital_busy));
  EXPECT_EQ(get<roles::RecordStatus>(hospital().identity(), roles::AskRecordStatus{}).records, 2U) << "the node lives";
  ceph::cluster("start");
  EXPECT_EQ(get<roles::Uploaded>(doctor().identity(), part).bytes, text.size());
  const auto answer = get<Answer>(guest().identity(), asked);
  const auto bodies = requester.open(answer);
  ASSERT_TRUE(bodies);
  EXPECT_TRUE(std::ranges::equal(bodies->at(0).emr.expose(), as_bytes("one")));
  EXPECT_EQ(log().size(), 1U) << "it was asked twice, and is one use";
  ASSERT_TRUE(until([&] { return letters_of<roles::RecordNotice>().size() == 2; }));
}

}  // namespace
}  // namespace caduceus
