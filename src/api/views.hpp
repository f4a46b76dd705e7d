#pragma once
// What the API shows, where it is more than the model's own JSON.

#include <functional>
#include <vector>

#include "api/route.hpp"

namespace ashlar::api {

Json operation_view(const Operation& operation, Time now);
/// With its steps, the phase it is in, and what its plan said.
Json operation_detail(const Services& services, const Operation& operation,
                      const std::vector<StepRecord>& steps);
/// The resource with its condition.
Json server_view(const Services& services, const Resource& resource);
/// With its machines, too, and the generation as ETag.
http::Response server_answer(const Services& services, const Resource& resource);
/// What Ashlar is going to do with the resource by itself, and what that waits for, if anything.
Json healing_view(const Services& services, const Resource& resource);
/// `{items, next}`; an empty `next` is null.
Json page(Json items, const std::string& next);
/// `{items, next, total}`.
Json counted_page(Json items, const std::string& next, long long total);

/// The plan with what it is about, and how the spec would change.
Json plan_view(const engine::Engine::Preview& preview);

/// 202 with the operations to follow, or 200 when none of them is needed.
http::Response deploy_answer(const std::vector<engine::Engine::Accepted>& accepted);

/// The resource of the caller's organization. Throws Error(kNotFound); a deleted one is not found.
Resource find_server(const Services& services, const Call& call);
/// `handle` for resources of the kind alone: another one's is not found, though it be there.
std::function<http::Response(const Call&)> of_kind(const Services& services,
                                                   const engine::Kind& kind,
                                                   http::Response (*handle)(const Services&,
                                                                            const Call&));
Operation find_operation(const Services& services, const Call& call);

}  // namespace ashlar::api
