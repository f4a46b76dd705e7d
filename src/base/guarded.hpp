#pragma once
// A value that can be reached only while its mutex is held.

#include <mutex>
#include <utility>

namespace ashlar {

template <class T>
class Guarded {
 public:
  template <class... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

  /// Calls `body(T&)` with the lock held and returns what it returns. Do not call back into the
  /// same Guarded from `body`: the mutex is not recursive.
  template <class Body>
  decltype(auto) with(Body&& body) {
    const std::lock_guard lock(mutex_);
    return std::forward<Body>(body)(value_);
  }
  template <class Body>
  decltype(auto) with(Body&& body) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Body>(body)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};

}  // namespace ashlar
