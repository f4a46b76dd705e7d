#pragma once
// Keyed work on a few threads: the same key never runs twice at once, and asking again while it
// waits is one run, while it runs one more run. What runs looks at how things are, so losing count
// is safe.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::pocketcloud {

class WorkQueue {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// `work` must not throw.
  WorkQueue(unsigned threads, std::function<void(long)> work);
  /// Finishes what runs; what waits is dropped.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Runs `key` after `delay`, or earlier if it was asked for earlier. Thread-safe.
  void add(long key, Millis delay = Millis{0});
  void stop();

 private:
  void run();
  std::map<long, SteadyTime>::iterator next_due();

  std::function<void(long)> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<long, SteadyTime> waiting_;
  std::set<long> running_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ashlar::pocketcloud
