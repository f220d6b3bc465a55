// "host:port" as configurations have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caduceus {

struct Address {
  std::string host;  // a name or a number; of IPv6 without its brackets
  std::string port;  // 0 to 65535
};

// Nothing where the text is not of this form: "h1.example:7000", "10.0.0.1:7000", "[2001:db8::1]:7000".
std::optional<Address> parse_address(std::string_view text);

}  // namespace caduceus
