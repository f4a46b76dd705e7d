#include "pocketcloud/rate_limit.hpp"

#include <algorithm>

namespace ashlar::pocketcloud {
namespace {

constexpr Millis kHour{3'600'000};
constexpr Millis kMinute{60'000};

}  // namespace

RateLimit::Decision RateLimit::take(Time now) {
  while (!taken_.empty() && taken_.front() <= now - kHour) taken_.pop_front();
  const auto in_minute = std::ranges::upper_bound(taken_, now - kMinute);
  const size_t burst = static_cast<size_t>(taken_.end() - in_minute);

  Decision decision{.limit = per_hour_};
  if (taken_.size() >= per_hour_) {
    decision.allowed = false;
    decision.retry_after = taken_.front() + kHour - now;
  } else if (burst >= per_minute_) {
    decision.allowed = false;
    decision.retry_after = *in_minute + kMinute - now;
  } else {
    taken_.push_back(now);
  }
  decision.remaining = per_hour_ - taken_.size();
  decision.reset = (taken_.empty() ? now : taken_.front()) + kHour;
  return decision;
}

void add_headers(const RateLimit::Decision& decision, http::Headers& headers) {
  const auto seconds = [](auto duration) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(duration).count());
  };
  headers["RateLimit-Limit"] = std::to_string(decision.limit);
  headers["RateLimit-Remaining"] = std::to_string(decision.remaining);
  headers["RateLimit-Reset"] = seconds(decision.reset.time_since_epoch());
  if (!decision.allowed) headers["Retry-After"] = seconds(decision.retry_after);
}

}  // namespace ashlar::pocketcloud
