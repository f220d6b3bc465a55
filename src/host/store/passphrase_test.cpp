#include "host/store/passphrase.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>

#include <fstream>

#include "host/store/file_descriptor.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

Result<SecretBytes> from_text(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "passphrase") << text;
  return read_passphrase(ReadFromFile{folder.path() / "passphrase"}, "");
}

TEST(passphrase, is_the_first_line_of_a_file) {
  EXPECT_EQ(as_text(from_text("open sesame\nmore")->expose()), "open sesame");
  EXPECT_EQ(as_text(from_text("open sesame\r\n")->expose()), "open sesame");
  EXPECT_EQ(as_text(from_text("open sesame")->expose()), "open sesame");
  EXPECT_EQ(as_text(from_text(" open ")->expose()), " open ");
}

TEST(passphrase, empty_missing_or_endless_ones_are_refused) {
  EXPECT_EQ(from_text("").error().message, "the passphrase is empty");
  EXPECT_EQ(from_text("\nsecond").error().message, "the passphrase is empty");
  EXPECT_TRUE(from_text(std::string(1024, 'x')));
  EXPECT_EQ(from_text(std::string(1025, 'x')).error().message, "the passphrase is longer than 1024 bytes");
  EXPECT_EQ(read_passphrase(ReadFromFile{"/none"}, "").error().message, "cannot open the passphrase file /none: No such file or directory");
}

TEST(passphrase, is_read_from_a_descriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  ASSERT_EQ(::write(write_end.get(), "open sesame\n", 12), 12);
  EXPECT_EQ(as_text(read_passphrase(ReadFromDescriptor{read_end.get()}, "")->expose()), "open sesame");
  EXPECT_FALSE(read_passphrase(ReadFromDescriptor{-1}, ""));
}

// What a child process reads from a terminal of its own while `typed` is typed there, and what it shows.
struct Session {
  std::string shown;
  int status = 0;
};
Session on_a_terminal(std::string_view typed, bool twice, std::string_view expected) {
  constexpr char end =
      4;  // the last that the child shows: it stays until this was read, since a terminal whose session ends forgets the rest
  int held[2];
  EXPECT_EQ(pipe2(held, O_CLOEXEC), 0);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    const auto passphrase = read_passphrase(AskOnTerminal{twice}, "passphrase: ");
    termios now{};
    tcgetattr(0, &now);
    const bool echo = (now.c_lflag & ECHO) != 0;
    if (!passphrase) dprintf(1, "failed: %s\n", passphrase.error().message.c_str());
    dprintf(1, "%c", end);
    ::close(held[1]);
    char nothing = 0;
    static_cast<void>(!::read(held[0], &nothing, 1));
    _exit(!echo ? 3 : !passphrase ? 2 : as_text(passphrase->expose()) == expected ? 0 : 1);
  }
  Session session;
  const FileDescriptor side(terminal);
  char buffer[256];
  std::size_t prompts = 0;
  // Types a line after each prompt: what is typed earlier is thrown away.
  for (;;) {
    const ssize_t n = ::read(terminal, buffer, sizeof buffer);
    if (n <= 0) break;
    session.shown.append(buffer, static_cast<std::size_t>(n));
    if (session.shown.back() == end) {
      session.shown.pop_back();
      break;
    }
    const std::string_view prompt = prompts == 0 ? "passphrase: " : "the same again: ";
    if (session.shown.find(prompt) == std::string::npos || prompts > (twice ? 1 : 0)) continue;
    const auto line = typed.substr(0, typed.find('|'));
    typed.remove_prefix(std::min(typed.size(), line.size() + 1));
    EXPECT_EQ(::write(terminal, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    ++prompts;
  }
  ::close(held[0]);
  ::close(held[1]);
  waitpid(child, &session.status, 0);
  session.status = WEXITSTATUS(session.status);
  return session;
}

TEST(passphrase, is_asked_for_without_being_shown) {
  const Session session = on_a_terminal("open\x7f\x7f\xc3\xa9\x7f" "en sesame\r", false, "open sesame");
  EXPECT_EQ(session.status, 0) << session.shown;
  EXPECT_EQ(session.shown, "passphrase: \r\n");
}

TEST(passphrase, a_new_one_is_asked_for_twice) {
  EXPECT_EQ(on_a_terminal("sesame\r|sesame\r", true, "sesame").status, 0);
  const Session different = on_a_terminal("sesame\r|barley\r", true, "");
  EXPECT_EQ(different.status, 2);
  EXPECT_NE(different.shown.find("the two passphrases are not the same"), std::string::npos) << different.shown;
}

TEST(passphrase, ctrl_c_gives_up_and_leaves_the_terminal_as_it_was) {
  const Session session = on_a_terminal("ses\x03", false, "");
  EXPECT_EQ(session.status, 2);
  EXPECT_NE(session.shown.find("no passphrase was given"), std::string::npos) << session.shown;
}

}  // namespace
}  // namespace caduceus
