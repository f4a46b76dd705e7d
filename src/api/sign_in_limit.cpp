#include "api/sign_in_limit.hpp"

namespace ashlar::api {

std::string SignInLimit::key_for(const Windows& windows, const std::string& address) {
  return windows.contains(address) || windows.size() < kMostAddresses ? address : "others";
}

std::optional<Millis> SignInLimit::wait_for(const std::string& address, Time now) {
  return windows_.with([&](Windows& windows) -> std::optional<Millis> {
    const auto found = windows.find(key_for(windows, address));
    if (found == windows.end() || found->second.failures < kMostFailures) return std::nullopt;
    const Millis left = found->second.began + kWindow - now;
    return left > Millis{0} ? std::optional(left) : std::nullopt;
  });
}

void SignInLimit::count_failure(const std::string& address, Time now) {
  windows_.with([&](Windows& windows) {
    std::erase_if(windows, [&](const auto& entry) { return now - entry.second.began >= kWindow; });
    Window& window = windows[key_for(windows, address)];
    if (window.failures == 0) window.began = now;
    ++window.failures;
  });
}

}  // namespace ashlar::api
