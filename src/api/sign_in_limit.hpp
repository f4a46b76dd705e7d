#pragma once
// Slows down who guesses tokens. They are 256 random bits, so nobody will find one; this keeps the
// attempts from filling the log and the database's time.

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace ashlar::api {

/// Counts failed sign-ins of each address in windows of a minute. Thread-safe. Its memory is
/// bounded: beyond kMostAddresses, all others share one count.
class SignInLimit {
 public:
  static constexpr int kMostFailures = 10;
  static constexpr Millis kWindow{60'000};
  static constexpr size_t kMostAddresses = 1'000;

  /// How long the address must wait before it may try again; nothing when it may now.
  std::optional<Millis> wait_for(const std::string& address, Time now);
  void count_failure(const std::string& address, Time now);

 private:
  struct Window {
    Time began{};
    int failures = 0;
  };
  using Windows = std::map<std::string, Window>;
  static std::string key_for(const Windows& windows, const std::string& address);

  Guarded<Windows> windows_;
};

}  // namespace ashlar::api
