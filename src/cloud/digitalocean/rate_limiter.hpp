#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "cloud/cloud.hpp"
#include "http/message.hpp"

namespace ashlar::cloud {

/// Keeps all callers of one token below DigitalOcean's limits (5,000 requests an hour and 250 a
/// minute): a token bucket for the minute, the provider's own headers for the hour, and a common
/// pause after a 429. Thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(const Clock& clock) : clock_(clock) {}

  /// Takes the next place in the line and returns how long to wait for it; nothing when that would
  /// be longer than `longest` (then no place is taken).
  std::optional<Millis> reserve(Millis longest);
  /// How long reserve() would ask for now.
  Millis wait_now() const;

  /// Reads RateLimit-Limit, -Remaining and -Reset of any answer.
  void learn(const http::Headers& headers);
  /// After a 429: nobody sends before `until`.
  void block_until(Time until);

  std::optional<Quota> quota() const;

 private:
  struct State {
    double tokens = kBurst;
    std::optional<Time> filled_at;
    Time next_place{};
    std::optional<Quota> quota;
  };
  static constexpr double kBurst = 200;
  static constexpr double kTokensPerSecond = 4;  // 240 a minute

  Millis wait_of(const State& state, Time now) const;
  static Millis pace(const State& state, Time now);

  const Clock& clock_;
  Guarded<State> state_;
};

}  // namespace ashlar::cloud
