#pragma once
// One instance on this host: its data directory, what it is called, and how it is taken away.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pocketcloud/cidr.hpp"

namespace ashlar::pocketcloud {

struct Instance {
  std::string name;
  Cidr public_pool;
  Cidr vpc_pool;
};

/// Checks the name and pools a user gave. Throws Error(kInvalidInput).
Instance make_instance(const std::string& name, const std::string& public_pool,
                       const std::string& vpc_pool);

/// Keeps one `serve` a data directory, and the instance's name and pools what they were at first.
/// Throws Error(kConflict) when another process serves it or the values differ.
class InstanceLock {
 public:
  InstanceLock(const std::filesystem::path& data, const Instance& instance);
};

/// The API token of the data directory, made on first use (mode 0600).
std::string ensure_token(const std::filesystem::path& data);

/// Stops a running `serve` of this data directory, kills every machine, removes network, control
/// groups and droplets' data. Nothing to remove is no error. Throws Error(kInternal) for what
/// remains.
void take_down(const std::filesystem::path& data,
               const std::function<void(std::string_view)>& progress);

struct Finding {
  bool ok;
  std::string what;
  std::string remedy;
};
/// What this host has and lacks.
std::vector<Finding> examine_host();

}  // namespace ashlar::pocketcloud
