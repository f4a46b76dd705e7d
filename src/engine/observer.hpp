#pragma once
// Asks a kind what is really there, and keeps the answer as the resource's status.

#include "engine/kind.hpp"
#include "engine/ledger.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

/// Thread-safe. Touches machines, so it may be slow: never call it inside a transaction.
class Observer {
 public:
  Observer(store::Store& store, Ledger& ledger, const KindRegistry& kinds, const Clock& clock);

  /// Throws what the kind throws, with the resource named.
  Json observe(const Resource& resource);
  /// What the kind's glance says; nothing asked when the kind has none. Throws what it throws.
  Glance glance(const Resource& resource);
  /// Observes and stores. Throws Error(kNotFound) for an unknown or deleted resource.
  Resource refresh(const std::string& organization_id, const std::string& resource_id);
  /// Best effort: a failure is logged and gives nothing.
  std::optional<Json> try_observe(const Resource& resource);

 private:
  std::optional<double> price_of(const Resource& resource, const Json& status) const;
  Json readings_in(const Resource& resource, const Json& status) const;

  store::Store& store_;
  Ledger& ledger_;
  const KindRegistry& kinds_;
  const Clock& clock_;
};

}  // namespace ashlar::engine
