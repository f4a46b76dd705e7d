#include "pocketcloud/work_queue.hpp"

#include <algorithm>

namespace ashlar::pocketcloud {

WorkQueue::WorkQueue(unsigned threads, std::function<void(long)> work) : work_(std::move(work)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkQueue::~WorkQueue() {
  stop();
}

void WorkQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
}

void WorkQueue::add(long key, Millis delay) {
  const auto due = std::chrono::steady_clock::now() + delay;
  {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = waiting_.emplace(key, due);
    if (!is_new) entry->second = std::min(entry->second, due);
  }
  changed_.notify_one();
}

std::map<long, WorkQueue::SteadyTime>::iterator WorkQueue::next_due() {
  auto best = waiting_.end();
  for (auto entry = waiting_.begin(); entry != waiting_.end(); ++entry) {
    if (running_.contains(entry->first)) continue;
    if (best == waiting_.end() || entry->second < best->second) best = entry;
  }
  return best;
}

void WorkQueue::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = next_due();
    if (next == waiting_.end()) {
      changed_.wait(lock);
    } else if (next->second > std::chrono::steady_clock::now()) {
      const SteadyTime due = next->second;
      changed_.wait_until(lock, due);
    } else {
      const long key = next->first;
      waiting_.erase(next);
      running_.insert(key);
      lock.unlock();
      work_(key);
      lock.lock();
      running_.erase(key);
      // A thread may have gone to sleep because only this key was left.
      changed_.notify_all();
    }
  }
}

}  // namespace ashlar::pocketcloud
