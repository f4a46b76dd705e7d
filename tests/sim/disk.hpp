#pragma once
// The files of a simulated machine: they outlive its processes, and a loss of power.

#include <map>
#include <string>

#include "base/clock.hpp"

namespace ashlar::sim {

struct File {
  std::string content;
  Time written_at{};
};

struct Disk {
  std::map<std::string, File> files;

  /// Null: there is none.
  const File* find(const std::string& path) const {
    const auto found = files.find(path);
    return found == files.end() ? nullptr : &found->second;
  }
};

}  // namespace ashlar::sim
