#pragma once
// One HTTP exchange with DigitalOcean made reliable: limits kept, what is safe repeated, every
// failure told in the provider's own words.

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "cloud/digitalocean/digitalocean.hpp"
#include "cloud/digitalocean/rate_limiter.hpp"
#include "http/client.hpp"

namespace ashlar::cloud {

/// May the same request be sent again when the first may have taken effect?
enum class Repeat {
  kSafe,        // GET, DELETE, PUT, and POSTs whose second effect equals the first
  kOnlyUnsent,  // only when nothing was sent, or the provider said that it did nothing
};

struct Call {
  std::string method = "GET";
  std::string path;  // /v2/droplets?page=2
  Json body;         // null: none
  Repeat repeat = Repeat::kSafe;
  const Secret* hidden = nullptr;  // part of the body that no error may show
};

/// Thread-safe.
class Api {
 public:
  explicit Api(const DigitalOceanOptions& options);

  /// The limit of one call of the contract, to be given to all requests it consists of.
  Time deadline() const { return clock_.now() + options_.retry_for; }

  /// The answer's body (null when there is none) of a 2xx. Throws otherwise, by status: 404
  /// kNotFound, 409 and what says that a name is taken kConflict, 429 kTooManyRequests, 5xx and
  /// locked objects kUnavailable, others kProvider; kTimeout when no answer came.
  Json call(const Call& call, Time deadline);

  /// For requests that make something new: the same, but when no usable answer came although the
  /// effect may have happened, the failure is returned, and thrown only when it cannot have.
  std::expected<Json, Error> create(const Call& call, Time deadline);

  /// All items of a list under `key`, over all its pages.
  std::vector<Json> list(const std::string& path, const std::string& key, Time deadline);

  /// The first of the growing, jittered pauses is about 200 ms, the longest 5 s.
  Millis pause_after(int attempt) const;
  void sleep(Millis duration) const { sleep_(duration); }
  const Clock& clock() const { return clock_; }
  const RateLimiter& limiter() const { return limiter_; }
  const std::string& name() const { return options_.name; }

 private:
  /// Why there is no answer, and whether the request may have had its effect all the same.
  struct Failure {
    Error error;
    bool may_have_happened = false;
  };
  std::expected<Json, Failure> attempt(const Call& call, Time deadline);
  std::expected<Json, Failure> try_once(const Call& call, Millis& pause);
  void wait_for_place(const Call& call, Time deadline);
  http::ClientResponse exchange(const Call& call);
  Error error_of(const Call& call, const http::ClientResponse& response) const;

  const DigitalOceanOptions options_;
  const Clock& clock_;
  std::function<void(Millis)> sleep_;
  RateLimiter limiter_;
  http::Client client_;
};

}  // namespace ashlar::cloud
