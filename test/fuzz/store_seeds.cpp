// The seeds of what an S3 service answers: as Ceph does.
#include "test/fuzz/corpus.h"

namespace caduceus::fuzz {

void add_store(const Corpus& corpus) {
  const std::string head = R"(<?xml version="1.0" encoding="UTF-8"?>)", space = R"( xmlns="http://s3.amazonaws.com/doc/2006-03-01/")";
  const auto add = [&](std::string_view name, const std::string& text) { corpus.add("s3_answer", name, as_bytes(head + text)); };
  const std::string object =
      "<Contents><Key>3f01</Key><LastModified>2026-11-30T12:00:00.000Z</LastModified><ETag>&quot;0cc1&quot;</ETag></Contents>";
  add("valid_objects", "<ListBucketResult" + space + "><Name>b</Name><IsTruncated>true</IsTruncated>" + object + object +
                           "<NextContinuationToken>3f01</NextContinuationToken></ListBucketResult>");
  add("valid_no_objects", "<ListBucketResult" + space + "><IsTruncated>false</IsTruncated></ListBucketResult>");
  add("objects_without_end", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>");
  add("object_without_key", "<ListBucketResult><Contents><Key></Key></Contents></ListBucketResult>");
  add("valid_uploads",
      "<ListMultipartUploadsResult" + space + "><NextKeyMarker>3f</NextKeyMarker><NextUploadIdMarker>2~a</NextUploadIdMarker>" +
          "<IsTruncated>true</IsTruncated><Upload><Key>3f</Key><UploadId>2~a</UploadId></Upload></ListMultipartUploadsResult>");
  add("upload_without_id", "<ListMultipartUploadsResult><Upload><Key>3f</Key></Upload></ListMultipartUploadsResult>");
  add("valid_upload_id", "<InitiateMultipartUploadResult><UploadId>2~Xy</UploadId></InitiateMultipartUploadResult>");
  add("long_upload_id",
      "<InitiateMultipartUploadResult><UploadId>" + std::string(1025, 'x') + "</UploadId></InitiateMultipartUploadResult>");
  add("valid_complete", "<CompleteMultipartUploadResult><ETag>0cc1-2</ETag></CompleteMultipartUploadResult>");
  add("valid_error", "<Error><Code>NoSuchBucket</Code><Message>none\xff</Message></Error>");
  add("entities", "<!DOCTYPE a [<!ENTITY b \"&c;&c;\">]><ListBucketResult2>&b;</ListBucketResult2>");
  add("deep", [] {
    std::string nested;
    for (int i = 0; i < 1000; ++i) nested += "<a>";
    return nested;
  }());
  add("cut", "<ListBucketResult><Contents><Key>3f");
}

}  // namespace caduceus::fuzz
