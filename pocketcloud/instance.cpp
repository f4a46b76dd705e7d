#include "pocketcloud/instance.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <regex>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/id.hpp"
#include "base/process.hpp"
#include "pocketcloud/cgroup.hpp"
#include "pocketcloud/droplet_files.hpp"
#include "pocketcloud/network.hpp"

namespace ashlar::pocketcloud {
namespace {

Cidr parse_pool(const std::string& option, const std::string& text) {
  const auto pool = Cidr::parse(text);
  if (!pool || pool->prefix < 8 || pool->prefix > 20) {
    throw Error(
        ErrorCode::kInvalidInput,
        fmt::format("{}: '{}' is not a range from /8 to /20 in CIDR notation", option, text));
  }
  return *pool;
}

std::optional<Instance> read_instance(const fs::path& data) {
  const fs::path path = data / "instance.json";
  if (!fs::exists(path)) return std::nullopt;
  const auto json = parse_json(read_file(path));
  if (!json) throw json.error().at(path.string());
  try {
    return make_instance(json->at("name"), json->at("public_pool"), json->at("vpc_pool"));
  } catch (const Json::exception&) {
    throw Error(ErrorCode::kConflict, path.string() + " does not describe an instance",
                "name another data directory, or remove this one");
  }
}

void end_process(pid_t pid, int signal, std::chrono::seconds patience, const DropletFiles& locked) {
  ::kill(pid, signal);
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (locked.supervisor() == pid && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(Millis{10});
  }
  if (locked.supervisor() == pid) ::kill(pid, SIGKILL);
}

void remove_droplet(const DropletFiles& files) {
  if (const pid_t supervisor = files.supervisor())
    end_process(supervisor, SIGINT, std::chrono::seconds(15), files);
  if (const auto run = files.read_run()) {
    const auto cgroup = MachineCgroup::at(run->cgroup);
    cgroup.kill_all();
    cgroup.remove();
  }
  fs::remove_all(files.directory());
}

bool has_program(const char* name) {
  return run_process({.argv = {"sh", "-c", "command -v \"$1\" >/dev/null", "sh", name}}).ok();
}

bool knows_filesystem(std::string_view name) {
  std::ifstream file("/proc/filesystems");
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with(name)) return true;
  }
  return run_process({.argv = {"sh", "-c", "modprobe -q \"$1\"", "sh", std::string(name)}}).ok();
}

}  // namespace

Instance make_instance(const std::string& name, const std::string& public_pool,
                       const std::string& vpc_pool) {
  static const std::regex valid_name("^[a-z][a-z0-9]{0,10}$");
  if (!std::regex_match(name, valid_name)) {
    throw Error(
        ErrorCode::kInvalidInput,
        fmt::format("--name: '{}' must be a letter and up to 10 letters and digits, all lower case",
                    name));
  }
  Instance instance{name, parse_pool("--public-pool", public_pool),
                    parse_pool("--vpc-pool", vpc_pool)};
  if (instance.public_pool.overlaps(instance.vpc_pool)) {
    throw Error(ErrorCode::kInvalidInput, "--public-pool and --vpc-pool overlap");
  }
  return instance;
}

InstanceLock::InstanceLock(const fs::path& data, const Instance& instance) {
  fs::create_directories(data);
  fs::permissions(data, fs::perms::owner_all);
  if (!hold_supervisor_lock(data / "lock")) {
    if (::access((data / "lock").c_str(), R_OK | W_OK) != 0)
      throw file_error("lock", data / "lock", errno);
    throw Error(ErrorCode::kConflict, fmt::format("another pocketcloud serves {}", data.string()));
  }
  const auto before = read_instance(data);
  if (!before) {
    write_file_atomically(data / "instance.json",
                          dump(Json{{"name", instance.name},
                                    {"public_pool", instance.public_pool.text()},
                                    {"vpc_pool", instance.vpc_pool.text()}},
                               2));
  } else if (before->name != instance.name || before->public_pool != instance.public_pool ||
             before->vpc_pool != instance.vpc_pool) {
    throw Error(
        ErrorCode::kConflict,
        fmt::format("{} belongs to the instance '{}' with the pools {} and {}", data.string(),
                    before->name, before->public_pool.text(), before->vpc_pool.text()),
        "use its values, or run 'pocketcloud down' on it first");
  }
}

std::string ensure_token(const fs::path& data) {
  const fs::path path = data / "token";
  if (!fs::exists(path)) write_file_atomically(path, "dop_v1_" + random_hex(32) + "\n", 0600);
  std::string token = read_file(path);
  while (!token.empty() && token.back() == '\n') token.pop_back();
  return token;
}

void take_down(const fs::path& data, const std::function<void(std::string_view)>& progress) {
  const auto instance = read_instance(data);
  if (!instance) return progress("nothing to take down in " + data.string());
  const DropletFiles whole(data);  // serve holds the same kind of lock
  if (const pid_t serving = whole.supervisor()) {
    progress("stopping pocketcloud");
    end_process(serving, SIGTERM, std::chrono::seconds(10), whole);
  }
  std::vector<std::jthread> removals;
  if (fs::exists(data / "droplets")) {
    for (const auto& entry : fs::directory_iterator(data / "droplets")) {
      removals.emplace_back([path = entry.path()] { remove_droplet(DropletFiles(path)); });
    }
  }
  progress(fmt::format("removing {} machines", removals.size()));
  removals.clear();  // joins
  Network::remove(instance->name, instance->public_pool, instance->vpc_pool);
  fs::remove_all(data / "droplets");
  fs::remove_all(data / "snapshots");
  fs::remove_all(data / "graveyard");  // numbers of droplets begin anew
  fs::remove(data / "state.json");
  fs::remove(data / "instance.json");
  progress("done");
}

std::vector<Finding> examine_host() {
  std::vector<Finding> findings;
  const auto add = [&](bool ok, std::string what, std::string remedy) {
    findings.push_back({ok, std::move(what), std::move(remedy)});
  };
  add(::geteuid() == 0, "runs as root", "run as root");
  const std::vector<std::pair<const char*, const char*>> programs = {
      {"systemd-nspawn", "systemd-container"},
      {"mmdebstrap", "mmdebstrap"},
      {"nft", "nftables"},
      {"ip", "iproute2"},
      {"tc", "iproute2"},
      {"mkfs.ext4", "e2fsprogs"},
      {"ssh-keygen", "openssh-client"},
      {"unshare", "util-linux"},
      {"sysctl", "procps"}};
  for (const auto& [program, package] : programs) {
    add(has_program(program), fmt::format("has {}", program),
        fmt::format("apt-get install {}", package));
  }
  for (const char* name : {"overlay", "ext4"}) {
    add(knows_filesystem(name), fmt::format("can mount {}", name),
        "use a kernel with this file system");
  }
  add(fs::exists("/dev/loop-control"), "has loop devices", "modprobe loop");
  add(fs::exists("/dev/net/tun"), "has /dev/net/tun", "modprobe tun");
  add(fs::exists("/proc/sys/net/bridge") ||
          run_process({.argv = {"sh", "-c", "modprobe br_netfilter"}}).ok(),
      "can filter bridged traffic", "modprobe br_netfilter");
  add(!MachineCgroup::of("doctor", 0).freezer_path().empty(), "has control groups",
      "mount the cgroup file systems");
  return findings;
}

}  // namespace ashlar::pocketcloud
