#include "pocketcloud/host_readings.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

constexpr long kBridgePorts = 1024;  // BR_MAX_PORTS
constexpr long kMostLoopDevices = 1L << 20;

/// The first number of a file; nothing for a file that is not there or says "max".
std::optional<long> number_in(const fs::path& path) {
  std::ifstream file(path);
  long value = 0;
  return file >> value ? std::optional(value) : std::nullopt;
}

std::vector<fs::path> entries(const fs::path& directory) {
  std::vector<fs::path> all;
  std::error_code gone;
  for (fs::directory_iterator at(directory, gone), end; at != end; at.increment(gone)) {
    all.push_back(at->path());
    if (gone) break;
  }
  return all;
}

bool is_number(const fs::path& path) {
  const std::string name = path.filename();
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<fs::path> processes() {
  auto all = entries("/proc");
  std::erase_if(all, [](const fs::path& path) { return !is_number(path); });
  return all;
}

std::string link_of(const fs::path& path) {
  std::error_code gone;
  return fs::read_symlink(path, gone).string();
}

/// `count(process, descriptor)` over every inotify instance on this host. One that processes share
/// is counted for each, which errs on the safe side.
template <class Count>
long over_inotify(Count count) {
  long total = 0;
  for (const auto& process : processes()) {
    for (const auto& descriptor : entries(process / "fd")) {
      if (link_of(descriptor) == "anon_inode:inotify") total += count(process, descriptor);
    }
  }
  return total;
}

long watches_of(const fs::path& process, const fs::path& descriptor) {
  std::ifstream info(process / "fdinfo" / descriptor.filename());
  long watches = 0;
  for (std::string line; std::getline(info, line);) watches += line.starts_with("inotify ");
  return watches;
}

/// A line of /proc/key-users: `  uid: usage keys/instantiated quota-keys/most quota-bytes/most`.
struct KeyUser {
  long uid = 0;
  long keys = 0;
  long bytes = 0;
};

std::vector<KeyUser> key_users() {
  std::vector<KeyUser> users;
  std::ifstream file("/proc/key-users");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    KeyUser user;
    char mark = 0;
    std::string usage;
    std::string all;
    std::string keys;
    std::string bytes;
    if (!(words >> user.uid >> mark >> usage >> all >> keys >> bytes)) continue;
    user.keys = std::strtol(keys.c_str(), nullptr, 10);
    user.bytes = std::strtol(bytes.c_str(), nullptr, 10);
    users.push_back(user);
  }
  return users;
}

long most_keys(bool of_root, long KeyUser::* what) {
  long most = 0;
  for (const auto& user : key_users())
    if ((user.uid == 0) == of_root) most = std::max(most, user.*what);
  return most;
}

/// The fourth field of /proc/loadavg: `running/all`.
long threads() {
  std::ifstream file("/proc/loadavg");
  std::string word;
  for (int i = 0; i < 4; ++i) file >> word;
  const auto slash = word.find('/');
  return slash == std::string::npos ? 0 : std::strtol(word.c_str() + slash + 1, nullptr, 10);
}

/// The first field of the second line, in hexadecimal: entries in the table that all network
/// namespaces share.
long neighbours() {
  std::ifstream file("/proc/net/stat/arp_cache");
  std::string line;
  std::getline(file, line);
  long count = 0;
  return file >> std::hex >> count ? count : 0;
}

long distinct_namespaces(const char* kind) {
  std::set<std::string> seen;
  for (const auto& process : processes()) seen.insert(link_of(process / "ns" / kind));
  return static_cast<long>(seen.size());
}

long loop_devices_in_use() {
  return std::ranges::count_if(entries("/sys/block"), [](const fs::path& device) {
    return device.filename().string().starts_with("loop") && fs::exists(device / "loop");
  });
}

std::optional<long> loop_devices() {
  if (fs::exists("/dev/loop-control")) return kMostLoopDevices;
  return std::ranges::count_if(entries("/dev"), [](const fs::path& device) {
    const std::string name = device.filename();
    return name.starts_with("loop") && is_number(fs::path(name.substr(4)));
  });
}

