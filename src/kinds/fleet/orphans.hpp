#pragma once
// What was left behind at a provider: it carries the marks of an organization of this control
// plane, and no resource of it is alive that could account for it.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kinds/fleet/fleet.hpp"
#include "model/orphan.hpp"
#include "model/resource.hpp"

namespace ashlar::fleet {

/// A resource of the organization by its id, also a deleted one.
using FindResource = std::function<std::optional<Resource>(const std::string& id)>;

struct OrphanSearch {
  const Tools& tools;
  const std::string& organization_id;
  const FindResource& find_resource;
};

/// Whatever belongs, or may belong, to another organization or control plane is not among them: an
/// object counts as this organization's only by its tag of owner, or by the id of a resource that
/// is stored here. What a living resource has too much is that resource's drift.
std::vector<Orphan> find_orphans(const OrphanSearch& search);

/// Looks again, and destroys it only if it still is an orphan: Error(kNotFound) otherwise,
/// Error(kConflict) for a VPC with members.
Orphan destroy_orphan(const OrphanSearch& search, const std::string& type,
                      const std::string& provider_id);

}  // namespace ashlar::fleet
