#pragma once

#include <functional>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "cloud/cloud.hpp"

namespace ashlar::cloud {

/// Lists of machines by tag, shared: many steps that poll the same resource cost one request.
/// Thread-safe.
class MachineLists {
 public:
  using Machines = std::vector<CloudMachine>;
  using Fetch = std::function<Machines(const std::string& tag)>;

  MachineLists(const Clock& clock, Fetch fetch) : clock_(clock), fetch_(std::move(fetch)) {}

  /// A list whose request was sent at most `age` ago, also one that is still under way; a new one
  /// otherwise. A failure reaches all who wait for that list, and is not kept.
  Machines get(const std::string& tag, Millis age);

 private:
  struct Entry {
    Time sent_at{};
    std::shared_future<Machines> list;
  };
  using Entries = std::map<std::string, Entry>;
  static void forget_old(Entries& entries, Time now);

  const Clock& clock_;
  const Fetch fetch_;
  Guarded<Entries> entries_;
};

}  // namespace ashlar::cloud
