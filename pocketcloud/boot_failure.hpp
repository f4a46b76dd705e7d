#pragma once
// Why a machine does not run, in words for the person who wanted it. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace ashlar::pocketcloud {

/// How a machine ended that nobody switched off.
struct UnexpectedEnd {
  int exit_code = 0;                      // of systemd-nspawn
  bool was_up = false;                    // its init ran before
  bool gave_up = false;                   // its init stopped working and was killed
  bool too_slow = false;                  // its init did not run in time and was killed
  std::string console;                    // the last output
  std::vector<std::string> tight_limits;  // what this host has no room for any more
};

std::string explain(const UnexpectedEnd& end);

/// The last line of console output that tells of a failure, or the last one at all; empty when
/// there is none. Bounded.
std::string telling_line(std::string_view console);

}  // namespace ashlar::pocketcloud
