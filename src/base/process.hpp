#pragma once
// Other programs, run without a shell: arguments are never parsed again, so nothing needs quoting.

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace ashlar {

struct ProcessRequest {
  std::vector<std::string> argv;         // the program is looked up in PATH
  std::string input;                     // its whole standard input
  Millis timeout{60'000};                // past it the process group is killed
  size_t most_output_bytes = 16u << 20;  // of each stream; the rest is read and dropped
  /// Called with each piece of output and error text as it comes, for progress. May be empty.
  std::function<void(std::string_view)> on_output = {};
};

struct ProcessResult {
  int exit_code = 0;  // 128 + the signal's number when a signal ended it
  bool timed_out = false;
  std::string out;
  std::string err;

  bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Runs a program to its end. Throws Error(kInternal) when it cannot be started; a failing exit
/// code is a result. Thread-safe. The child inherits no descriptor but its three standard ones.
ProcessResult run_process(const ProcessRequest& request);

/// run_process() that throws Error(kInternal) with the program, its exit code and the end of its
/// error text when it did not succeed. Returns its output.
std::string run_checked(const ProcessRequest& request);
std::string run_checked(std::vector<std::string> argv, std::string input = {});

/// Starts a program that outlives this one: in a session of its own, no standard input, output
/// and errors appended to `log`. Returns its pid, to be reaped by the caller while it lives.
pid_t spawn_detached(const std::vector<std::string>& argv, const std::filesystem::path& log);

}  // namespace ashlar
