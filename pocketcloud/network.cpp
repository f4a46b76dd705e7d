#include "pocketcloud/network.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/process.hpp"
#include "pocketcloud/network_names.hpp"

namespace ashlar::pocketcloud {
namespace {

/// Routes that matter only when the real one is gone: nothing for these pools leaves the host.
constexpr std::string_view kLastMetric = "4294967294";

void ip(const std::string& name_space, const std::string& lines) {
  std::vector<std::string> argv{"ip"};
  if (!name_space.empty()) argv.insert(argv.end(), {"-n", name_space});
  argv.insert(argv.end(), {"-batch", "-"});
  run_checked(argv, lines);
}

/// A bridge without an address of its own takes one from its ports and changes it as they come and
/// go, which leaves every neighbour with a wrong gateway for a while.
std::string bridge_mac(int index) {
  return fmt::format("04:00:00:00:{:02x}:{:02x}", index >> 8 & 255, index & 255);
}

bool succeeds(std::vector<std::string> argv) {
  return run_process({.argv = std::move(argv)}).ok();
}

bool link_exists(const std::string& name_space, const std::string& link) {
  return succeeds({"ip", "-n", name_space, "link", "show", "dev", link});
}

}  // namespace

Network::Network(const std::string& instance, Cidr public_pool, Cidr vpc_pool)
    : name_(fabric_name(instance)), vpc_pool_(vpc_pool), layout_(FabricLayout::of(public_pool)) {}

void Network::ensure() {
  // On most kernels bridged frames pass nftables only with this module; where it is built in,
  // modprobe is missing or has nothing to do.
  if (!std::filesystem::exists("/proc/sys/net/bridge")) succeeds({"modprobe", "br_netfilter"});
  if (!std::filesystem::exists("/proc/sys/net/bridge")) {
    throw Error(ErrorCode::kUnavailable, "this kernel cannot filter bridged traffic",
                "load the module br_netfilter");
  }
  make_namespace();
  make_routes();
}

void Network::make_namespace() {
  if (!std::filesystem::exists("/run/netns/" + name_)) run_checked({"ip", "netns", "add", name_});
  run_checked({"ip", "netns", "exec", name_, "sysctl", "-qw",
               "net.bridge.bridge-nf-call-iptables=1", "net.ipv4.ip_forward=1",
               "net.ipv6.conf.all.disable_ipv6=1"});
  if (!link_exists(name_, "pub")) {
    ip(name_, fmt::format("link add pub address {2} type bridge\nlink set lo up\nlink set pub up\n"
                          "address add {0}/{1} dev pub\n",
                          to_string(layout_.gateway), layout_.public_pool.prefix, bridge_mac(0)));
  }
  if (!link_exists(name_, "host")) {
    ip("", fmt::format("link add {0} type veth peer name host netns {0}\n", name_));
    ip(name_, "link set host master pub up\n");
    ip("", fmt::format("address add {}/{} dev {}\nlink set {} up\n", to_string(layout_.host),
                       layout_.public_pool.prefix, name_, name_));
  }
}

void Network::make_routes() {
  ip("", fmt::format("route replace {} via {} dev {}\n", vpc_pool_.text(),
                     to_string(layout_.gateway), name_));
  for (const auto& pool : {layout_.public_pool, vpc_pool_}) {
    ip("", fmt::format("route replace blackhole {} metric {}\n", pool.text(), kLastMetric));
  }
}

void Network::ensure_vpc(const Vpc& vpc) {
  if (link_exists(name_, vpc.bridge())) return;
  const Cidr range = vpc.range();
  ip(name_,
     fmt::format("link add {0} address {3} type bridge\nlink set {0} up\n"
                 "address add {1}/{2} dev {0}\n",
                 vpc.bridge(), to_string(range.network + 1), range.prefix, bridge_mac(vpc.index)));
}

void Network::remove_vpc(const Vpc& vpc) {
  succeeds({"ip", "-n", name_, "link", "delete", "dev", vpc.bridge()});
}

void Network::load(const std::string& ruleset) {
  run_checked({"ip", "netns", "exec", name_, "nft", "-f", "-"}, ruleset);
}

void Network::limit_rate(long droplet, pid_t inside, long kbit) {
  // What goes to the machine is slowed at the bridge, what comes from it inside its own namespace.
  std::vector<std::pair<std::vector<std::string>, std::string>> ends;
  for (const auto& port : {public_port(droplet), private_port(droplet)}) {
    ends.push_back({{"ip", "netns", "exec", name_}, port});
  }
  for (const char* link : {"eth0", "eth1"}) {
    ends.push_back({{"nsenter", "--target", std::to_string(inside), "--net"}, link});
  }
  for (auto& [argv, link] : ends) {
    if (kbit == 0) {
      argv.insert(argv.end(), {"tc", "qdisc", "delete", "dev", link, "root"});
      succeeds(argv);
      continue;
    }
    argv.insert(argv.end(), {"tc", "qdisc", "replace", "dev", link, "root", "tbf", "rate",
                             fmt::format("{}kbit", kbit), "burst", "16kb", "latency", "400ms"});
    const auto result = run_process({.argv = argv});
    if (!result.ok()) {
      throw Error(ErrorCode::kInvalidInput, "a slow network is not possible here: " + result.err,
                  "it needs tc and the qdisc tbf");
    }
  }
}

void Network::forget_droplet(long droplet) {
  for (const auto& port : {public_port(droplet), private_port(droplet)}) {
    succeeds({"ip", "-n", name_, "link", "delete", "dev", port});
  }
}

void Network::remove(const std::string& instance, const Cidr& public_pool, const Cidr& vpc_pool) {
  const std::string name = fabric_name(instance);
  succeeds({"ip", "link", "delete", "dev", name});
  succeeds({"ip", "netns", "delete", name});
  for (const auto& pool : {public_pool, vpc_pool}) {
    succeeds(
        {"ip", "route", "delete", "blackhole", pool.text(), "metric", std::string(kLastMetric)});
  }
}

void attach(const Links& links) {
  const std::string public_end = public_port(links.droplet);
  const std::string private_end = private_port(links.droplet);
  // After a reboot the kernel may not have removed the old ends yet, whose names are needed.
  for (const auto& port : {public_end, private_end}) {
    succeeds({"ip", "-n", links.fabric, "link", "delete", "dev", port});
  }
  // The same MAC addresses after each boot, so that neighbours' ARP entries stay true.
  const auto mac = [&](int link) {
    return fmt::format("04:0{}:{:02x}:{:02x}:{:02x}:{:02x}", link, links.droplet >> 24 & 255,
                       links.droplet >> 16 & 255, links.droplet >> 8 & 255, links.droplet & 255);
  };
  ip("", fmt::format("link add eth0 address {0} type veth peer name {1} netns {2}\n"
                     "link add eth1 address {3} type veth peer name {4} netns {2}\n",
                     mac(1), public_end, links.fabric, mac(2), private_end));
  ip(links.fabric, fmt::format("link set {} master pub up\nlink set {} master {} up\n", public_end,
                               private_end, links.bridge));
  ip("", fmt::format("link set lo up\naddress add {} dev eth0\naddress add {} dev eth1\n"
                     "link set eth0 up\nlink set eth1 up\nroute add default via {}\n",
                     links.public_address, links.private_address, links.gateway));
}

}  // namespace ashlar::pocketcloud
