#pragma once
// Sessions for reading, lent to one thread at a time. Internal to the store.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sql.hpp"

namespace ashlar::store {

/// Thread-safe. Opens sessions when they are first needed, `most` at the same time.
class SessionPool {
 public:
  SessionPool(size_t most, std::function<std::unique_ptr<Connection>()> open)
      : most_(most), open_(std::move(open)) {}

  /// Holds one session; waits for one while all are lent.
  class Lease {
   public:
    explicit Lease(SessionPool& pool) : pool_(pool), session_(pool.take()) {}
    ~Lease() { pool_.give_back(std::move(session_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() const { return *session_; }

   private:
    SessionPool& pool_;
    std::unique_ptr<Connection> session_;
  };

 private:
  std::unique_ptr<Connection> take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty() || opened_ < most_; });
    if (free_.empty()) {
      auto session = open_();  // counted only when it did open
      ++opened_;
      return session;
    }
    auto session = std::move(free_.back());
    free_.pop_back();
    return session;
  }

  void give_back(std::unique_ptr<Connection> session) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(session));
    returned_.notify_one();
  }

  const size_t most_;
  const std::function<std::unique_ptr<Connection>()> open_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
  size_t opened_ = 0;
};

}  // namespace ashlar::store
