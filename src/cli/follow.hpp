#pragma once
// Follows an operation until it is final, across lost connections and restarts of the server.

#include <string>

#include "base/json.hpp"
#include "cli/context.hpp"

namespace ashlar::cli {

/// While one lives, Ctrl-C is remembered instead of ending the process.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool interrupted();

 private:
  void (*previous_)(int);
};

struct Followed {
  Json operation;         // as it is now, with its steps
  bool detached = false;  // Ctrl-C: it goes on without a viewer
};

/// On a terminal a block that is redrawn in place, else one line an event (with json one JSON
/// object an event, on standard output). A lost connection is resumed after the last event that was
/// seen; where streams are refused, it polls. Throws Error when the operation cannot be read at
/// all, or kUnavailable when the server has been away for ten minutes. `with_output`: what steps
/// say while they are at work is printed too, a line at a time with the node in front.
Followed follow(ApiClient& api, const std::string& operation_id, const Context& context,
                bool with_output = false);

/// Follows, prints how it ended, and returns the exit code.
int follow_to_end(ApiClient& api, const std::string& operation_id, const Context& context,
                  bool with_output = false);

}  // namespace ashlar::cli
