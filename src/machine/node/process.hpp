#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ashlar::node {

struct ProcessRequest {
  std::vector<std::string> argv;         // [0] is looked up in PATH; no shell is involved
  std::string input;                     // its standard input
  int timeout_ms = 60'000;               // then its whole process group is ended
  size_t most_output = 65'536;           // bytes kept of each stream: the first and the last halves
  std::vector<std::string> environment;  // "NAME=value", added to a small fixed environment
  int copy_to = -1;                      // a file that gets all it says, as it comes; -1: none
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal when one ended it
  bool timed_out = false;
  std::string out;
  std::string err;

  bool succeeded() const { return exit_code == 0 && !timed_out; }
  /// "exit code 3: last lines of what it said", or that it timed out.
  std::string complaint() const;
};

/// Runs one program to its end, in a process group of its own. What it leaves running in the
/// background does not delay the return. Throws Failure when it cannot be started.
ProcessResult run_process(const ProcessRequest& request);

/// All of the text, as far as it goes: who may have gone is not waited for.
void write_to(int descriptor, std::string_view text);

/// Milliseconds of the monotonic clock.
int64_t monotonic_ms();

}  // namespace ashlar::node
