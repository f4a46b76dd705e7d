#pragma once
// DigitalOcean's API v2, or anything that speaks it: the pocket cloud differs by URL and token
// only.

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "cloud/cloud.hpp"

namespace ashlar::cloud {

struct DigitalOceanOptions {
  std::string name = "digitalocean";  // what machines' `provider` and error messages say
  std::string url = "https://api.digitalocean.com";
  Secret token;
  /// PEM certificates to trust instead of the system's, for a cloud with an authority of its own.
  /// Empty: the system's.
  std::string authorities_file;

  Millis connect_timeout{5'000};
  Millis request_timeout{15'000};  // of one HTTP exchange
  /// How long one call of the contract may go on retrying; then it throws what the last attempt
  /// met, so that the engine's own, stored retries take over. Well below a step's lease.
  Millis retry_for{20'000};
  Millis action_timeout{300'000};  // of a power action
  Millis catalog_age{300'000};

  /// For tests; null: the system's. Must outlive the provider.
  const Clock* clock = nullptr;
  std::function<void(Millis)> sleep;
};

/// Thread-safe. Does not contact the provider yet; see Cloud::check_account().
std::unique_ptr<Cloud> make_digitalocean(DigitalOceanOptions options);

}  // namespace ashlar::cloud
