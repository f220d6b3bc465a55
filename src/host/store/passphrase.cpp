#include "host/store/passphrase.h"

#include <fcntl.h>
#include <termios.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "host/store/durable_file.h"
#include "host/store/file_descriptor.h"

namespace caduceus {
namespace {

// One byte; false at the end of input.
Result<bool> read_byte(int descriptor, Byte& byte) {
  for (;;) {
    const ssize_t n = ::read(descriptor, &byte, 1);
    if (n >= 0) return n == 1;
    if (errno != EINTR) return failure("cannot read the passphrase: " + std::system_category().message(errno));
  }
}

tl::unexpected<Failure> too_long() { return failure("the passphrase is longer than " + std::to_string(passphrase_limit) + " bytes"); }

Result<SecretBytes> read_line(int descriptor) {
  SecretBytes line;
  Byte byte = 0;
  for (;;) {
    TRY(const bool more, read_byte(descriptor, byte));
    if (!more || byte == '\n') break;
    if (line.size() == passphrase_limit) return too_long();
    line.append({&byte, 1});
  }
  wipe(&byte, 1);
  if (line.size() > 0 && line.expose().back() == '\r') line.resize(line.size() - 1);
  return line;
}

// The terminal without echo, and with Ctrl-C as a character, so that it is always put back as it was.
class SilentTerminal {
 public:
  explicit SilentTerminal(int descriptor) : descriptor_(descriptor) {
    ::tcgetattr(descriptor_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  SilentTerminal(SilentTerminal&&) = delete;
  SilentTerminal& operator=(SilentTerminal&&) = delete;
  ~SilentTerminal() { ::tcsetattr(descriptor_, TCSAFLUSH, &before_); }

 private:
  int descriptor_;
  termios before_{};
};

void show(int terminal, std::string_view text) {
  // A terminal that does not take the prompt will not give an answer either.
  static_cast<void>(!::write(terminal, text.data(), text.size()));
}

Result<SecretBytes> ask(int terminal, std::string_view prompt) {
  constexpr Byte ctrl_c = 3;
  constexpr Byte ctrl_d = 4;
  constexpr Byte backspace = 8;
  constexpr Byte del = 127;
  const SilentTerminal silent(terminal);
  show(terminal, prompt);
  SecretBytes typed;
  Byte byte = 0;
  for (;;) {
    TRY(const bool more, read_byte(terminal, byte));
    if (!more || byte == ctrl_d || byte == '\n' || byte == '\r') break;
    if (byte == ctrl_c) {
      show(terminal, "\n");
      return failure("no passphrase was given");
    }
    if (byte == backspace || byte == del) {
      // A character of UTF-8 goes as a whole.
      std::size_t size = typed.size();
      while (size > 0 && (typed.expose()[size - 1] & 0xc0) == 0x80) --size;
      typed.resize(size > 0 ? size - 1 : 0);
      continue;
    }
    if (typed.size() == passphrase_limit) return too_long();
    typed.append({&byte, 1});
  }
  wipe(&byte, 1);
  show(terminal, "\n");
  return typed;
}

Result<SecretBytes> read_from(const AskOnTerminal& source, std::string_view prompt) {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal.is_open())
    return failure("there is no terminal to ask for the passphrase on: give it by --passphrase-file or --passphrase-fd");
  TRY(SecretBytes typed, ask(terminal.get(), prompt));
  if (source.twice) {
    TRY(const SecretBytes again, ask(terminal.get(), "the same again: "));
    if (!equal_in_constant_time(typed.expose(), again.expose())) return failure("the two passphrases are not the same");
  }
  return typed;
}

Result<SecretBytes> read_from(const ReadFromFile& source, std::string_view /*prompt*/) {
  const FileDescriptor file(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_failure("cannot open the passphrase file", source.path);
  return read_line(file.get());
}

Result<SecretBytes> read_from(const ReadFromDescriptor& source, std::string_view /*prompt*/) { return read_line(source.descriptor); }

}  // namespace

Result<SecretBytes> read_passphrase(const PassphraseSource& source, std::string_view prompt) {
  auto passphrase = std::visit([&](const auto& place) { return read_from(place, prompt); }, source);
  if (passphrase && passphrase->size() == 0) return failure("the passphrase is empty");
  return passphrase;
}

}  // namespace caduceus
