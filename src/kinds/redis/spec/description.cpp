#include "kinds/redis/spec/description.hpp"

#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {
namespace {

std::string text_in(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What was declared counts until something has been observed.
Json node_counts_of(const Json& spec, const Json& status) {
  if (status.is_object() && status.contains("nodeCounts") && status["nodeCounts"].is_object())
    return status["nodeCounts"];
  Json counts = Json::object();
  const Json::json_pointer roles("/desiredState/roles");
  if (!spec.contains(roles) || !spec.at(roles).is_object()) return counts;
  for (const auto& [role, wanted] : spec.at(roles).items())
    if (wanted.is_object() && wanted.contains("count")) counts[role] = wanted["count"];
  return counts;
}

KindSummary summary(const Json& spec, const Json& status) {
  return {.type = text_in(spec, "type"),
          .region = text_in(spec, "region"),
          .version = text_in(status, "version"),
          .node_counts = node_counts_of(spec, status)};
}

Json role_of(int count, const char* size) {
  return {{"count", count}, {"size", size}};
}

std::vector<engine::Example> examples() {
  const Json private_networks{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
  return {{"single",
           "One node, for development",
           {{"name", "dev-redis"},
            {"type", "single"},
            {"region", "nyc1"},
            {"desiredState", {{"roles", {{"master", role_of(1, "s-1vcpu-1gb")}}}}},
            {"clientRanges", private_networks}}},
          {"sentinel",
           "Three masters with two replicas each, and three sentinels, with TLS",
           {{"name", "prod-redis"},
            {"type", "sentinel"},
            {"region", "nyc1"},
            {"enableTLS", true},
            {"desiredState",
             {{"roles",
               {{"master", role_of(3, "s-2vcpu-4gb")},
                {"replica", role_of(6, "s-2vcpu-4gb")},
                {"sentinel", role_of(3, "s-1vcpu-1gb")}}}}},
            {"clientRanges", private_networks}}}};
}

}  // namespace

engine::Kind description() {
  engine::Kind kind;
  kind.name = "redis";
  kind.title = "Redis Sentinel cluster";
  kind.collection = "/infrastructure/redis";
  kind.deploy_body = {.list = "clusters", .item = "cluster", .shared = {"targetClusters"}};
  kind.roles = {{"master", "Master"}, {"replica", "Replica"}, {"sentinel", "Sentinel"}};
  kind.secret_fields = {"systemPassword"};
  kind.display = {
      .node_columns = {{"lag", "replication.lagBytes", "B", "replica"}},
      .addresses = "sentinels",
      .addresses_title = "Clients find the master by the sentinels at",
  };
  kind.examples = examples();
  kind.summary = summary;
  return kind;
}

}  // namespace ashlar::redis
