#include "kinds/redis/server/credentials.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "kinds/cluster/server/credentials.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {
namespace {

/// Clients belong into the VPC; a node without one has only its public address.
Json host_of(const Json& node) {
  const Json inside = node.value("privateAddress", Json());
  return inside.is_null() ? node.value("publicAddress", Json()) : inside;
}

Json endpoints_of(const Json& status) {
  Json endpoints = Json::array();
  for (const Json& node : status.at("nodes"))
    endpoints.push_back({{"name", node.at("name")},
                         {"role", node.at("role")},
                         {"group", node.at("group")},
                         {"host", host_of(node)},
                         {"port", node.at("port")}});
  return endpoints;
}

Json groups_of(const Json& status, bool tls, const std::optional<Secret>& password) {
  Json groups = Json::array();
  for (const Json& group : status.at("groups")) {
    Json url;
    if (password && group.at("address").is_string())
      url = fmt::format("{}://default:{}@{}/0", tls ? "rediss" : "redis",
                        percent_encode(password->reveal()),
                        group.at("address").get_ref<const std::string&>());
    groups.push_back({{"name", group.at("name")}, {"master", group.at("master")}, {"url", url}});
  }
  return groups;
}

Json connection_of(const Json& status, bool tls, const std::optional<Secret>& password) {
  const Json connection = status.value("connection", Json());
  if (!connection.is_object()) return nullptr;
  return {{"tls", tls},
          {"endpoints", endpoints_of(status)},
          {"sentinels", connection.at("sentinels")},
          {"groups", groups_of(status, tls, password)}};
}

}  // namespace

Json credentials(const Resource& resource, const engine::FindSecret& find) {
  const Spec spec = spec_from_json(resource.spec);
  const auto password = find(secret_name::kSystem);
  return {{"username", "default"},
          {"password", cluster::revealed_or_null(password)},
          // Clients use one password for both; on sentinels it only lets them ask.
          {"sentinelPassword", spec.sentinel ? cluster::revealed_or_null(password) : Json(nullptr)},
          {"caCertificate", spec.tls ? cluster::authorities_or_null(find) : Json(nullptr)},
          {"connection", connection_of(resource.status, spec.tls, password)}};
}

}  // namespace ashlar::redis
