#include "pocketcloud/host_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace ashlar::pocketcloud {
namespace {

constexpr long kUnlimited = std::numeric_limits<long>::max();

// Per machine: measured on idle Debian 12 machines, with room for the services that run on them.
constexpr std::array kLimits = {
    HostLimit{"fs.inotify.max_user_instances", "/proc/sys/fs/inotify/max_user_instances",
              Use::kInotifyInstances, 5, 32, true, "its systemd ends at once"},
    HostLimit{"fs.inotify.max_user_watches", "/proc/sys/fs/inotify/max_user_watches",
              Use::kInotifyWatches, 64, 8'192, true, "its systemd waits for no paths"},
    HostLimit{"kernel.keys.root_maxkeys", "/proc/sys/kernel/keys/root_maxkeys", Use::kRootKeys, 16,
              256, true, "its services do not start"},
    HostLimit{"kernel.keys.root_maxbytes", "/proc/sys/kernel/keys/root_maxbytes",
              Use::kRootKeyBytes, 512, 16'384, true, "its services do not start"},
    HostLimit{"kernel.keys.maxkeys", "/proc/sys/kernel/keys/maxkeys", Use::kOtherKeys, 4, 64, true,
              "its services of other users do not start"},
    HostLimit{"kernel.keys.maxbytes", "/proc/sys/kernel/keys/maxbytes", Use::kOtherKeyBytes, 128,
              4'096, true, "its services of other users do not start"},
    HostLimit{"kernel.pid_max", "/proc/sys/kernel/pid_max", Use::kThreads, 64, 2'048, true,
              "nothing new starts on this host"},
    HostLimit{"kernel.threads-max", "/proc/sys/kernel/threads-max", Use::kThreads, 64, 2'048, true,
              "nothing new starts on this host"},
    HostLimit{"pids.max of this process's control group", "", Use::kControlGroupTasks, 64, 512,
              false, "nothing new starts"},
    HostLimit{"kernel.pty.max", "/proc/sys/kernel/pty/max", Use::kPseudoTerminals, 4, 1'152, true,
              "nobody can sign in to it"},
    HostLimit{"fs.file-max", "/proc/sys/fs/file-max", Use::kOpenFiles, 1'024, 16'384, true,
              "no file opens on this host"},
    HostLimit{"fs.nr_open", "/proc/sys/fs/nr_open", Use::kUnknown, 0, 524'288, true,
              "its systemd can give services too few files"},
    HostLimit{"open files of this process (RLIMIT_NOFILE)", "", Use::kOwnOpenFiles, 4, 512, true,
              "it is not watched"},
    HostLimit{"user.max_mnt_namespaces", "/proc/sys/user/max_mnt_namespaces", Use::kMountNamespaces,
              24, 256, true, "its services do not start"},
    HostLimit{"user.max_net_namespaces", "/proc/sys/user/max_net_namespaces",
              Use::kNetworkNamespaces, 4, 64, true, "it has no network"},
    HostLimit{"net.ipv4.neigh.default.gc_thresh3", "/proc/sys/net/ipv4/neigh/default/gc_thresh3",
              Use::kNeighbours, 24, 128, true, "machines do not reach each other at times"},
    HostLimit{"net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max",
              Use::kConnections, 512, 4'096, true, "new connections are dropped"},
    HostLimit{"ports of a bridge", "", Use::kUnknown, 1, 1, false, "it has no network"},
    HostLimit{"loop devices", "", Use::kLoopDevices, 1, 2, false, "it has no disk"},
    HostLimit{"available memory in MiB", "", Use::kUnknown, 64, 512, false,
              "the kernel kills what it needs"}};

}  // namespace

std::span<const HostLimit> host_limits() {
  return kLimits;
}

long Verdict::raised() const {
  const long value = reading.value.value_or(0);
  if (needed <= value) return value;
  return static_cast<long>(std::bit_ceil(static_cast<unsigned long>(needed)));
}

Verdict judge(const HostLimit& limit, const Reading& reading, long machines) {
  Verdict verdict{.limit = limit, .reading = reading, .room = kUnlimited};
  verdict.needed = reading.used + limit.spare + limit.per_machine * machines;
  if (reading.value && limit.per_machine > 0) {
    const long left = *reading.value - reading.used - limit.spare;
    verdict.room = std::max(0L, left / limit.per_machine);
  }
  return verdict;
}

std::string sysctl_name(const HostLimit& limit) {
  constexpr std::string_view kRoot = "/proc/sys/";
  if (!limit.source.starts_with(kRoot)) return {};
  std::string name(limit.source.substr(kRoot.size()));
  std::ranges::replace(name, '/', '.');
  return name;
}

std::string describe(const Verdict& verdict) {
  const auto& [limit, reading, room, needed] = verdict;
  if (!reading.value) return fmt::format("{}: none here", limit.name);
  std::string text = fmt::format("{} is {}", limit.name, *reading.value);
  if (limit.use != Use::kUnknown) text += fmt::format(", {} in use", reading.used);
  if (limit.per_machine == 0) return text;
  return text + fmt::format(": room for {} more machine{} ({} each)", room, room == 1 ? "" : "s",
                            limit.per_machine);
}

}  // namespace ashlar::pocketcloud
