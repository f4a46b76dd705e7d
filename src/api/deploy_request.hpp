#pragma once
// The body of a deploy, taken apart into one spec a resource. Pure.

#include <vector>

#include "api/problem.hpp"
#include "base/json.hpp"

namespace ashlar::api {

struct DeployRequest {
  std::vector<Json> specs;
  /// By spec: it names no targetClusters itself and has the request's.
  std::vector<bool> inherits_targets;
};

/// Throws Error(kInvalidInput) with every fault of the envelope; the specs are the kind's to judge.
DeployRequest parse_deploy_request(const Json& body);

/// The engine's paths (`name` of a single spec, `[1].name` of one of several) as paths of the
/// request (`clusters[1].name`), each fault once.
std::vector<FieldError> to_request_paths(const std::vector<FieldError>& errors,
                                         const DeployRequest& request);

}  // namespace ashlar::api
