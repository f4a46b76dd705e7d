#pragma once
// What lies in a droplet's directory: the agreement between the cloud and the droplet's supervisor.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "pocketcloud/cloud_config.hpp"
#include "pocketcloud/network.hpp"

namespace ashlar::pocketcloud {

namespace fs = std::filesystem;

/// Written by the cloud before each start.
struct DropletConfig {
  long id = 0;
  std::string name;
  std::string instance;
  std::string image_root;
  std::string mirror;
  std::string disk_from;  // the disk begins as a copy of this file; empty: as an empty one
  int disk_gb = 0;
  int memory_mb = 0;
  Links links;
};

/// Written by the supervisor at each change.
struct DropletRun {
  std::string phase;   // booting, running, stopped, failed
  long boots = 0;      // since this supervisor started
  pid_t leader = 0;    // the machine's init, as the host sees it
  std::string cgroup;  // where its processes are frozen
  std::string reason;  // of a failure, for people
};

class DropletFiles {
 public:
  explicit DropletFiles(fs::path directory) : directory_(std::move(directory)) {}

  const fs::path& directory() const { return directory_; }
  fs::path lock() const { return directory_ / "lock"; }
  fs::path seed() const { return directory_ / "seed.json"; }
  fs::path disk_image() const { return directory_ / "disk.img"; }
  fs::path disk() const { return directory_ / "disk"; }
  fs::path root() const { return directory_ / "root"; }
  fs::path log() const { return directory_ / "supervisor.log"; }
  fs::path console() const { return directory_ / "console"; }  // see console_log.hpp
  fs::path run() const { return directory_ / "run.json"; }

  void write_config(const DropletConfig& config) const;
  DropletConfig read_config() const;
  void write_run(const DropletRun& run) const;
  std::optional<DropletRun> read_run() const;  // nothing before the first start
  void write_seed(const Seed& seed) const;
  std::optional<Seed> read_seed() const;  // nothing once it was applied

  /// The pid of the live supervisor, or 0. The kernel's lock table says so, hence neither a reused
  /// pid nor a stale file can mislead.
  pid_t supervisor() const;

 private:
  fs::path directory_;
};

/// Copies a disk as a whole, with its holes: `to` is there completely or not at all. Throws
/// Error(kInternal).
void copy_disk(const fs::path& from, const fs::path& to);

/// Takes the supervisor's lock for the life of this process. False when another holds it. The file
/// is never opened again by the holder, since closing any descriptor of it would drop the lock.
bool hold_supervisor_lock(const fs::path& path);

}  // namespace ashlar::pocketcloud
