// Where a passphrase comes from: the terminal, a file, or an open file descriptor. Never the command line, which every user can read.
#pragma once

#include <filesystem>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus {

struct AskOnTerminal {
  bool twice = false;  // for a new passphrase
};
struct ReadFromFile {
  std::filesystem::path path;
};
struct ReadFromDescriptor {
  int descriptor;  // stays open
};
using PassphraseSource = std::variant<AskOnTerminal, ReadFromFile, ReadFromDescriptor>;

constexpr std::size_t passphrase_limit = 1024;  // bytes

// The passphrase: what is typed, or the first line of the file or descriptor without its end. On the terminal it is asked for by
// `prompt`, and not shown.
[[nodiscard]] Result<SecretBytes> read_passphrase(const PassphraseSource& source, std::string_view prompt);

}  // namespace caduceus
