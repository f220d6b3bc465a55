// What others wrote, in what commands show.
#include "app/foreign_text.h"

#include <gtest/gtest.h>

#include "app/command.h"
#include "app/phrases.h"

namespace caduceus {
namespace {

using nlohmann::json;

std::string said(bool as_json, const std::vector<Shown>& all) {
  testing::internal::CaptureStdout();
  show(as_json, all);
  return testing::internal::GetCapturedStdout();
}

TEST(foreign_text, makes_no_line_of_its_own_and_is_not_cut) {
  EXPECT_EQ(one_line("first\nsecond\x1b[1A\r\u009b2K"), "first second [1A 2K");
  EXPECT_EQ(one_line("I was awake.\n我当时清醒。"), "I was awake. 我当时清醒。");
  EXPECT_EQ(one_line(std::string(4096, 'a')), std::string(4096, 'a'));
  EXPECT_EQ(one_line(std::string(4096, '\xff')).size(), 3U * 4096);
}

TEST(foreign_text, of_a_refusal_is_one_line) {
  EXPECT_EQ(one_line(Refusal{{"busy\n"}, {"later\ncaduceus: all is well"}}), "later caduceus: all is well (busy)");
  EXPECT_EQ(one_line(Refusal::of(Reject::record_unknown)), std::string(explain(Reject::record_unknown)) + " (record_unknown)");
}

TEST(foreign_text, stays_itself_in_json_and_never_stops_it) {
  const std::string shown = said(true, {{"words", "", "a\n\xff\u009b"}, {"list", "", json::array({"\xff"})}});
  const json expected{{"words", "a\n\ufffd\u009b"}, {"list", json::array({"\ufffd"})}};
  EXPECT_EQ(json::parse(shown), expected);
  EXPECT_EQ(json::parse(json_line(json{{"trouble", "\xff"}})).at("trouble"), "\ufffd");
}

TEST(foreign_text, in_a_list_for_people_is_one_line) {
  EXPECT_EQ(said(false, {{"words", "words", json::array({"\xff\u009b\nb"})}}), "words: [\"\ufffd \\nb\"]\n");
}

TEST(phrases, take_what_is_put_in_as_it_is) {
  EXPECT_EQ(say(Language::english, Phrase::was_refused, {"{1}", "{2} {0}", "reason"}), "{1}: {2} {0} (reason)");
  EXPECT_EQ(say(Language::english, Phrase::record_of, {"1.2", "h1"}), "record 1.2 of h1");
  EXPECT_EQ(say(Language::chinese, Phrase::record_of, {"1.2", "h1"}), "h1 的病历 1.2");
  EXPECT_EQ(say(Language::english, Phrase::record_of, {"1.2"}), "record 1.2 of {1}");
}

}  // namespace
}  // namespace caduceus
