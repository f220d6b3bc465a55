// Blobs on a real Ceph cluster: what an S3 service can do to them, and what a crash leaves.
#include "host/store/s3_blob_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "host/store/s3_answer.h"
#include "host/store/s3_client.h"
#include "test/ceph/cluster.h"
#include "test/store/blob_store_world.h"

namespace caduceus::store {

INSTANTIATE_TEST_SUITE_P(ceph, blob_store, testing::Values(&ceph::BucketOfBlobs::make));

namespace {

constexpr BlobId one{0x3f, 1}, other{0x3f, 2};

class s3_blob_store : public testing::Test {
 protected:
  void open() {
    blobs.reset();
    auto opened = open_s3_blob_store(service);
    ASSERT_TRUE(opened) << opened.error().message;
    blobs = *std::move(opened);
  }
  void SetUp() override { open(); }
  // Why it cannot be opened as it is described now.
  std::string why_not() const {
    const auto opened = open_s3_blob_store(service);
    return opened ? "" : opened.error().message;
  }
  std::filesystem::path write_credentials(const std::string& text) const {
    const auto path = folder.path() / "credentials";
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
  }
  S3Answer ask(const S3Request& request) const {
    auto answer = S3Client::make(service).value()->ask(request);
    EXPECT_TRUE(answer) << answer.error().message;
    return *std::move(answer);
  }
  std::size_t unfinished() const { return parse_s3_uploads(ask({.query = "uploads="}).body)->uploads.size(); }

  TemporaryFolder folder;
  S3Service service = ceph::new_bucket();
  std::unique_ptr<BlobStore> blobs;
};

TEST_F(s3_blob_store, says_what_to_do_when_the_bucket_is_missing) {
  service.bucket = "no-such-bucket";
  EXPECT_EQ(why_not(), "blobs: the bucket no-such-bucket does not exist at " + service.endpoint +
                           ": create it, for example with: aws s3 mb s3://no-such-bucket --endpoint-url " + service.endpoint);
}

TEST_F(s3_blob_store, says_whose_credentials_are_wrong) {
  std::string known;
  std::ifstream file(service.credentials);
  std::getline(file, known);
  std::getline(file, known);  // the key's id
  service.credentials = write_credentials(known + "\naws_secret_access_key = wrong\n");
  const std::string unknown = "blobs: " + service.endpoint + " does not know the credentials of " + service.credentials.string();
  EXPECT_EQ(why_not(), unknown + " (SignatureDoesNotMatch)");
  write_credentials("aws_access_key_id = nobody\naws_secret_access_key = wrong\n");
  EXPECT_EQ(why_not(), unknown + " (InvalidAccessKeyId)");
}

TEST_F(s3_blob_store, trusts_no_certificate_of_another_ca) {
  service.ca = "/etc/ssl/certs/ca-certificates.crt";
  EXPECT_TRUE(why_not().starts_with("blobs: the certificate of " + service.endpoint + " is of nobody whom " + service.ca.string() +
                                    " vouches for: "))
      << why_not();
  service.ca.clear();
  EXPECT_TRUE(why_not().starts_with("blobs: the certificate of " + service.endpoint + " is of nobody whom this system trusts: "))
      << why_not();
}

TEST_F(s3_blob_store, gives_up_on_a_service_that_is_not_there_when_its_patience_ends) {
  service.endpoint = "https://127.0.0.1:1";
  service.patience = std::chrono::milliseconds(700);
  EXPECT_TRUE(why_not().starts_with("blobs: cannot reach https://127.0.0.1:1: ")) << why_not();
}

TEST_F(s3_blob_store, leaves_other_objects_alone) {
  ASSERT_TRUE(ask({.method = S3Method::put, .key = "note", .body = as_bytes("by hand")}).is_well());
  ASSERT_TRUE(ask({.method = S3Method::post, .key = "long", .query = "uploads="}).is_well());
  ASSERT_TRUE(put(*blobs, one, content(10)));
  EXPECT_EQ(ids_of(*blobs), BlobIds{one});
  open();
  EXPECT_EQ(as_text(ask({.key = "note"}).body), "by hand");
  EXPECT_EQ(unfinished(), 1U);
}

TEST_F(s3_blob_store, lists_more_than_one_page) {
  constexpr std::size_t count = 1'050;
  for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(put(*blobs, {static_cast<Byte>(i), static_cast<Byte>(i / 256), 1}, {}));
  EXPECT_EQ(ids_of(*blobs).size(), count);
}

TEST_F(s3_blob_store, an_upload_that_was_given_up_goes_with_the_next) {
  auto writer = blobs->create(one).value();
  ASSERT_TRUE(writer->append(content(6 << 20)));
  EXPECT_EQ(unfinished(), 1U);
  writer.reset();
  ASSERT_TRUE(put(*blobs, other, content(1)));
  EXPECT_EQ(unfinished(), 0U);
}

TEST_F(s3_blob_store, who_reads_is_told_that_it_was_erased_or_changed) {
  const std::string place = "blobs: s3://" + service.bucket + "/" + to_hex(one);
  Bytes bytes(1 << 20);
  ASSERT_TRUE(put(*blobs, one, content(1 << 20)));
  const auto reader = blobs->open(one).value(), later = blobs->open(one).value();
  ASSERT_TRUE(ask({.method = S3Method::put, .key = to_hex(one), .body = content((1 << 20) + 1)}).is_well());
  EXPECT_EQ(reader->read(bytes).error().message, place + " was changed while it was read");
  ASSERT_TRUE(blobs->erase(one));
  EXPECT_EQ(later->read(bytes).error().message, place + " was erased while it was read");
}

TEST_F(s3_blob_store, a_process_killed_in_mid_upload_leaves_what_it_said_and_nothing_else) {
  blobs.reset();
  constexpr std::size_t size = 12U << 20U;
  std::array<int, 2> said{};
  ASSERT_EQ(::pipe(said.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    blobs = open_s3_blob_store(service).value();
    for (Byte n = 1; put(*blobs, {n}, content(size)) && ::write(said[1], &n, 1) == 1;) ++n;
    ::_exit(1);
  }
  ::close(said[1]);
  Byte newest = 0;
  while (newest < 3 && ::read(said[0], &newest, 1) == 1) {
  }
  while (unfinished() == 0) {
  }
  ::kill(child, SIGKILL);
  while (::read(said[0], &newest, 1) == 1) {
  }
  ::close(said[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  open();
  EXPECT_EQ(unfinished(), 0U);
  const BlobIds found = ids_of(*blobs);
  for (Byte n = 1; n <= newest; ++n) EXPECT_TRUE(found.contains({n})) << int{n};
  for (const BlobId& id : found) EXPECT_EQ(get(*blobs, id), content(size));
  EXPECT_LE(found.size(), newest + 1U);
}

}  // namespace
}  // namespace caduceus::store