/// The tightest pids.max on the way up from this process's control group, and what is in use there.
Reading control_group_tasks() {
  Reading tightest;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto path = line.rfind(':');
    const bool version_2 = line.starts_with("0::");
    if (!version_2 && line.find(":pids:") == std::string::npos) continue;
    const fs::path root = version_2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
    for (fs::path at = line.substr(path + 2);; at = at.parent_path()) {
      const auto most = number_in(root / at / "pids.max");
      const long used = number_in(root / at / "pids.current").value_or(0);
      if (most && (!tightest.value || *most - used < *tightest.value - tightest.used))
        tightest = {.value = most, .used = used};
      if (at.empty()) break;
    }
  }
  return tightest;
}

std::optional<long> available_memory_mb() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("MemAvailable:"))
      return std::strtol(line.c_str() + std::strlen("MemAvailable:"), nullptr, 10) / 1024;
  }
  return std::nullopt;
}

rlimit own_files() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return files;
}

long in_use(Use use) {
  switch (use) {
    case Use::kUnknown:
    case Use::kControlGroupTasks:  // read together with its limit
      return 0;
    case Use::kInotifyInstances:
      return over_inotify([](const auto&, const auto&) { return 1; });
    case Use::kInotifyWatches:
      return over_inotify(watches_of);
    case Use::kRootKeys:
      return most_keys(true, &KeyUser::keys);
    case Use::kRootKeyBytes:
      return most_keys(true, &KeyUser::bytes);
    case Use::kOtherKeys:
      return most_keys(false, &KeyUser::keys);
    case Use::kOtherKeyBytes:
      return most_keys(false, &KeyUser::bytes);
    case Use::kThreads:
      return threads();
    case Use::kPseudoTerminals:
      return number_in("/proc/sys/kernel/pty/nr").value_or(0);
    case Use::kOpenFiles:
      return number_in("/proc/sys/fs/file-nr").value_or(0);
    case Use::kOwnOpenFiles:
      return static_cast<long>(entries("/proc/self/fd").size());
    case Use::kNeighbours:
      return neighbours();
    case Use::kConnections:
      return number_in("/proc/sys/net/netfilter/nf_conntrack_count").value_or(0);
    case Use::kMountNamespaces:
      return distinct_namespaces("mnt");
    case Use::kNetworkNamespaces:
      return distinct_namespaces("net");
    case Use::kLoopDevices:
      return loop_devices_in_use();
  }
  return 0;
}

/// Of limits that are no file.
std::optional<long> value_elsewhere(const HostLimit& limit) {
  if (limit.use == Use::kOwnOpenFiles) return static_cast<long>(own_files().rlim_cur);
  if (limit.use == Use::kLoopDevices) return loop_devices();
  if (limit.name.starts_with("ports of a bridge")) return kBridgePorts;
  if (limit.name.starts_with("available memory")) return available_memory_mb();
  return std::nullopt;
}

bool may_write(const HostLimit& limit) {
  if (limit.use == Use::kOwnOpenFiles) return true;
  // Root may write files that a read-only /proc or a container's security module refuses, by its
  // bits: only opening tells.
  const int fd = ::open(std::string(limit.source).c_str(), O_WRONLY | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

Reading read(const HostLimit& limit) {
  if (limit.use == Use::kControlGroupTasks) return control_group_tasks();
  Reading reading;
  reading.value = limit.source.empty() ? value_elsewhere(limit) : number_in(limit.source);
  if (!reading.value) return reading;
  reading.used = in_use(limit.use);
  reading.may_be_raised = limit.raisable && may_write(limit);
  return reading;
}

std::string raise_own_files(long value) {
  rlimit files = own_files();
  files.rlim_cur = static_cast<rlim_t>(value);
  files.rlim_max = std::max(files.rlim_max, files.rlim_cur);
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? "" : std::strerror(errno);
}

std::string raise(const HostLimit& limit, long value) {
  if (limit.use == Use::kOwnOpenFiles) return raise_own_files(value);
  const int fd = ::open(std::string(limit.source).c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return std::strerror(errno);
  const std::string text = std::to_string(value);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const std::string why = written ? "" : std::strerror(errno);
  ::close(fd);
  return why;
}

}  // namespace

Host real_host() {
  return {read, raise};
}

}  // namespace ashlar::pocketcloud
