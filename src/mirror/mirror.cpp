#include "mirror/mirror.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/descriptor.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "mirror/download.hpp"
#include "mirror/part_file.hpp"

namespace ashlar::mirror {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPartEnding = ".part";
constexpr size_t kDigits = 128;
/// What was asked for since then is not evicted: it may be on its way to machines.
constexpr std::chrono::minutes kInUse{10};

/// One file on its way. Members are guarded by the mirror's lock, but for the thread.
struct Job {
  Fetching progress;
  std::optional<Error> error;
  bool ended = false;
  std::jthread thread;
};

struct Found {
  fs::path path;
  fs::file_time_type asked_for;
  long long bytes = 0;
};

void sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.get()) != 0) throw file_error("sync", folder, errno);
}

void check(const Source& source) {
  if (!source.url.starts_with("https://"))
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{}: only https:// is fetched", http::shown_url(source.url)));
  if (source.sha512.size() != kDigits ||
      source.sha512.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{}: its SHA-512 is not 128 digits of 0-9 and a-f",
                            http::shown_url(source.url)));
}

class DiskMirror final : public Mirror {
 public:
  explicit DiskMirror(MirrorOptions options)
      : options_(std::move(options)),
        client_({.authorities_file = options_.authorities_file.string()}) {
    std::error_code fault;
    fs::create_directories(options_.folder, fault);
    if (fault) throw file_error("make", options_.folder, fault.value());
    if (::chmod(options_.folder.c_str(), 0700) != 0)
      throw file_error("set the mode of", options_.folder, errno);
  }

  ~DiskMirror() override { ending_ = true; }  // the jobs go first, each with its thread

  State fetch(const Source& source) override {
    check(source);
    const std::lock_guard lock(mutex_);
    take_result(source.sha512);
    if (const auto kept = find_kept(source.sha512)) return *kept;
    if (!jobs_.contains(source.sha512) && !begin(source)) return Fetching{};
    return jobs_.at(source.sha512)->progress;
  }

 private:
  fs::path path_of(const std::string& sha512) const { return options_.folder / sha512; }
  fs::path part_of(const std::string& sha512) const {
    return options_.folder / (sha512 + kPartEnding);
  }

  /// Of a job that has ended; throws what it failed for.
  void take_result(const std::string& sha512) {
    const auto job = jobs_.find(sha512);
    if (job == jobs_.end() || !job->second->ended) return;
    const std::optional<Error> error = job->second->error;
    jobs_.erase(job);
    if (error) throw *error;
  }

  std::optional<Kept> find_kept(const std::string& sha512) {
    const auto known = checked_.find(sha512);
    if (known == checked_.end()) return std::nullopt;
    // Also says when it was asked for.
    if (::utimensat(AT_FDCWD, path_of(sha512).c_str(), nullptr, 0) == 0)
      return Kept{path_of(sha512), known->second};
    checked_.erase(known);
    return std::nullopt;
  }

  /// False while as many as may be are on their way.
  bool begin(const Source& source) {
    const auto running =
        std::ranges::count_if(jobs_, [](const auto& job) { return !job.second->ended; });
    if (running >= static_cast<long>(options_.most_at_once)) return false;
    auto& job = jobs_[source.sha512] = std::make_unique<Job>();
    job->thread = std::jthread([this, source, self = job.get()] { work(source, *self); });
    return true;
  }

  void work(const Source& source, Job& job) {
    std::optional<Error> error;
    try {
      const long long bytes = bring(source, job);
      const std::lock_guard lock(mutex_);
      checked_[source.sha512] = bytes;
      evict();
    } catch (const std::exception& caught) {
      error = error_from(caught);
      log::warning("cannot fetch a package: {}", error->what());
    }
    const std::lock_guard lock(mutex_);
    job.error = error;
    job.ended = true;
  }

  /// What an earlier process left is read once before it counts: its disk may have lost some of it.
  long long bring(const Source& source, Job& job) {
    const auto wanted_still = [this] { return !ending_; };
    const fs::path whole = path_of(source.sha512);
    if (path_exists(whole)) {
      const PartFile found(whole, wanted_still);
      if (found.sha512() == source.sha512) return found.bytes();
      log::warning("{} is not what it was when it was fetched: it is fetched again",
                   whole.string());
      fs::remove(whole);
    }
    const auto tell = [&](const Fetching& progress) {
      const std::lock_guard lock(mutex_);
      job.progress = progress;
    };
    const fs::path part = part_of(source.sha512);
    download({source, part, tell, wanted_still}, client_, options_);
    fs::rename(part, whole);
    sync_folder(options_.folder);
    const auto bytes = static_cast<long long>(fs::file_size(whole));
    log::info("fetched {} ({})", http::shown_url(source.url), bytes_for_people(bytes));
    return bytes;
  }

  /// Whatever is above the bound and neither in use nor on its way, halves that nobody asks for
  /// included.
  void evict() {
    std::vector<Found> found;
    long long all = 0;
    for (const auto& entry : fs::directory_iterator(options_.folder)) {
      std::error_code gone;
      const Found file{entry.path(), entry.last_write_time(gone),
                       static_cast<long long>(entry.file_size(gone))};
      if (gone) continue;
      all += file.bytes;
      found.push_back(file);
    }
    std::ranges::sort(found, {}, &Found::asked_for);
    for (const Found& file : found) {
      if (all <= options_.most_kept_bytes) return;
      if (file.asked_for + kInUse > fs::file_time_type::clock::now()) return;
      const std::string sha512 = file.path.stem().string();
      if (jobs_.contains(sha512)) continue;
      std::error_code ignored;
      if (!fs::remove(file.path, ignored)) continue;
      if (!file.path.has_extension()) checked_.erase(sha512);
      all -= file.bytes;
      log::info("removed {} ({}), which nobody asked for since", file.path.string(),
                bytes_for_people(file.bytes));
    }
  }

  const MirrorOptions options_;
  http::Client client_;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  std::map<std::string, long long>
      checked_;  // by digest: whole files that were read, and their size
  // Last, so that their threads end first.
  std::map<std::string, std::unique_ptr<Job>> jobs_;
};

}  // namespace

std::string host_of(const Source& source) {
  const std::string shown = http::shown_url(source.url);
  const auto begin = shown.find("://");
  const auto host = begin == std::string::npos ? 0 : begin + 3;
  return shown.substr(host, shown.find('/', host) - host);
}

std::unique_ptr<Mirror> make_mirror(MirrorOptions options) {
  return std::make_unique<DiskMirror>(std::move(options));
}

}  // namespace ashlar::mirror
