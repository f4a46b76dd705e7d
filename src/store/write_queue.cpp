#include "store/write_queue.hpp"

#include "base/error.hpp"

namespace ashlar::store {
namespace {

// Bounds how long the first of a batch waits for the last.
constexpr size_t kLargestBatch = 64;

thread_local bool inside_a_write = false;

/// `why` is null when the job caught the database's error and went on.
[[noreturn]] void throw_lost(const std::exception_ptr& why) {
  if (why) std::rethrow_exception(why);
  throw Error(ErrorCode::kUnavailable, "the database gave the transaction up: nothing was stored",
              "try again");
}

}  // namespace

void WriteQueue::run(WriteJob job) {
  if (inside_a_write)
    throw Error(ErrorCode::kInternal, "a write within a write would wait for itself for ever");
  Waiter self{.job = std::move(job)};
  std::unique_lock lock(mutex_);
  queue_.push_back(&self);
  self.changed.wait(lock, [&] { return self.done || (!leading_ && queue_.front() == &self); });
  if (!self.done) {
    leading_ = true;
    std::vector<Waiter*> batch;
    while (!queue_.empty() && batch.size() < kLargestBatch) {
      batch.push_back(queue_.front());
      queue_.pop_front();
    }
    lock.unlock();
    run_batch(batch);
    lock.lock();
    leading_ = false;
    // Under the lock: a waiter that sees `done` returns, and its condition variable is gone.
    for (Waiter* waiter : batch) {
      waiter->done = true;
      waiter->changed.notify_one();
    }
    if (!queue_.empty()) queue_.front()->changed.notify_one();
  }
  lock.unlock();
  if (self.failure) std::rethrow_exception(self.failure);
}

size_t WriteQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WriteQueue::run_batch(const std::vector<Waiter*>& batch) {
  inside_a_write = true;
  for (size_t next = 0; next < batch.size();) next = run_transaction(batch, next);
  inside_a_write = false;
  for (Waiter* waiter : batch)
    if (!waiter->failure) waiter->job.committed();
}

/// Runs the jobs from `first` on in one transaction. Returns the index of the first that has not
/// run: usually the end, earlier when the database itself gave the transaction up (a full disk).
size_t WriteQueue::run_transaction(const std::vector<Waiter*>& batch, size_t first) {
  size_t next = first;
  try {
    connection_.begin();
    while (next < batch.size()) {
      run_one(*batch[next++], batch.size() - first == 1);
      // Continuing would commit each later statement on its own.
      if (!connection_.in_transaction()) throw_lost(batch[next - 1]->failure);
    }
    connection_.commit();
  } catch (...) {
    if (next == first) next = batch.size();  // no transaction could begin: nobody can write
    connection_.rollback();
    for (size_t i = first; i < next; ++i)
      if (!batch[i]->failure) batch[i]->failure = std::current_exception();
  }
  return next;
}

/// A job alone in its transaction needs no savepoint: undoing it is undoing the transaction.
void WriteQueue::run_one(Waiter& waiter, bool alone) {
  if (!alone) connection_.statement("SAVEPOINT job").run();
  try {
    waiter.job.body();
  } catch (...) {
    waiter.failure = std::current_exception();
    if (!connection_.in_transaction()) return;
    if (alone) throw;
    connection_.statement("ROLLBACK TO SAVEPOINT job").run();
  }
  if (!alone) connection_.statement("RELEASE SAVEPOINT job").run();
}

}  // namespace ashlar::store
