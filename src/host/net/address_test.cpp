#include "host/net/address.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace caduceus {
namespace {

TEST(address, is_host_and_port) {
  for (const auto& [text, host, port] : std::vector<std::array<std::string, 3>>{
           {"h1.example:7000", "h1.example", "7000"}, {"10.0.0.1:0", "10.0.0.1", "0"}, {"[2001:db8::1]:65535", "2001:db8::1", "65535"}}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
  }
  for (const char* text :
       {"", "h1", ":7000", "h1:", "h1:x", "h1:65536", "h1:-1", "h1: 7", "h1:7 ", "2001:db8::1:7000", "[]:7000", "[::1:7000"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

}  // namespace
}  // namespace caduceus
