#pragma once

#include <deque>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace ashlar::pocketcloud {

/// DigitalOcean's quota: 5,000 requests in any hour, 250 in any minute. Not thread-safe.
class RateLimit {
 public:
  explicit RateLimit(size_t per_hour = 5000, size_t per_minute = 250)
      : per_hour_(per_hour), per_minute_(per_minute) {}

  struct Decision {
    bool allowed = true;
    size_t limit = 0;
    size_t remaining = 0;
    Time reset;            // when the oldest counted request leaves the hour
    Millis retry_after{};  // set when not allowed
  };

  /// Counts one request made now, unless it is refused.
  Decision take(Time now);

 private:
  size_t per_hour_;
  size_t per_minute_;
  std::deque<Time> taken_;  // within the last hour, oldest first
};

/// RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, and Retry-After when refused.
void add_headers(const RateLimit::Decision& decision, http::Headers& headers);

}  // namespace ashlar::pocketcloud
