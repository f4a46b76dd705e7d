#pragma once

#include "kinds/kafka/observe/view.hpp"
#include "kinds/kafka/server/files.hpp"

namespace ashlar::kafka {

/// What an observation cannot find out and a deployment proved; both null before that.
struct Kept {
  Json proof;
  Json applied;
};
Kept kept_in(const Json& status);

/// What GET shows as `status`. Pure.
Json status_of(const ClusterView& view, const Kept& kept, const std::string& resource_id,
               Time observed_at);

/// Curves: operations are not among them, since Kafka tells its rates only to its own metrics.
Json readings_of(const Json& status);

}  // namespace ashlar::kafka
