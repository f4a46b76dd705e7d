#pragma once
// A machine that has been replaced leads who still knows its address to its successor, until it is
// destroyed. Pure: what is to be done on the machine.

#include <string>

#include "machine/batch.hpp"

namespace ashlar::fleet {

struct ForwardedPort {
  std::string address;  // of the machine itself, where nothing listens any more
  int port = 0;
  std::string to;  // the successor's address; the port is the same
};

/// Adds the operations that forward the port, now and at every boot. One port a machine.
void add_forwarding(machine::Batch& batch, const ForwardedPort& forwarded);
/// Adds the operation that ends it; nothing happens where there is none.
void add_end_of_forwarding(machine::Batch& batch);

}  // namespace ashlar::fleet
