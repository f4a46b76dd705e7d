#include "machine/node/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "machine/node/operation.hpp"

namespace ashlar::node {

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_failure("make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace ashlar::node
