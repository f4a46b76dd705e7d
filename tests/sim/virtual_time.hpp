#pragma once
// A clock that only moves when someone lets time pass, and what happens meanwhile.

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/clock.hpp"

namespace ashlar::sim {

/// Events run in the order of their times, those of one time in the order in which they were
/// scheduled. An event may schedule others, but must not let time pass. Not thread-safe.
class VirtualTime final : public Clock {
 public:
  Time now() const override { return now_; }

  void after(Millis delay, std::function<void()> event) {
    events_.push({now_ + delay, next_number_++, std::move(event)});
  }
  void pass(Millis duration) { pass_until(now_ + duration); }
  void pass_until(Time end);

 private:
  struct Event {
    Time at;
    uint64_t number;
    std::function<void()> run;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;  // the earliest on top
    }
  };

  Time now_{Millis{1'750'000'000'000}};
  uint64_t next_number_ = 0;
  std::priority_queue<Event> events_;
  bool passing_ = false;
};

}  // namespace ashlar::sim
