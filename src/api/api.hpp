#pragma once
// The REST API of api/openapi.yaml as one HTTP handler. It enqueues and reads, and never touches a
// machine or provider but through what it is handed.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "engine/engine.hpp"
#include "engine/kind.hpp"
#include "http/message.hpp"
#include "model/catalog.hpp"
#include "model/orphan.hpp"
#include "store/store.hpp"

namespace ashlar::api {

/// What a provider answered when its account was asked just now.
struct ProviderStatus {
  std::string account;
  std::optional<int> quota_limit;  // requests an hour
  std::optional<int> quota_remaining;
  std::optional<Time> quota_resets_at;
};

/// A configured provider of machines, as the composition root knows it. Functions are thread-safe.
struct Provider {
  std::string name;  // "digitalocean": its routes are /global/<name>/...
  std::string url;
  std::function<Catalog()> catalog;
  std::function<ProviderStatus()> check;  // throws Error when the credentials do not work

  /// A resource of the asking organization by its id, also a deleted one.
  using FindResource = std::function<std::optional<Resource>(const std::string& id)>;
  /// What carries the organization's marks and belongs to no resource.
  std::function<std::vector<Orphan>(const std::string& organization_id, const FindResource&)>
      find_orphans;
  /// Begins to destroy one of them; throws Error(kNotFound) for anything else.
  std::function<Orphan(const std::string& organization_id, const FindResource&,
                       const std::string& type, const std::string& provider_id)>
      destroy_orphan;
};

/// Everything the API works with; the references outlive it.
struct Services {
  engine::Engine& engine;
  store::Store& store;
  const engine::KindRegistry& kinds;
  const Clock& clock;
  std::vector<Provider> providers;
  std::string version;
  Millis heartbeat{15'000};           // a stream is never silent for longer
  size_t most_body_bytes = 1u << 20;  // a larger request is answered 413
};

/// The answer, in the form of the contract, to a request that never reaches a handler: malformed,
/// too large, too slow, or too many.
http::Response refuse_unread(int status, std::string_view detail, std::string_view request_id);

/// Method, path pattern below /api, and who may call it.
struct RouteDescription {
  std::string method;
  std::string pattern;
  std::string permission;  // empty: any valid token, or nobody in particular when `is_public`
  bool is_public = false;
};

class Api {
 public:
  explicit Api(Services services);
  ~Api();

  /// Answers any request below /api, and /health and /metrics beside it, errors included; throws
  /// nothing. Thread-safe.
  http::Response handle(const http::Request& request) const;

  /// Every route there is; tests hold the list against api/openapi.yaml.
  std::vector<RouteDescription> routes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar::api
