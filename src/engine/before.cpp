#include "engine/before.hpp"

#include <fmt/format.h>

#include "engine/transitions.hpp"

namespace ashlar::engine {
namespace {

/// A failed operation keeps its earlier secrets, since it may still be cancelled: the name of its
/// own keeps them apart from those of the next.
std::string kept_name(const Operation& operation, const std::string& secret) {
  return fmt::format("before/{}/{}", operation.id, secret);
}

}  // namespace

void keep_what_was_before(store::Transaction& tx, Operation& operation, const Resource& resource,
                          const std::map<std::string, Secret>& given) {
  operation.spec_before = resource.spec;
  operation.state_before = resource.state;
  operation.price_before = resource.monthly_usd;
  for (const auto& [name, secret] : given) {
    const auto stored = tx.secret(resource.organization_id, resource.id, name);
    if (stored && stored->reveal() == secret.reveal()) continue;
    operation.secrets_before.push_back(name);
    if (stored)
      tx.put_secret(resource.organization_id, resource.id, kept_name(operation, name), *stored,
                    /*keep_existing=*/false);
  }
}

void restore_what_was_before(store::Transaction& tx, const Operation& operation, Time now) {
  if (operation.spec_before.is_null()) return;
  std::optional<Resource> resource = tx.resource(operation.resource_id);
  if (!resource) return;
  for (const std::string& name : operation.secrets_before) {
    const auto kept =
        tx.secret(resource->organization_id, resource->id, kept_name(operation, name));
    if (kept)
      tx.put_secret(resource->organization_id, resource->id, name, *kept, /*keep_existing=*/false);
    else
      tx.remove_secret(resource->organization_id, resource->id, name);
  }
  forget_what_was_before(tx, operation);
  if (resource->spec == operation.spec_before) return;
  resource->spec = operation.spec_before;
  resource->monthly_usd = operation.price_before;
  ++resource->generation;
  resource->updated_at = now;
  tx.update_resource(*resource);
  tx.append_event(operation_event(
      operation, "operation.restored",
      fmt::format("{} '{}': the specification from before counts again, as generation {}",
                  resource->kind, resource->name, resource->generation),
      now, {{"generation", resource->generation}}));
}

void forget_what_was_before(store::Transaction& tx, const Operation& operation) {
  for (const std::string& name : operation.secrets_before)
    tx.remove_secret(operation.organization_id, operation.resource_id, kept_name(operation, name));
}

}  // namespace ashlar::engine
