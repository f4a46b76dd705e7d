#pragma once

#include "base/descriptor.hpp"

namespace ashlar::node {

/// What is written to one end is read from the other; programs that are started do not inherit
/// them.
struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

/// Throws Failure when no descriptors are left.
Pipe make_pipe();

}  // namespace ashlar::node
