#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "cli/doctor.hpp"

extern char** environ;

namespace ashlar::cli {
namespace {

constexpr const char* kGroup = "Machines on this computer (pocket cloud, demo)";
constexpr double kGigabyte = 1024.0 * 1024 * 1024;

Finding good(std::string what, std::string found) {
  return {kGroup, std::move(what), Health::kGood, std::move(found), {}};
}
Finding bad(std::string what, std::string found, std::string remedy) {
  return {kGroup, std::move(what), Health::kBad, std::move(found), std::move(remedy)};
}
Finding advice(std::string what, std::string found, std::string remedy) {
  return {kGroup, std::move(what), Health::kAdvice, std::move(found), std::move(remedy)};
}

std::string slurp(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// True when the command ran and succeeded. Its output goes nowhere.
bool succeeds(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {0, 1, 2})
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string find_program(const std::string& name) {
  // Administration tools are often not on an ordinary user's PATH.
  std::string path = std::getenv("PATH") ? std::getenv("PATH") : "";
  path += ":/usr/sbin:/sbin:/usr/bin:/bin";
  size_t at = 0;
  while (at <= path.size()) {
    const size_t end = std::min(path.find(':', at), path.size());
    const std::string candidate = path.substr(at, end - at) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return {};
}

Finding probe_root() {
  if (geteuid() == 0) return good("root", "yes");
  return bad("root", "no, this is an ordinary user",
             "run ./x demo as root; building needs no root");
}

Finding probe_program(const std::string& name, const std::string& package) {
  if (std::string path = find_program(name); !path.empty()) return good(name, std::move(path));
  return bad(name, "not found", "apt-get install --no-install-recommends " + package);
}

Finding probe_overlay() {
  if (slurp("/proc/filesystems").find("overlay") != std::string::npos ||
      succeeds({"modprobe", "overlay"}))
    return good("overlay files", "in the kernel");
  return bad("overlay files", "the kernel has no overlay file system",
             "use a kernel with CONFIG_OVERLAY_FS (Debian's has it; some container hosts hide it)");
}

Finding probe_tun() {
  if (std::filesystem::exists("/dev/net/tun")) return good("/dev/net/tun", "present");
  return advice("/dev/net/tun", "not there; only VPN servers need it", "modprobe tun");
}

/// Whether the kernel lets us make the parts, tried in a network namespace that ends with the
/// command.
std::vector<Finding> probe_network() {
  const std::string unshare = find_program("unshare"), ip = find_program("ip"),
                    nft = find_program("nft");
  if (geteuid() != 0 || unshare.empty() || ip.empty() || nft.empty())
    return {advice("network features", "not tried",
                   "run 'ashlar doctor' as root with ip and nft installed")};
  const auto attempt = [&](const std::string& what, std::vector<std::string> words,
                           const std::string& remedy) {
    words.insert(words.begin(), {unshare, "--net"});
    return succeeds(std::move(words)) ? good(what, "works in a network namespace")
                                      : bad(what, "the kernel refused it", remedy);
  };
  return {
      attempt("bridges", {ip, "link", "add", "probe0", "type", "bridge"}, "modprobe bridge"),
      attempt("veth pairs", {ip, "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"},
              "modprobe veth"),
      attempt(
          "nftables",
          {nft,
           "add table inet probe; add chain inet probe c { type filter hook input priority 0; }"},
          "modprobe nf_tables")};
}

Finding probe_memory() {
  const long long kilobytes = memory_kilobytes(slurp("/proc/meminfo"), "MemAvailable:");
  const std::string found = fmt::format("{:.1f} GB available", kilobytes / 1024.0 / 1024.0);
  if (kilobytes >= 2 * 1024 * 1024) return good("memory", found);
  return advice("memory", found, "the demo's 12 machines and the compiler want 2 GB");
}

Finding probe_disk(const std::string& what, std::filesystem::path path, double gigabytes) {
  while (!path.empty() && !std::filesystem::exists(path) && path != path.parent_path())
    path = path.parent_path();
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  if (error) return bad(what, path.string() + ": " + error.message(), "check the file system");
  const std::string found = fmt::format(
      "{:.1f} GB free at {}", static_cast<double>(space.available) / kGigabyte, path.string());
  if (static_cast<double>(space.available) >= gigabytes * kGigabyte) return good(what, found);
  return bad(what, found, fmt::format("free {} GB, or choose another place", gigabytes));
}

Finding probe_processors() {
  const unsigned count = std::thread::hardware_concurrency();
  if (count >= 2) return good("processors", std::to_string(count));
  return advice("processors", std::to_string(count),
                "works, at half the speed the guides speak of");
}

}  // namespace

std::vector<Finding> probe_this_machine() {
  std::vector<Finding> findings{probe_root(),
                                probe_program("systemd-nspawn", "systemd-container"),
                                probe_program("mmdebstrap", "mmdebstrap"),
                                probe_program("ip", "iproute2"),
                                probe_program("nft", "nftables"),
                                probe_overlay(),
                                probe_tun()};
  for (Finding& finding : probe_network()) findings.push_back(std::move(finding));
  findings.push_back(probe_processors());
  findings.push_back(probe_memory());
  findings.push_back(probe_disk("room for images", "/var/cache/pocketcloud", 3));
  findings.push_back(probe_disk("room for data", "/var/lib/ashlar", 1));
  return findings;
}

}  // namespace ashlar::cli
