#pragma once
// A droplet's disk: its own file system in a file, laid over the shared image.

#include "pocketcloud/droplet_files.hpp"

namespace ashlar::pocketcloud {

/// Makes the disk on first use, grows it to its size, and mounts it in a mount namespace of this
/// process: the kernel removes the mounts with it. Applies the seed once. Throws Error(kInternal).
void open_disk(const DropletFiles& files, const DropletConfig& config);

}  // namespace ashlar::pocketcloud
