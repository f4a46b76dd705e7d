#include "pocketcloud/droplet_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/process.hpp"

namespace ashlar::pocketcloud {
namespace {

struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

Json read_json(const fs::path& path) {
  auto json = parse_json(read_file(path));
  if (!json) throw json.error().at(path.string());
  return std::move(*json);
}

}  // namespace

void DropletFiles::write_config(const DropletConfig& config) const {
  const Links& links = config.links;
  const Json json = {{"id", config.id},
                     {"name", config.name},
                     {"instance", config.instance},
                     {"image_root", config.image_root},
                     {"mirror", config.mirror},
                     {"disk_from", config.disk_from},
                     {"disk_gb", config.disk_gb},
                     {"memory_mb", config.memory_mb},
                     {"fabric", links.fabric},
                     {"bridge", links.bridge},
                     {"public_address", links.public_address},
                     {"private_address", links.private_address},
                     {"gateway", links.gateway}};
  write_file_atomically(directory_ / "config.json", dump(json, 2), 0600);
}

DropletConfig DropletFiles::read_config() const {
  const Json json = read_json(directory_ / "config.json");
  return {.id = json.at("id"),
          .name = json.at("name"),
          .instance = json.at("instance"),
          .image_root = json.at("image_root"),
          .mirror = json.at("mirror"),
          .disk_from = json.value("disk_from", ""),
          .disk_gb = json.at("disk_gb"),
          .memory_mb = json.at("memory_mb"),
          .links = {.droplet = json.at("id"),
                    .fabric = json.at("fabric"),
                    .bridge = json.at("bridge"),
                    .public_address = json.at("public_address"),
                    .private_address = json.at("private_address"),
                    .gateway = json.at("gateway")}};
}

void DropletFiles::write_run(const DropletRun& run) const {
  write_file_atomically(this->run(),
                        dump(Json{{"phase", run.phase},
                                  {"boots", run.boots},
                                  {"leader", run.leader},
                                  {"cgroup", run.cgroup},
                                  {"reason", run.reason}}),
                        0600);
}

std::optional<DropletRun> DropletFiles::read_run() const {
  if (!fs::exists(run())) return std::nullopt;
  const Json json = read_json(run());
  return DropletRun{json.at("phase"), json.at("boots"), json.at("leader"), json.at("cgroup"),
                    json.at("reason")};
}

void DropletFiles::write_seed(const Seed& seed) const {
  write_file_atomically(this->seed(), dump(to_json(seed)), 0600);
}

std::optional<Seed> DropletFiles::read_seed() const {
  if (!fs::exists(seed())) return std::nullopt;
  return seed_from_json(read_json(seed()));
}

pid_t DropletFiles::supervisor() const {
  const int fd = ::open(lock().c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return 0;
  struct flock lock = whole_file();
  const bool asked = ::fcntl(fd, F_GETLK, &lock) == 0;
  ::close(fd);
  return asked && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

void copy_disk(const fs::path& from, const fs::path& to) {
  const fs::path unfinished = to.string() + ".unfinished";
  run_checked({"cp", "--sparse=always", "--reflink=auto", from.string(), unfinished.string()});
  fs::rename(unfinished, to);
}

bool hold_supervisor_lock(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  struct flock lock = whole_file();
  return ::fcntl(fd, F_SETLK, &lock) == 0;
}

}  // namespace ashlar::pocketcloud
