#include "host/fhir/json_text.h"

#include <gtest/gtest.h>

namespace caduceus::fhir {
namespace {

TEST(json_text, members_are_where_they_stand) {
  const auto members = members_of(" {\"a\" : 1.50, \"b\\\"}\":[ {\"c\":\"]\"} ,\"\\\\\" ] }\n", 9);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ(members->at(0).name, "a");
  EXPECT_EQ(members->at(0).value, "1.50");
  EXPECT_EQ(members->at(1).name, "b\\\"}");
  const auto elements = elements_of(members->at(1).value, 9);
  ASSERT_TRUE(elements);
  EXPECT_EQ(*elements, (std::vector<std::string_view>{"{\"c\":\"]\"}", "\"\\\\\""}));
}

TEST(json_text, what_does_not_end_is_refused) {
  for (const char* text : {"", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{\"a\":[}]}",
                           "{\"a\":\"}", "{\"a\":\"\\\"}", "{} {}", "[1]", "{\"a\":]}", "{\"a\":[1}"}) {
    const auto members = members_of(text, 9);
    ASSERT_FALSE(members) << text;
    EXPECT_EQ(members.error(), Reject::json_structure) << text;
  }
  EXPECT_EQ(elements_of("[1,2,3]", 2).error(), Reject::too_long);
  EXPECT_TRUE(elements_of("[1,2,3]", 3));
}

TEST(json_text, depth_is_limited) {
  const auto nested = [](std::size_t depth) { return "[" + std::string(depth, '[') + std::string(depth, ']') + "]"; };
  EXPECT_TRUE(elements_of(nested(most_json_depth), 1));
  EXPECT_EQ(elements_of(nested(most_json_depth + 1), 1).error(), Reject::json_depth);
  EXPECT_EQ(elements_of(std::string(10'000'000, '['), 1).error(), Reject::json_depth);
}

TEST(json_text, white_space_in_strings_stays) {
  EXPECT_EQ(without_white_space("{ \"a b\" :\t[1.0 ,\n\" \\\" x\" ] }"), "{\"a b\":[1.0,\" \\\" x\"]}");
  EXPECT_EQ(count_values("{\"a\": [1, true, {\"b\": \"c,[d\"}]}"), 8U);
}

}  // namespace
}  // namespace caduceus::fhir
