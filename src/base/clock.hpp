#pragma once
// Time behind an interface, so that the engine can be tested and simulated on a virtual clock.

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ashlar {

/// Wall-clock time in UTC. Stored as milliseconds since the epoch.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Millis = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Thread-safe.
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// A clock that moves only when told. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time{Millis{1'750'000'000'000}}) : now_(start) {}
  Time now() const override { return now_.load(); }
  void advance(Millis by) { now_.store(now_.load() + by); }

 private:
  std::atomic<Time> now_;
};

/// RFC 3339 in UTC with milliseconds: 2026-11-21T00:24:40.123Z.
std::string to_rfc3339(Time time);
Result<Time> from_rfc3339(std::string_view text);

/// "45 s", "2 min 05 s", "1 h 10 min": for people.
std::string to_human(Millis duration);

}  // namespace ashlar
