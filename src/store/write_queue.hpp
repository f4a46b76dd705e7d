#pragma once
// Group commit: writers that wait at the same time share one transaction and one disk flush, yet
// each keeps its own all-or-nothing. Internal to the store.

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "store/sql.hpp"

namespace ashlar::store {

/// One job of a writer. All functions are called on whichever waiting thread leads the batch.
struct WriteJob {
  std::function<void()> body;       // writes; what it throws undoes only this job
  std::function<void()> committed;  // after the commit that made it durable; must not throw
};

/// Thread-safe. First come, first served.
class WriteQueue {
 public:
  explicit WriteQueue(Connection& connection) : connection_(connection) {}

  /// Returns when the job is durable. Throws what its body threw, or the failure of the commit.
  void run(WriteJob job);

  /// How many wait for the batch now being written to end.
  size_t waiting() const;

 private:
  struct Waiter {
    WriteJob job;
    std::exception_ptr failure;
    bool done = false;
    std::condition_variable changed;
  };

  void run_batch(const std::vector<Waiter*>& batch);
  size_t run_transaction(const std::vector<Waiter*>& batch, size_t first);
  void run_one(Waiter& waiter, bool alone);

  Connection& connection_;
  mutable std::mutex mutex_;
  std::deque<Waiter*> queue_;  // the front leads, or is about to
  bool leading_ = false;
};

}  // namespace ashlar::store
