#include "cloud/digitalocean/rate_limiter.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ashlar::cloud {
namespace {

std::optional<long long> number(const http::Headers& headers, std::string_view name) {
  const auto found = headers.find(name);
  if (found == headers.end()) return std::nullopt;
  long long value = 0;
  const auto& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

/// The distance between requests. Far from the limit there is none; in the last tenth of the quota
/// what is left is spread over the time until more comes, so that zero is approached and not hit.
Millis RateLimiter::pace(const State& state, Time now) {
  if (!state.quota || !state.quota->resets_at) return Millis{0};
  const auto& quota = *state.quota;
  const Millis left = *quota.resets_at - now;
  if (left <= Millis{0} || quota.remaining > quota.limit / 10) return Millis{0};
  if (quota.remaining <= 0) return left;
  return std::min(left / quota.remaining, Millis{5'000});
}

Millis RateLimiter::wait_of(const State& state, Time now) const {
  Millis wait = std::max(Millis{0}, state.next_place - now);
  const double since = state.filled_at ? (now - *state.filled_at).count() / 1000.0 : 0;
  const double tokens = std::min(kBurst, state.tokens + since * kTokensPerSecond);
  if (tokens < 1) {
    wait = std::max(wait, Millis{std::llround((1 - tokens) / kTokensPerSecond * 1000)});
  }
  if (state.quota && state.quota->remaining <= 0) wait = std::max(wait, pace(state, now));
  return wait;
}

std::optional<Millis> RateLimiter::reserve(Millis longest) {
  const Time now = clock_.now();
  return state_.with([&](State& state) -> std::optional<Millis> {
    const Millis wait = wait_of(state, now);
    if (wait > longest) return std::nullopt;
    const double since = state.filled_at ? (now - *state.filled_at).count() / 1000.0 : 0;
    // May go below zero: those tokens belong to requests that wait for their place.
    state.tokens = std::min(kBurst, state.tokens + since * kTokensPerSecond) - 1;
    state.filled_at = now;
    state.next_place = std::max(state.next_place, now + wait) + pace(state, now);
    if (state.quota && state.quota->remaining > 0) --state.quota->remaining;
    return wait;
  });
}

Millis RateLimiter::wait_now() const {
  const Time now = clock_.now();
  return state_.with([&](const State& state) { return wait_of(state, now); });
}

void RateLimiter::learn(const http::Headers& headers) {
  const auto limit = number(headers, "RateLimit-Limit");
  const auto remaining = number(headers, "RateLimit-Remaining");
  const auto reset = number(headers, "RateLimit-Reset");
  const auto retry_after = number(headers, "Retry-After");
  if (!limit || !remaining) return;
  state_.with([&](State& state) {
    Quota quota{.limit = static_cast<int>(*limit), .remaining = static_cast<int>(*remaining)};
    if (reset) quota.resets_at = Time{std::chrono::seconds(*reset)};
    // A refusal names the moment itself: its zero holds until then, not until the hour is over.
    if (retry_after && quota.remaining <= 0)
      quota.resets_at = clock_.now() + std::chrono::seconds(*retry_after);
    state.quota = quota;
  });
}

void RateLimiter::block_until(Time until) {
  state_.with([&](State& state) { state.next_place = std::max(state.next_place, until); });
}

std::optional<Quota> RateLimiter::quota() const {
  return state_.with([](const State& state) { return state.quota; });
}

}  // namespace ashlar::cloud
