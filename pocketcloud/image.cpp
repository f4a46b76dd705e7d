#include "pocketcloud/image.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "pocketcloud/image_recipe.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

/// Held by one builder at a time; freed by the kernel when the process ends in any way.
class CacheLock {
 public:
  CacheLock(const fs::path& cache, const std::function<void(std::string_view)>& progress)
      : fd_(::open((cache / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (fd_ < 0)
      throw Error(ErrorCode::kInternal, "cannot write to the image cache " + cache.string());
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    progress("waiting for another process that builds the image");
    while (::flock(fd_, LOCK_EX) != 0) {
    }
  }
  ~CacheLock() { ::close(fd_); }
  CacheLock(const CacheLock&) = delete;
  CacheLock& operator=(const CacheLock&) = delete;

 private:
  int fd_;
};

std::string hash_of(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < 6; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

/// Passes whole lines on, with the seconds since the start in front.
class LineProgress {
 public:
  explicit LineProgress(const std::function<void(std::string_view)>& progress)
      : progress_(progress), start_(std::chrono::steady_clock::now()) {}

  void feed(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n' && c != '\r') {
        line_ += c;
      } else {
        flush();
      }
    }
  }

 private:
  void flush() {
    const bool notable =
        line_.starts_with("I: ") || line_.starts_with("E: ") || line_.starts_with("==> ");
    if (notable) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
          std::chrono::steady_clock::now() - start_);
      progress_(fmt::format("{:>4} s  {}", seconds.count(), line_.substr(line_.find(' ') + 1)));
    }
    line_.clear();
  }

  const std::function<void(std::string_view)>& progress_;
  std::chrono::steady_clock::time_point start_;
  std::string line_;
};

void build(const fs::path& directory, const std::function<void(std::string_view)>& progress) {
  const fs::path unfinished = directory.string() + ".unfinished";
  fs::remove_all(unfinished);
  fs::create_directories(unfinished);
  write_file_atomically(unfinished / "build.sh", kImageScript);
  write_file_atomically(unfinished / "packages", kImagePackages);
  write_file_atomically(unfinished / "mirror-packages", kMirrorPackages);
  write_file_atomically(unfinished / "mirror-all-versions", kMirrorInAllVersions);
  write_file_atomically(unfinished / "masked-units", kMaskedUnits);
  LineProgress lines(progress);
  progress("building the machine image, about a minute");
  run_checked(
      ProcessRequest{.argv = {"unshare", "--mount", "bash", (unfinished / "build.sh").string(),
                              unfinished.string(), std::string(kMirrorInDroplet)},
                     .timeout = Millis{20 * 60'000},
                     .on_output = [&](std::string_view bytes) { lines.feed(bytes); }});
  fs::rename(unfinished, directory);  // a directory with this name is always whole
}

}  // namespace

ImagePaths ensure_image(const fs::path& cache,
                        const std::function<void(std::string_view)>& progress) {
  const std::string recipe = std::string(kImageScript) + std::string(kImagePackages) +
                             std::string(kMirrorPackages) + std::string(kMirrorInAllVersions) +
                             std::string(kMaskedUnits);
  const fs::path directory = cache / ("debian-12-" + hash_of(recipe));
  if (!fs::exists(directory)) {
    fs::create_directories(cache);
    const CacheLock lock(cache, progress);
    if (!fs::exists(directory)) build(directory, progress);
  }
  return {directory / "root", directory / "mirror"};
}

std::string layers_over_image(const std::vector<std::string>& folders) {
  std::string list;
  for (const auto& given : folders) {
    const std::string folder = fs::absolute(given).lexically_normal().string();
    // These two part folders and options from each other.
    if (!fs::is_directory(folder) || folder.find_first_of(":,") != std::string::npos) {
      throw Error(ErrorCode::kInvalidInput,
                  fmt::format("--layer: '{}' is no folder, or has ':' or ',' in its path", given));
    }
    list.insert(0, folder + ":");
  }
  return list;
}

}  // namespace ashlar::pocketcloud
