#pragma once
// The body of a deploy, taken apart into one spec a resource, as its kind says. Pure.

#include <string>
#include <vector>

#include "api/problem.hpp"
#include "base/json.hpp"
#include "engine/kind.hpp"

namespace ashlar::api {

struct DeployRequest {
  std::string list;  // the member of the body that holds the specs
  std::vector<Json> specs;
  /// By spec: the members that it does not have itself and takes from the body.
  std::vector<std::vector<std::string>> inherited;
};

/// Throws Error(kInvalidInput) with every fault of the envelope; the specs, and what they share,
/// are the kind's to judge.
DeployRequest parse_deploy_request(const engine::DeployBody& form, const Json& body);

/// The engine's paths (`name` of a single spec, `[1].name` of one of several) as paths of the
/// request (`resources[1].name`, or the body's own member where that is inherited), each fault
/// once.
std::vector<FieldError> to_request_paths(const std::vector<FieldError>& errors,
                                         const DeployRequest& request);

}  // namespace ashlar::api
