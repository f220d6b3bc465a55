// Import as a user calls it: two patients, a document, what is no record.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "test/process.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

using nlohmann::json;

class EmrImport : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const std::filesystem::path out = folder.path() / "records";
  const std::string johnnie = CADUCEUS_PATIENTS "/Johnnie679_Hermiston71_2cd30bd6-3a87-4191-af90-6daa70f58f55.json";
  const std::string luna = CADUCEUS_PATIENTS "/Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json";

  static Outcome import(const std::string& arguments) { return run(CADUCEUS_BINARY " emr import " + arguments); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() / name) << text;
    return (folder.path() / name).string();
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.good()) << path;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
};

TEST_F(EmrImport, two_patients_and_a_document) {
  const std::string letter = file("letter.pdf", "%PDF-1.7\nletter");
  const Outcome done = import(johnnie + " " + luna + " " + letter + " --out " + out.string() + " --json");
  ASSERT_EQ(done.status, 0) << done.output;
  const json said = json::parse(done.output);
  EXPECT_EQ(said.at("resources"), 460);
  EXPECT_EQ(said.at("accepted"), 458);
  EXPECT_EQ(said.at("records").size(), 46U);

  const json index = json::parse(read(out / "index.json"));
  EXPECT_EQ(index.at("records"), said.at("records"));
  EXPECT_EQ(index.at("refused"), said.at("refused"));
  const json record = json::parse(read(out / index.at("records").at(0).at("file")));
  EXPECT_EQ(record.at("type"), "collection");
  EXPECT_EQ(record.at("entry").back().at("resource").at("resourceType").is_string(), true);
  EXPECT_EQ(index.at("records").at(0).at("patient"), "Johnnie679 Hermiston71");
  ASSERT_EQ(index.at("refused").size(), 2U);
  for (const json& refused : index.at("refused")) EXPECT_EQ(json::parse(read(out / refused.at("file"))), refused.at("outcome"));

  const json& document = index.at("records").at(45);
  EXPECT_EQ(document.at("media_type"), "application/pdf");
  EXPECT_EQ(document.at("title"), "letter.pdf");
  EXPECT_EQ(read(out / document.at("file")), read(letter));
  EXPECT_EQ(std::filesystem::status(out / document.at("file")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(EmrImport, says_what_was_refused) {
  const Outcome done = import(luna);
  EXPECT_EQ(done.status, 0);
  EXPECT_NE(done.output.find("223 resources: 221 accepted, 2 refused; 23 records"), std::string::npos) << done.output;
  EXPECT_NE(done.output.find("Condition.category: an object is of a type that R4 does not have here"), std::string::npos) << done.output;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(EmrImport, a_folder_is_filled_once) {
  const std::string note = file("note.txt", "fever\n");
  ASSERT_EQ(import(note + " --out " + out.string()).status, 0);
  const Outcome again = import(note + " --out " + out.string());
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.output.find("give another folder"), std::string::npos) << again.output;
}

TEST_F(EmrImport, other_json_is_a_file_and_broken_json_is_refused) {
  EXPECT_NE(import(file("settings.json", "{\"a\":1}")).output.find("application/json; 1 record"), std::string::npos);
  const Outcome broken = import(file("broken.json", "{\"resourceType\":\"Bundle\",\"entry\":[") + " --out " + out.string());
  EXPECT_EQ(broken.status, 1);
  EXPECT_NE(broken.output.find("json_structure"), std::string::npos) << broken.output;
  EXPECT_FALSE(std::filesystem::exists(out / "index.json"));
  EXPECT_EQ(import((folder.path() / "gone").string()).status, 1);
  EXPECT_EQ(import("").status, 2);
}

}  // namespace
}  // namespace caduceus
