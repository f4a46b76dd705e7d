#pragma once

#include <functional>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace ashlar::cloud {

/// Lists of the provider's objects by key (a tag, or all), shared: many steps that poll the same
/// resource cost one request. Thread-safe.
template <class Object>
class SharedLists {
 public:
  using Objects = std::vector<Object>;
  using Fetch = std::function<Objects(const std::string& key)>;

  SharedLists(const Clock& clock, Fetch fetch) : clock_(clock), fetch_(std::move(fetch)) {}

  /// A list whose request was sent at most `age` ago, also one that is still under way; a new one
  /// otherwise. A failure reaches all who wait for that list, and is not kept.
  Objects get(const std::string& key, Millis age) {
    const Time now = clock_.now();
    std::promise<Objects> promise;
    bool mine = false;
    const auto list = entries_.with([&](Entries& entries) {
      const auto known = entries.find(key);
      // At age zero nothing is shared: what was sent in this same millisecond may miss what the
      // caller has just done.
      if (known != entries.end() && age > Millis{0} && known->second.sent_at >= now - age)
        return known->second.list;
      mine = true;
      forget_old(entries, now);
      auto shared = promise.get_future().share();
      entries[key] = {now, shared};
      return shared;
    });
    if (mine) fetch(key, now, promise);
    return list.get();
  }

  /// After a change of one's own, which older lists do not show.
  void forget() {
    entries_.with([](Entries& entries) { entries.clear(); });
  }

 private:
  struct Entry {
    Time sent_at{};
    std::shared_future<Objects> list;
  };
  using Entries = std::map<std::string, Entry>;

  void fetch(const std::string& key, Time sent_at, std::promise<Objects>& promise) {
    try {
      promise.set_value(fetch_(key));
    } catch (...) {
      promise.set_exception(std::current_exception());
      entries_.with([&](Entries& entries) {
        const auto known = entries.find(key);
        if (known != entries.end() && known->second.sent_at == sent_at) entries.erase(known);
      });
    }
  }

  static void forget_old(Entries& entries, Time now) {
    std::erase_if(entries, [&](const auto& entry) {
      return entry.second.sent_at < now - std::chrono::minutes(1);
    });
  }

  const Clock& clock_;
  const Fetch fetch_;
  Guarded<Entries> entries_;
};

}  // namespace ashlar::cloud
