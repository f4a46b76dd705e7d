#include "pocketcloud/droplet_disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/process.hpp"
#include "pocketcloud/seeding.hpp"
#include "pocketcloud/system_call.hpp"

namespace ashlar::pocketcloud {
namespace {

void prepare_disk_image(const DropletFiles& files, const DropletConfig& config) {
  const fs::path image = files.disk_image();
  const auto bytes = static_cast<std::uintmax_t>(config.disk_gb) << 30;
  if (!fs::exists(image) && !config.disk_from.empty()) {
    copy_disk(config.disk_from, image);
  } else if (!fs::exists(image)) {
    const fs::path unfinished = image.string() + ".unfinished";
    fs::remove(unfinished);
    const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(fd >= 0 && ::ftruncate(fd, static_cast<off_t>(bytes)) == 0, "cannot make the disk");
    ::close(fd);
    run_checked({"mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", "-N", "400000", "-E",
                 "lazy_itable_init=1,nodiscard", unfinished.string()});
    fs::rename(unfinished, image);
    return;
  }
  // 1: errors were corrected.
  const auto checked = run_process({.argv = {"e2fsck", "-p", image.string()}});
  if (checked.exit_code > 1)
    throw Error(ErrorCode::kInternal, "the disk is damaged: " + checked.out);
  if (fs::file_size(image) < bytes) {
    fs::resize_file(image, bytes);
    run_checked({"resize2fs", image.string()});
  }
}

}  // namespace

void open_disk(const DropletFiles& files, const DropletConfig& config) {
  must(::unshare(CLONE_NEWNS) == 0, "cannot make a mount namespace");
  must(::mount("", "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0, "cannot keep mounts apart");
  prepare_disk_image(files, config);
  for (const auto& directory : {files.disk(), files.root()}) fs::create_directories(directory);
  // Without barriers the guest's syncs end in the host's page cache. That outlives the machine,
  // whose only danger is the host's own crash; twelve machines syncing through would be slow.
  run_checked({"mount", "-o", "loop,noatime,discard,nobarrier,noinit_itable",
               files.disk_image().string(), files.disk().string()});
  for (const char* part : {"upper", "work"}) fs::create_directories(files.disk() / part);
  const std::string layers =
      fmt::format("lowerdir={},upperdir={},workdir={}", config.image_root,
                  (files.disk() / "upper").string(), (files.disk() / "work").string());
  must(::mount("overlay", files.root().c_str(), "overlay", 0, layers.c_str()) == 0,
       "cannot lay the disk over the image");
  if (const auto seed = files.read_seed()) {
    apply_seed(*seed, files.root(), host_name(config.name));
    fs::remove(files.seed());  // it may hold private keys
  }
}

}  // namespace ashlar::pocketcloud
