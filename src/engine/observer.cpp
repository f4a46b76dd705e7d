#include "engine/observer.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "engine/health.hpp"
#include "engine/records.hpp"

namespace ashlar::engine {

Observer::Observer(store::Store& store, Ledger& ledger, const KindRegistry& kinds,
                   const Clock& clock)
    : store_(store), ledger_(ledger), kinds_(kinds), clock_(clock) {}

Json Observer::observe(const Resource& resource) {
  const Kind* kind = kinds_.find(resource.kind);
  const std::string where = fmt::format("observing {} '{}'", resource.kind, resource.name);
  if (!kind) throw Error(ErrorCode::kInternal, where + ": this version has no such kind");
  if (!kind->observe) return resource.status;
  StoredSecrets secrets(store_, ledger_, resource);
  StoredMachines machines(store_, ledger_, clock_, resource);
  ObserveContext context{resource, secrets, machines, clock_, steps_of(store_, resource)};
  try {
    return kind->observe(context);
  } catch (const Error& error) {
    throw error.at(where);
  } catch (const std::exception& error) {
    throw Error(ErrorCode::kInternal, fmt::format("{}: {}", where, error.what()));
  }
}

Glance Observer::glance(const Resource& resource) {
  const Kind* kind = kinds_.find(resource.kind);
  if (kind == nullptr || !kind->glance) return {};
  StoredSecrets secrets(store_, ledger_, resource);
  StoredMachines machines(store_, ledger_, clock_, resource);
  ObserveContext context{resource, secrets, machines, clock_, steps_of(store_, resource)};
  return kind->glance(context);
}

Resource Observer::refresh(const std::string& organization_id, const std::string& resource_id) {
  const auto missing = [&] {
    return Error(ErrorCode::kNotFound, fmt::format("there is no resource {}", resource_id));
  };
  const std::optional<Resource> before = store_.find_resource(organization_id, resource_id);
  if (!before || before->state == ResourceState::kDeleted) throw missing();
  const Json status = observe(*before);
  const std::optional<double> monthly_usd = price_of(*before, status);
  const Json readings = readings_in(*before, status);

  std::optional<Resource> resource;
  ledger_.write([&](store::Transaction& tx) {
    resource = tx.resource(resource_id);  // it may have changed while we looked
    if (!resource || resource->state == ResourceState::kDeleted) throw missing();
    // What steps wrote while we looked is newer than what we saw.
    if (resource->status != before->status) return;
    resource->status = status;
    resource->state =
        state_observed(*resource, tx.operation(resource->current_operation_id), status);
    if (monthly_usd && resource->generation == before->generation)
      resource->monthly_usd = monthly_usd;
    resource->updated_at = clock_.now();
    tx.update_resource(*resource);
    if (!readings.empty()) tx.append_sample(resource->id, {clock_.now(), readings});
  });
  return *resource;
}

/// By the prices of now; a provider that does not answer leaves the price as it was.
std::optional<double> Observer::price_of(const Resource& resource, const Json& status) const {
  const Kind* kind = kinds_.find(resource.kind);
  if (kind == nullptr || !kind->monthly_usd || !kind->catalog) return std::nullopt;
  try {
    return kind->monthly_usd(resource.spec, status, kind->catalog());
  } catch (const Error& error) {
    log::warning("pricing {} '{}': {}", resource.kind, resource.name, error.what());
    return std::nullopt;
  }
}

Json Observer::readings_in(const Resource& resource, const Json& status) const {
  const Kind* kind = kinds_.find(resource.kind);
  return kind != nullptr && kind->readings ? kind->readings(status) : Json::object();
}

std::optional<Json> Observer::try_observe(const Resource& resource) {
  try {
    return observe(resource);
  } catch (const std::exception& error) {
    log::warning("{}", error.what());
    return std::nullopt;
  }
}

}  // namespace ashlar::engine
