#pragma once
// How a life ends before its time.

#include <stdexcept>
#include <string>

namespace ashlar::sim {

/// The control plane died. Not a std::exception: nothing under test can take it for a failure that
/// it knows.
struct Died {};

/// What must hold and does not.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};
inline void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

}  // namespace ashlar::sim
