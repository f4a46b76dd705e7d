#pragma once
// Lets any number of readers sleep until an operation has new events. Internal to the store.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace ashlar::store {

/// Thread-safe. Each waited-for operation has a condition variable of its own, so that a commit
/// wakes only those who care.
class EventHub {
 public:
  /// Called after the commit that made event `number` visible.
  void publish(const std::string& operation_id, long long number);

  /// Blocks until an event beyond `after` is known, or `most` is over. `stored` reads the last
  /// number from the database; it is called once, when this reader can no longer miss a publish.
  void wait(const std::string& operation_id, long long after, Millis most,
            const std::function<long long()>& stored);

 private:
  struct Channel {
    std::condition_variable changed;
    long long last = 0;
    int readers = 0;
  };
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Channel>> channels_;  // only those with readers
};

}  // namespace ashlar::store
