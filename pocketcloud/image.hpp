#pragma once
// The machine image: a small Debian 12 made once with mmdebstrap from the host's own package
// sources, and beside it the packages that droplets may install, since droplets reach no network.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::pocketcloud {

struct ImagePaths {
  std::filesystem::path root;    // what lies below every droplet's disk; never changed
  std::filesystem::path mirror;  // a package source, seen by droplets at kMirrorInDroplet
};

inline constexpr std::string_view kMirrorInDroplet = "/usr/share/pocketcloud/mirror";

/// Finds the image made by this program's recipe, or makes it (about a minute). Several processes
/// may ask at once: one builds, the others wait. `progress` gets one line at a time. Throws
/// Error(kInternal) with the end of the builder's output.
ImagePaths ensure_image(const std::filesystem::path& cache,
                        const std::function<void(std::string_view)>& progress);

/// Folders to lay over an image, the last one on top: what droplets would fetch from a network
/// elsewhere. Put before `ImagePaths::root`, it makes the list that overlayfs reads. Throws
/// Error(kInvalidInput) for a folder that is none.
std::string layers_over_image(const std::vector<std::string>& folders);

}  // namespace ashlar::pocketcloud
