#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ashlar::http {

/// Runs handlers. Work that no thread has begun when it stops is handed to `refuse` instead.
class HandlerPool {
 public:
  explicit HandlerPool(unsigned count) {
    for (unsigned i = 0; i < std::max(count, 1u); ++i) threads_.emplace_back([this] { work(); });
  }
  ~HandlerPool() { stop(); }

  void submit(std::function<void(bool refused)> job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    for (auto& job : jobs_) job(true);
    jobs_.clear();
  }

 private:
  void work() {
    while (true) {
      std::function<void(bool)> job;
      bool refused = false;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
        refused = stopping_;
      }
      job(refused);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(bool)>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ashlar::http
