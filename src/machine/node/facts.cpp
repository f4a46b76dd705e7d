// facts.

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "machine/node/fields.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

std::string os_release(const std::string& key) {
  for (const std::string& line : split(read_whole("/etc/os-release").value_or(""), '\n')) {
    if (!line.starts_with(key + "=")) continue;
    std::string value = line.substr(key.size() + 1);
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

Json addresses() {
  ifaddrs* first = nullptr;
  Json list = Json::array();
  if (::getifaddrs(&first) != 0) return list;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const int family = at->ifa_addr->sa_family;
    char text[INET6_ADDRSTRLEN] = "";
    if (family == AF_INET)
      ::inet_ntop(family, &reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, text,
                  sizeof text);
    if (family == AF_INET6)
      ::inet_ntop(family, &reinterpret_cast<sockaddr_in6*>(at->ifa_addr)->sin6_addr, text,
                  sizeof text);
    if (text[0] != 0) list.push_back({{"interface", at->ifa_name}, {"address", text}});
  }
  return list;
}

uint64_t memory_field(const std::string& meminfo, const std::string& name) {
  const size_t at = meminfo.find(name + ":");
  return at == std::string::npos
             ? 0
             : std::strtoull(meminfo.c_str() + at + name.size() + 1, nullptr, 10) * 1024;
}

Json collect() {
  utsname kernel{};
  ::uname(&kernel);
  struct sysinfo system{};
  ::sysinfo(&system);
  struct statvfs root{};
  ::statvfs("/", &root);
  const std::string meminfo = read_whole("/proc/meminfo").value_or("");
  return {{"hostname", kernel.nodename},
          {"kernel", kernel.release},
          {"architecture", kernel.machine},
          {"os_id", os_release("ID")},
          {"os_version", os_release("VERSION_ID")},
          {"cpus", ::sysconf(_SC_NPROCESSORS_ONLN)},
          {"memory_bytes", memory_field(meminfo, "MemTotal")},
          {"memory_available_bytes", memory_field(meminfo, "MemAvailable")},
          {"disk_bytes", uint64_t{root.f_blocks} * root.f_frsize},
          {"disk_available_bytes", uint64_t{root.f_bavail} * root.f_frsize},
          {"addresses", addresses()},
          {"boot_id", trimmed(read_whole("/proc/sys/kernel/random/boot_id").value_or(""))},
          {"uptime_seconds", system.uptime}};
}

}  // namespace

Work prepare_facts(Fields&) {
  return [](const Context&) { return Outcome{.message = "read", .data = collect()}; };
}

}  // namespace ashlar::node
