#pragma once
// What is remembered of droplets that are gone: who they were, why they ended, what their console
// said last. Bounded in number and age.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace ashlar::pocketcloud {

struct Grave {
  long droplet = 0;
  std::string name;
  std::string reason;  // of its last unexpected end; empty: none
  std::string deleted_at;
  std::string console;
};

/// Two files a droplet: who it was, and its console. Thread-safe: files are replaced as a whole.
class Graveyard {
 public:
  static constexpr size_t kMost = 100;
  static constexpr std::chrono::hours kLongest{24 * 7};

  explicit Graveyard(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Keeps it, and forgets what is too old or one too many. Throws Error(kInternal) when it cannot
  /// be written.
  void bury(const Grave& grave, Time now) const;
  std::optional<Grave> find(long droplet) const;  // with its console
  /// The ones buried last come first; without their consoles.
  std::vector<Grave> list() const;

 private:
  std::filesystem::path facts_of(long droplet) const;
  std::filesystem::path console_of(long droplet) const;
  void forget_old(Time now) const;

  std::filesystem::path directory_;
};

}  // namespace ashlar::pocketcloud
