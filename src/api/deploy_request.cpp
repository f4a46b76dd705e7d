#include "api/deploy_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "api/input.hpp"

namespace ashlar::api {
namespace {

constexpr size_t kMostClusters = 20;
constexpr std::string_view kTargets = "targetClusters";

void check_targets(const Json& body, std::vector<FieldError>& errors) {
  const auto targets = body.find(kTargets);
  if (targets == body.end() || targets->is_null()) return;
  if (!targets->is_array()) {
    errors.push_back({std::string(kTargets), "must be a list of deployment types"});
    return;
  }
  for (size_t i = 0; i < targets->size(); ++i)
    if (!(*targets)[i].is_string())
      errors.push_back({fmt::format("{}[{}]", kTargets, i), "must be a string"});
}

void check_names_differ(const Json& clusters, std::vector<FieldError>& errors) {
  std::map<std::string, size_t> first_of;
  for (size_t i = 0; i < clusters.size(); ++i) {
    const auto name = clusters[i].is_object() ? clusters[i].find("name") : clusters[i].end();
    if (!clusters[i].is_object() || name == clusters[i].end() || !name->is_string()) continue;
    const auto [first, is_new] = first_of.emplace(name->get<std::string>(), i);
    if (!is_new)
      errors.push_back({fmt::format("clusters[{}].name", i),
                        fmt::format("is the same as that of clusters[{}]", first->second)});
  }
}

void check_clusters(const Json& body, std::vector<FieldError>& errors) {
  const auto clusters = body.find("clusters");
  if (clusters == body.end()) {
    errors.push_back({"clusters", "is required"});
  } else if (!clusters->is_array()) {
    errors.push_back({"clusters", "must be a list of clusters"});
  } else if (clusters->empty() || clusters->size() > kMostClusters) {
    errors.push_back({"clusters", fmt::format("must have 1 to {} entries, not {}", kMostClusters,
                                              clusters->size())});
  } else {
    for (size_t i = 0; i < clusters->size(); ++i)
      if (!(*clusters)[i].is_object())
        errors.push_back({fmt::format("clusters[{}]", i), "must be an object"});
    check_names_differ(*clusters, errors);
  }
}

/// The index of the spec that a path such as `[1].name` begins with, which is cut off.
size_t take_index(std::string& path) {
  size_t index = 0;
  const size_t end = path.find(']');
  if (path.starts_with('[') && end != path.npos) {
    std::from_chars(path.data() + 1, path.data() + end, index);
    path.erase(0, end + (path.substr(end).starts_with("].") ? 2 : 1));
  }
  return index;
}

}  // namespace

DeployRequest parse_deploy_request(const Json& body) {
  std::vector<FieldError> errors;
  refuse_unknown_members(body, {kTargets, "clusters"}, errors);
  check_targets(body, errors);
  check_clusters(body, errors);
  throw_if_any(std::move(errors));

  DeployRequest request;
  for (const Json& cluster : body["clusters"]) {
    Json spec = cluster;
    const bool has_own = spec.contains(kTargets) && !spec[kTargets].is_null();
    const bool inherits = !has_own && body.contains(kTargets) && !body[kTargets].is_null();
    if (inherits) spec[std::string(kTargets)] = body[kTargets];
    request.specs.push_back(std::move(spec));
    request.inherits_targets.push_back(inherits);
  }
  return request;
}

std::vector<FieldError> to_request_paths(const std::vector<FieldError>& errors,
                                         const DeployRequest& request) {
  std::vector<FieldError> mapped;
  for (FieldError error : errors) {
    const size_t index = request.specs.size() == 1 ? 0 : take_index(error.path);
    const bool inherited = index < request.inherits_targets.size() &&
                           request.inherits_targets[index] && error.path.starts_with(kTargets);
    if (!inherited) {
      const bool joins = error.path.empty() || error.path.starts_with('[');
      error.path = fmt::format("clusters[{}]{}{}", index, joins ? "" : ".", error.path);
    }
    // A fault of what all clusters inherit is found once a cluster.
    if (std::ranges::find(mapped, error) == mapped.end()) mapped.push_back(std::move(error));
  }
  return mapped;
}

}  // namespace ashlar::api
