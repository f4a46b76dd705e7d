#include "pocketcloud/seeding.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/error.hpp"
#include "base/process.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, std::string_view what) {
  throw Error(ErrorCode::kInternal,
              fmt::format("cannot write {} into the droplet: {}", path, what));
}

/// The number of a user or group by the root's own files; the host's may differ.
std::optional<unsigned> lookup(const char* file, const std::string& name) {
  if (name.find_first_not_of("0123456789") == std::string::npos && !name.empty())
    return std::stoul(name);
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + ":")) continue;
    const size_t second = line.find(':', name.size() + 1);
    if (second != std::string::npos) return std::stoul(line.substr(second + 1));
  }
  return std::nullopt;
}

void write(const SeedFile& file) {
  const fs::path path = file.path;
  fs::create_directories(path.parent_path());
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (file.append ? O_APPEND : O_TRUNC);
  const int fd = ::open(file.path.c_str(), flags, 0600);
  if (fd < 0) fail(file.path, std::strerror(errno));
  const size_t colon = file.owner.find(':');
  const auto user = lookup("/etc/passwd", file.owner.substr(0, colon));
  const auto group =
      lookup("/etc/group", colon == std::string::npos ? file.owner : file.owner.substr(colon + 1));
  const bool written = ::write(fd, file.content.data(), file.content.size()) ==
                       static_cast<ssize_t>(file.content.size());
  const bool owned = user && group && ::fchown(fd, *user, *group) == 0;
  const bool moded = ::fchmod(fd, file.mode) == 0;
  ::close(fd);
  if (!owned) fail(file.path, fmt::format("its owner '{}' is not in the image", file.owner));
  if (!written || !moded) fail(file.path, std::strerror(errno));
}

std::vector<SeedFile> all_files(const Seed& seed, const std::string& hostname) {
  std::vector<SeedFile> files = {{.path = "/etc/hostname", .content = hostname + "\n"},
                                 {.path = "/etc/hosts",
                                  .content = "127.0.0.1 localhost\n127.0.1.1 " + hostname +
                                             "\n::1 localhost ip6-localhost\n"}};
  files.insert(files.end(), seed.host_keys.begin(), seed.host_keys.end());
  std::string keys;
  for (const auto& key : seed.authorized_keys) keys += key + "\n";
  files.push_back({.path = "/root/.ssh/authorized_keys", .content = keys, .mode = 0600});
  files.insert(files.end(), seed.files.begin(), seed.files.end());
  return files;
}

/// In a child, since there is no way back from chroot. It reports its error on standard error.
void write_inside(const std::vector<SeedFile>& files, const fs::path& root) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("files", std::strerror(errno));
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 1;
    try {
      if (::chroot(root.c_str()) != 0 || ::chdir("/") != 0) fail("files", std::strerror(errno));
      ::umask(022);
      fs::create_directories("/root/.ssh");
      fs::permissions("/root/.ssh", fs::perms::owner_all);
      for (const auto& file : files) write(file);
      code = 0;
    } catch (const std::exception& error) {
      [[maybe_unused]] const ssize_t told =
          ::write(ends[1], error.what(), std::strlen(error.what()));
    }
    ::_exit(code);
  }
  ::close(ends[1]);
  std::string message(4096, '\0');
  const ssize_t length = ::read(ends[0], message.data(), message.size());
  ::close(ends[0]);
  message.resize(length > 0 ? static_cast<size_t>(length) : 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0)
    throw Error(ErrorCode::kInternal, message.empty() ? "seeding the droplet crashed" : message);
}

}  // namespace

std::string host_name(const std::string& droplet_name) {
  std::string name = droplet_name.substr(0, 63);
  while (!name.empty() && (name.back() == '.' || name.back() == '-')) name.pop_back();
  return name;
}

void apply_seed(const Seed& seed, const fs::path& root, const std::string& hostname) {
  write_inside(all_files(seed, hostname), root);
  if (!seed.host_keys.empty()) return;
  const fs::path key = root / "etc/ssh/ssh_host_ed25519_key";
  fs::remove(key);
  run_checked({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "root@" + hostname, "-f",
               key.string()});
}

}  // namespace ashlar::pocketcloud
