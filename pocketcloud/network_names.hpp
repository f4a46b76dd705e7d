#pragma once
// Names of what an instance makes in the kernel. An interface's name has at most 15 characters.

#include <string>

namespace ashlar::pocketcloud {

/// Ends of a droplet's two links, inside the instance's own network namespace.
inline std::string public_port(long droplet) {
  return "d" + std::to_string(droplet) + "p";
}
inline std::string private_port(long droplet) {
  return "d" + std::to_string(droplet) + "v";
}

/// The instance's network namespace, and the host's interface into it.
inline std::string fabric_name(const std::string& instance) {
  return "pc-" + instance;
}

}  // namespace ashlar::pocketcloud
