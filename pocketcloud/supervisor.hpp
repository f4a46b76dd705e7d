#pragma once
// The process beside each running droplet. It holds the droplet's mounts and network in namespaces
// of its own, boots it, boots it again when the guest reboots, and outlives the cloud's own
// process. When it ends, the kernel takes the mounts and the network down.

#include <filesystem>

namespace ashlar::pocketcloud {

// What the cloud asks of a supervisor, by signal.
inline constexpr int kHardOffSignal = 2;    // SIGINT: as pulling the plug
inline constexpr int kShutdownSignal = 15;  // SIGTERM: asks the guest, pulls the plug after a while
inline constexpr int kRebootSignal = 1;     // SIGHUP: the same, then boots
inline constexpr int kResetSignal = 10;     // SIGUSR1: pulls the plug, then boots

/// Runs one droplet until it is off. Returns the exit code of the process. Needs a single thread.
int run_droplet(const std::filesystem::path& directory);

}  // namespace ashlar::pocketcloud
