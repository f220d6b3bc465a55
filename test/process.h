// The binary as a user calls it: run to its end, or left running until it is told to stop.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

namespace caduceus {

struct Outcome {
  int status;
  std::string output;  // of both streams
};

inline Outcome run(const std::string& command_line) {
  FILE* const pipe = ::popen((command_line + " 2>&1").c_str(), "r");
  Outcome outcome{-1, {}};
  std::array<char, 4096> buffer;
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) outcome.output.append(buffer.data(), n);
  outcome.status = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

// What it says on standard output can be read, line by line; standard error is ours.
class Process {
 public:
  // `before` is done in the new process.
  explicit Process(const std::string& command_line, const std::function<void()>& before = {}) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    id_ = ::fork();
    if (id_ == 0) {
      if (before) before();
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execl("/bin/sh", "sh", "-c", ("exec " + command_line).c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    stop(SIGKILL);
    std::fclose(output_);
  }

  // 0 once it was stopped.
  [[nodiscard]] pid_t id() const { return id_; }
  // Empty when it has ended.
  std::string line() {
    std::string line;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_)) line.push_back(static_cast<char>(c));
    return line;
  }
  // Its exit status; −1 when the signal ended it, or it was stopped before.
  int stop(int signal = SIGTERM) {
    if (id_ <= 0) return -1;
    ::kill(id_, signal);
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t id_ = 0;
  FILE* output_ = nullptr;
};

}  // namespace caduceus
