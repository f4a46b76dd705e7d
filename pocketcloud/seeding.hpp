#pragma once

#include <filesystem>

#include "pocketcloud/cloud_config.hpp"

namespace ashlar::pocketcloud {

/// Writes a droplet's name, host keys, authorized keys and files into its mounted root, as root of
/// that root: links in it lead nowhere else. Repeating it is harmless except for appended files.
/// Missing host keys are generated. Throws Error(kInternal).
void apply_seed(const Seed& seed, const std::filesystem::path& root, const std::string& hostname);

/// The host name for a droplet's name: at most 63 characters.
std::string host_name(const std::string& droplet_name);

}  // namespace ashlar::pocketcloud
