#include "host/store/s3_service.h"

#include <gtest/gtest.h>

#include <fstream>

#include "host/store/s3_answer.h"
#include "host/store/s3_blob_store.h"
#include "test/temporary_folder.h"

namespace caduceus::store {
namespace {

using std::filesystem::perms;

TEST(s3_service, has_tls_a_bucket_and_a_region) {
  const S3Service good{.endpoint = "https://s3.example.org:9000", .bucket = "h1-records"};
  EXPECT_TRUE(good.check());
  const auto why_not = [&](auto change) {
    S3Service service = good;
    change(service);
    const auto checked = service.check();
    return checked ? "" : checked.error().message;
  };
  for (const char* const bad :
       {"http://s3.example.org", "s3.example.org", "https://", "https://a/b", "https://user@a", "https://a?b", ""}) {
    EXPECT_EQ(why_not([&](S3Service& one) { one.endpoint = bad; }),
              "an S3 endpoint is \"https://HOST\" or \"https://HOST:PORT\", not \"" + std::string(bad) + "\"");
  }
  for (const std::string& bad : {std::string("ab"), std::string("a/b"), std::string("A-bucket"), std::string(64, 'a')}) {
    EXPECT_EQ(why_not([&](S3Service& one) { one.bucket = bad; }),
              "a bucket's name has 3 to 63 small letters, digits, dots and hyphens; \"" + bad + "\" is none");
  }
  EXPECT_NE(why_not([](S3Service& one) { one.region = "eu:west"; }), "");
}

class s3_credentials : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text, perms mode = perms::owner_read | perms::owner_write) const {
    std::ofstream(path) << text;
    std::filesystem::permissions(path, mode);
    return path;
  }
  static std::string text(const SecretBytes& zero_ended) { return reinterpret_cast<const char*>(zero_ended.expose().data()); }
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "keys";
};

TEST_F(s3_credentials, are_read_as_other_programs_write_them) {
  const auto found = load_s3_credentials(write(
      "# mine\n[default]\naws_access_key_id = AKIA1\r\nregion=x\naws_secret_access_key=a/b+c==\n[other]\naws_access_key_id = AKIA2\n"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(text(found->access_key), "AKIA1");
  EXPECT_EQ(text(found->secret_key), "a/b+c==");
}

TEST_F(s3_credentials, say_what_is_missing) {
  const std::string none =
      path.string() + " has no credentials for S3: write two lines, aws_access_key_id = … and aws_secret_access_key = …";
  for (const char* const bad :
       {"", "AKIA1\nabc\n", "aws_access_key_id = AKIA1\n", "aws_access_key_id = AKIA1\naws_secret_access_key =\n"}) {
    EXPECT_EQ(load_s3_credentials(write(bad)).error().message, none);
  }
}

TEST_F(s3_credentials, are_their_owners_alone) {
  write("aws_access_key_id = a\naws_secret_access_key = b\n", perms::owner_read | perms::group_read);
  const S3Service service{.endpoint = "https://127.0.0.1:1", .bucket = "bucket", .credentials = path};
  EXPECT_EQ(open_s3_blob_store(service).error().message,
            path.string() + " can be read by others than its owner; if it is yours, run: chmod 600 " + path.string());
}

TEST(s3_answer, is_of_its_kind_or_none) {
  const auto error = parse_s3_error(as_bytes("<Error><Code>NoSuchKey</Code><Message>a\x01" + std::string(300, 'b') + "</Message></Error>"));
  EXPECT_EQ(error.code, "NoSuchKey");
  EXPECT_EQ(error.message, "a?" + std::string(198, 'b'));
  EXPECT_EQ(parse_s3_error(as_bytes("<html>no</html>")).code, "");
  const auto objects = parse_s3_objects(as_bytes(
      "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents>" "<NextContinuationToken>t</NextContinuationToken></ListBucketResult>"));
  ASSERT_TRUE(objects);
  EXPECT_EQ(objects->keys, std::vector<std::string>{"a"});
  EXPECT_EQ(objects->next, "t");
  EXPECT_FALSE(parse_s3_objects(as_bytes("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"))) << "without an end";
  EXPECT_FALSE(parse_s3_uploads(as_bytes("<ListBucketResult></ListBucketResult>")));
  EXPECT_FALSE(is_s3_upload_complete(as_bytes("<Error><Code>InternalError</Code></Error>"))) << "with the status 200, too";
  EXPECT_TRUE(is_s3_upload_complete(as_bytes("<CompleteMultipartUploadResult/>")));
}

}  // namespace
}  // namespace caduceus::store
