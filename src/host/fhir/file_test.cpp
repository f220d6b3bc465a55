#include "host/fhir/file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "test/temporary_folder.h"

namespace caduceus::fhir {
namespace {

std::string type(std::string_view text, const char* path = "file") { return media_type_of(as_bytes(text), path); }

TEST(file, has_a_media_type) {
  EXPECT_EQ(type("%PDF-1.7\n"), "application/pdf");
  EXPECT_EQ(type(std::string(128, '\0') + "DICM"), "application/dicom");
  EXPECT_EQ(type(std::string(200, '\0'), "IMAGE.DCM"), "application/dicom");
  EXPECT_EQ(type("\xff\xd8\xff\xe0"), "image/jpeg");
  EXPECT_EQ(type("\x89PNG\r\n\x1a\n"), "image/png");
  EXPECT_EQ(type("<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">"), "application/hl7-v3+xml");
  EXPECT_EQ(type("\xef\xbb\xbf<Patient xmlns=\"http://hl7.org/fhir\"/>"), "application/fhir+xml");
  EXPECT_EQ(type("<a/>"), "application/xml");
  EXPECT_EQ(type(" {\"a\":1}"), "application/json");
  EXPECT_EQ(type("{\\rtf1"), "application/rtf");
  EXPECT_EQ(type("Discharge letter\n"), "text/plain");
  EXPECT_EQ(type("a,b\n", "lab.CSV"), "text/csv");
  EXPECT_EQ(type("\x01\x02"), "application/octet-stream");
  EXPECT_EQ(type("%PDF-1.7\n", "letter.txt"), "application/pdf");  // what it is, not what it is called
}

TEST(file, is_imported_by_its_path) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "scan\n1.pdf";
  // 8 GiB that no disk has: reading it would show.
  std::ofstream(path) << "%PDF-1.7\n";
  std::filesystem::resize_file(path, std::uintmax_t{8} << 30);
  const auto emr = import_file(path);
  ASSERT_TRUE(emr) << emr.error().message;
  EXPECT_EQ(emr->title, "scan 1.pdf");
  EXPECT_EQ(emr->media_type, "application/pdf");
  EXPECT_TRUE(emr->keywords.empty());
  EXPECT_EQ(std::get<std::filesystem::path>(emr->content), path);
}

TEST(file, nothing_is_no_record) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "empty";
  EXPECT_NE(import_file(path).error().message.find("No such file"), std::string::npos);
  const std::ofstream made(path);
  EXPECT_NE(import_file(path).error().message.find("is empty"), std::string::npos);
  EXPECT_NE(import_file(folder.path()).error().message.find("not a file"), std::string::npos);
}

}  // namespace
}  // namespace caduceus::fhir
