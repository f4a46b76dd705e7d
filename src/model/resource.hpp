#pragma once
// A declared instance of a kind: what is wanted, what is there, and the machines it consists of.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace ashlar {

enum class ResourceState {
  kPending,
  kDeploying,
  kActive,
  kDegraded,
  kUpdating,
  kStopped,
  kDeleting,
  kFailed,
  kDeleted
};
std::string_view to_string(ResourceState);
/// Throws Error(kInvalidInput) for an unknown name.
ResourceState resource_state_from(std::string_view);

struct Resource {
  std::string id;
  std::string organization_id;
  std::string kind;
  std::string name;              // unique per organization and kind among those not deleted
  Json spec;                     // desired, normalized, without secrets
  Json status = Json::object();  // observed, written by steps through the engine
  ResourceState state = ResourceState::kPending;
  long long generation = 1;           // grows with every change of spec; the ETag
  std::string current_operation_id;   // the latest one, also after it ended
  std::optional<double> monthly_usd;  // what is at the provider; before a look, by its spec
  Time created_at{};
  Time updated_at{};
};

/// A machine that Ashlar made or adopted for a resource. Stored as soon as the provider has named
/// it.
struct Machine {
  std::string id;  // Ashlar's
  std::string organization_id;
  std::string resource_id;
  std::string node;         // master-1
  std::string role;         // master
  std::string name;         // host name: prod-master-1
  std::string provider;     // digitalocean
  std::string provider_id;  // droplet id
  std::string region;
  std::string size;
  std::string public_address;
  std::string private_address;
  std::string host_key;  // public half, OpenSSH form: pinned
  Time created_at{};
};

Json to_json(const Resource&);
Json to_json(const Machine&);
/// What to_json made, back again. Throws Error(kInvalidInput) for anything else.
Machine machine_from_json(const Json&);

}  // namespace ashlar
