#include "pocketcloud/cgroup.hpp"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/clock.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

const fs::path kCgroupRoot = "/sys/fs/cgroup";

bool is_version_2() {
  return fs::exists(kCgroupRoot / "cgroup.controllers");
}

bool write_value(const fs::path& file, const std::string& value) {
  std::ofstream out(file);
  out << value << std::flush;
  return out.good();
}

/// This process's own group below a version 2 root.
fs::path own_group() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return kCgroupRoot / line.substr(4);
  }
  return kCgroupRoot;
}

/// Deepest first, as removal needs it.
std::vector<fs::path> with_descendants(const fs::path& group) {
  std::vector<fs::path> all;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(group, ignored)) {
    if (!entry.is_directory(ignored)) continue;
    for (auto& below : with_descendants(entry.path())) all.push_back(std::move(below));
  }
  all.push_back(group);
  return all;
}

size_t kill_members(const fs::path& group) {
  size_t count = 0;
  for (const auto& each : with_descendants(group)) {
    std::ifstream members(each / "cgroup.procs");
    for (pid_t pid = 0; members >> pid; ++count) {
      if (pid > 0) ::kill(pid, SIGKILL);
    }
  }
  return count;
}

}  // namespace

MachineCgroup MachineCgroup::of(const std::string& instance, long droplet) {
  MachineCgroup cgroup;
  const fs::path name = fs::path("pocketcloud-" + instance) / std::to_string(droplet);
  if (is_version_2()) {
    cgroup.groups_.push_back(systemd_runs() ? own_group() / "machine" : kCgroupRoot / name);
    return cgroup;
  }
  for (const char* controller : {"freezer", "systemd", "memory"}) {
    if (fs::exists(kCgroupRoot / controller / "cgroup.procs"))
      cgroup.groups_.push_back(kCgroupRoot / controller / name);
  }
  return cgroup;
}

MachineCgroup MachineCgroup::at(const std::string& freezer_path) {
  MachineCgroup cgroup;
  if (!freezer_path.empty()) cgroup.groups_.push_back(freezer_path);
  return cgroup;
}

void MachineCgroup::create(int memory_mb) const {
  const std::string bytes = std::to_string(static_cast<long>(memory_mb) << 20);
  for (const auto& group : groups_) {
    fs::create_directories(group);
    for (const char* limit : {"memory.limit_in_bytes", "memory.max"}) {
      if (fs::exists(group / limit)) write_value(group / limit, bytes);
    }
  }
}

void MachineCgroup::enter() const {
  for (const auto& group : groups_) write_value(group / "cgroup.procs", "0");
}

void MachineCgroup::freeze(bool frozen) const {
  if (groups_.empty()) return;
  if (fs::exists(groups_.front() / "freezer.state")) {
    write_value(groups_.front() / "freezer.state", frozen ? "FROZEN" : "THAWED");
  } else {
    write_value(groups_.front() / "cgroup.freeze", frozen ? "1" : "0");
  }
}

void MachineCgroup::kill_all() const {
  if (groups_.empty()) return;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (kill_members(groups_.front()) > 0 && std::chrono::steady_clock::now() < give_up) {
    freeze(false);  // a frozen process dies only once it is thawed
    std::this_thread::sleep_for(Millis{5});
  }
}

void MachineCgroup::remove() const {
  std::error_code ignored;
  for (const auto& group : groups_) {
    for (const auto& each : with_descendants(group)) fs::remove(each, ignored);
    fs::remove(group.parent_path(), ignored);  // the instance's, once it is empty
  }
}

std::string MachineCgroup::freezer_path() const {
  return groups_.empty() ? "" : groups_.front().string();
}

bool systemd_runs() {
  return fs::exists("/run/systemd/system");
}

}  // namespace ashlar::pocketcloud
