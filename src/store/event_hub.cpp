#include "store/event_hub.hpp"

#include <algorithm>

namespace ashlar::store {

void EventHub::publish(const std::string& operation_id, long long number) {
  const std::lock_guard lock(mutex_);
  const auto found = channels_.find(operation_id);
  if (found == channels_.end()) return;
  found->second->last = std::max(found->second->last, number);
  found->second->changed.notify_all();
}

void EventHub::wait(const std::string& operation_id, long long after, Millis most,
                    const std::function<long long()>& stored) {
  const auto until = std::chrono::steady_clock::now() + most;
  std::unique_lock lock(mutex_);
  std::unique_ptr<Channel>& kept = channels_[operation_id];
  if (!kept) kept = std::make_unique<Channel>();
  Channel& channel = *kept;
  ++channel.readers;
  // Leaves also when `stored` throws. Runs with the lock held.
  const auto leave = [&] {
    if (--channel.readers == 0) channels_.erase(operation_id);
  };

  // The channel exists now, so a commit from here on publishes to it; one before is in the
  // database.
  lock.unlock();
  long long known = 0;
  try {
    known = stored();
  } catch (...) {
    lock.lock();
    leave();
    throw;
  }
  lock.lock();
  channel.last = std::max(channel.last, known);
  channel.changed.wait_until(lock, until, [&] { return channel.last > after; });
  leave();
}

}  // namespace ashlar::store
