#include "model/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ashlar {
namespace {

constexpr std::array<std::string_view, 9> kStates = {"pending",  "deploying", "active",
                                                     "degraded", "updating",  "stopped",
                                                     "deleting", "failed",    "deleted"};

std::string text_or_empty(const Json& json, const char* field) {
  const Json& value = json.at(field);
  return value.is_null() ? std::string() : value.get<std::string>();
}

Time time_from(const Json& json, const char* field) {
  const auto time = from_rfc3339(json.at(field).get<std::string>());
  if (!time) throw time.error().at(field);
  return *time;
}

}  // namespace

std::string_view to_string(ResourceState state) {
  return kStates.at(static_cast<size_t>(state));
}

ResourceState resource_state_from(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  if (found == kStates.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("unknown resource state \"{}\"", text));
  return static_cast<ResourceState>(found - kStates.begin());
}

Json to_json(const Resource& resource) {
  return {{"id", resource.id},
          {"organizationId", resource.organization_id},
          {"kind", resource.kind},
          {"name", resource.name},
          {"state", to_string(resource.state)},
          {"generation", resource.generation},
          {"currentOperationId", text_or_null(resource.current_operation_id)},
          {"monthlyUsd", resource.monthly_usd ? Json(*resource.monthly_usd) : Json()},
          {"spec", resource.spec},
          {"status", resource.status},
          {"createdAt", to_rfc3339(resource.created_at)},
          {"updatedAt", to_rfc3339(resource.updated_at)}};
}

Json to_json(const Machine& machine) {
  return {{"id", machine.id},
          {"organizationId", machine.organization_id},
          {"resourceId", machine.resource_id},
          {"node", machine.node},
          {"role", machine.role},
          {"name", machine.name},
          {"provider", machine.provider},
          {"providerId", text_or_null(machine.provider_id)},
          {"region", text_or_null(machine.region)},
          {"size", text_or_null(machine.size)},
          {"publicAddress", text_or_null(machine.public_address)},
          {"privateAddress", text_or_null(machine.private_address)},
          {"hostKey", text_or_null(machine.host_key)},
          {"createdAt", to_rfc3339(machine.created_at)}};
}

Machine machine_from_json(const Json& json) try {
  return {.id = json.at("id").get<std::string>(),
          .organization_id = json.at("organizationId").get<std::string>(),
          .resource_id = json.at("resourceId").get<std::string>(),
          .node = json.at("node").get<std::string>(),
          .role = json.at("role").get<std::string>(),
          .name = json.at("name").get<std::string>(),
          .provider = json.at("provider").get<std::string>(),
          .provider_id = text_or_empty(json, "providerId"),
          .region = text_or_empty(json, "region"),
          .size = text_or_empty(json, "size"),
          .public_address = text_or_empty(json, "publicAddress"),
          .private_address = text_or_empty(json, "privateAddress"),
          .host_key = text_or_empty(json, "hostKey"),
          .created_at = time_from(json, "createdAt")};
} catch (const Json::exception& error) {
  throw Error(ErrorCode::kInvalidInput,
              fmt::format("this JSON is not a machine: {}", error.what()));
}

}  // namespace ashlar
