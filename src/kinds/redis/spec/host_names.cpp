#include "kinds/redis/spec/host_names.hpp"

#include <fmt/format.h>

#include "kinds/redis/spec/topology.hpp"

namespace ashlar::redis {
namespace {

/// Resolvers forget it that soon after a machine was replaced.
constexpr int kTimeToLiveSeconds = 60;

const char* record_type(const std::string& address) {
  return address.find(':') == address.npos ? "A" : "AAAA";
}

}  // namespace

std::string host_name(const Spec& spec, const std::string& record) {
  if (spec.domain.empty()) return {};
  return fmt::format("{}.{}.{}", base_of(record), spec.name, spec.domain);
}

std::string hosts_file(const Spec& spec, const std::vector<Host>& hosts) {
  std::string text = fmt::format("# BEGIN Redis cluster {}\n", spec.name);
  for (const Host& host : hosts)
    text += fmt::format("{} {}\n", host.address, host_name(spec, host.node));
  return text + fmt::format("# END Redis cluster {}\n", spec.name);
}

std::string zone_file(const Spec& spec, const std::vector<Host>& hosts) {
  std::string text =
      fmt::format("$ORIGIN {}.{}.\n$TTL {}\n", spec.name, spec.domain, kTimeToLiveSeconds);
  for (const Host& host : hosts)
    text += fmt::format("{} IN {} {}\n", host.node, record_type(host.address), host.address);
  return text;
}

}  // namespace ashlar::redis
