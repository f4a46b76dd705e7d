#include "cloud/digitalocean/objects.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/secret.hpp"

namespace ashlar::cloud::objects {
namespace {

constexpr long long kMebibyte = 1LL << 20;
constexpr long long kGibibyte = 1LL << 30;

[[noreturn]] void malformed(const char* what, const std::string& why) {
  throw Error(ErrorCode::kUnavailable,
              fmt::format("the provider answered with a malformed {}: one {}", what, why));
}

MachineState state(const std::string& status) {
  if (status == "new") return MachineState::kNew;
  if (status == "active") return MachineState::kActive;
  if (status == "off") return MachineState::kOff;
  if (status == "archive") return MachineState::kArchived;
  malformed("droplet", fmt::format("with the unknown status {}", status));
}

std::string optional_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> texts(const Json& object, const char* key) {
  std::vector<std::string> values;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return values;
  for (const auto& value : *found) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

std::optional<Time> created_at(const Json& object) {
  const auto parsed = from_rfc3339(optional_text(object, "created_at"));
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::string address(const Json& droplet, std::string_view type) {
  const Json::json_pointer networks_at("/networks/v4");
  if (!droplet.contains(networks_at) || !droplet.at(networks_at).is_array()) return {};
  for (const auto& network : droplet.at(networks_at)) {
    if (network.is_object() && optional_text(network, "type") == type) {
      return optional_text(network, "ip_address");
    }
  }
  return {};
}

double number(const Json& object, const char* key, const char* what) {
  const auto& value = member(object, key, what);
  if (!value.is_number()) malformed(what, fmt::format("whose {} is no number", key));
  return value.get<double>();
}

/// Numbers where DigitalOcean's ids are numbers.
Json id_value(const std::string& id) {
  long long value = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value);
  if (error == std::errc() && end == id.data() + id.size()) return value;
  return id;
}

Json rules(const std::vector<FirewallRule>& rules, const char* peers) {
  Json list = Json::array();
  for (const auto& rule : rules) {
    Json target = Json::object();
    if (!rule.addresses.empty()) target["addresses"] = rule.addresses;
    if (!rule.tags.empty()) target["tags"] = rule.tags;
    list.push_back({{"protocol", rule.protocol}, {"ports", rule.ports}, {peers, target}});
  }
  return list;
}

/// Rules may be null, and may name machines or load balancers, which Ashlar never does.
std::vector<FirewallRule> rules_from(const Json& firewall, const char* key, const char* peers) {
  std::vector<FirewallRule> rules;
  const auto list = firewall.find(key);
  if (list == firewall.end() || !list->is_array()) return rules;
  for (const Json& rule : *list) {
    const Json& target = member(rule, peers, "firewall's rule");
    rules.push_back({.protocol = text(rule, "protocol", "firewall's rule"),
                     .ports = optional_text(rule, "ports"),
                     .addresses = texts(target, "addresses"),
                     .tags = texts(target, "tags")});
  }
  return rules;
}

}  // namespace

const Json& member(const Json& object, const char* key, const char* what) {
  if (!object.is_object()) malformed(what, "that is no object");
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) malformed(what, fmt::format("without {}", key));
  return *found;
}

std::string text(const Json& object, const char* key, const char* what) {
  const auto& value = member(object, key, what);
  if (!value.is_string()) malformed(what, fmt::format("whose {} is no text", key));
  return value.get<std::string>();
}

std::string id(const Json& object, const char* what) {
  const auto& value = member(object, "id", what);
  if (value.is_number_integer()) return std::to_string(value.get<long long>());
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    malformed(what, "whose id is neither a number nor a text");
  }
  return value.get<std::string>();
}

CloudMachine machine(const Json& droplet) {
  CloudMachine machine;
  machine.id = id(droplet, "droplet");
  machine.name = text(droplet, "name", "droplet");
  machine.state = state(text(droplet, "status", "droplet"));
  machine.region = text(member(droplet, "region", "droplet"), "slug", "droplet's region");
  machine.size = text(droplet, "size_slug", "droplet");
  if (const auto disk = droplet.find("disk"); disk != droplet.end() && disk->is_number())
    machine.disk_bytes = disk->get<long long>() * kGibibyte;
  machine.public_address = address(droplet, "public");
  machine.private_address = address(droplet, "private");
  machine.vpc_id = optional_text(droplet, "vpc_uuid");
  machine.tags = texts(droplet, "tags");
  machine.created_at = created_at(droplet);
  const auto locked = droplet.find("locked");
  machine.locked = locked != droplet.end() && locked->is_boolean() && locked->get<bool>();
  return machine;
}

Vpc vpc(const Json& json) {
  return {.id = id(json, "VPC"),
          .name = text(json, "name", "VPC"),
          .region = text(json, "region", "VPC"),
          .ip_range = optional_text(json, "ip_range"),
          .description = optional_text(json, "description"),
          .created_at = created_at(json),
          .is_default = json.value("default", false)};
}

Firewall firewall(const Json& json) {
  return {.id = id(json, "firewall"),
          .name = text(json, "name", "firewall"),
          .tags = texts(json, "tags"),
          .created_at = created_at(json),
          .inbound = rules_from(json, "inbound_rules", "sources"),
          .outbound = rules_from(json, "outbound_rules", "destinations")};
}

SshKey ssh_key(const Json& json) {
  return {.id = id(json, "SSH key"),
          .name = text(json, "name", "SSH key"),
          .public_key = text(json, "public_key", "SSH key")};
}

Size size(const Json& json) {
  Size size;
  size.slug = text(json, "slug", "size");
  size.vcpus = static_cast<int>(number(json, "vcpus", "size"));
  size.memory_bytes = static_cast<long long>(number(json, "memory", "size")) * kMebibyte;
  size.disk_bytes = static_cast<long long>(number(json, "disk", "size")) * kGibibyte;
  size.price_monthly_usd = number(json, "price_monthly", "size");
  size.price_hourly_usd = number(json, "price_hourly", "size");
  size.regions = texts(json, "regions");
  size.available = json.value("available", true);
  return size;
}

Region region(const Json& json) {
  Region region;
  region.slug = text(json, "slug", "region");
  region.name = text(json, "name", "region");
  region.sizes = texts(json, "sizes");
  region.features = texts(json, "features");
  region.available = json.value("available", true);
  return region;
}

std::string failed_action(const Json& action) {
  constexpr size_t kMostReason = 600;
  const auto reason = redact(optional_text(action, "error_message")).substr(0, kMostReason);
  return fmt::format(
      "the action {} ({}) ended as errored{}", text(action, "type", "action"), id(action, "action"),
      reason.empty() ? ", for a reason that the provider does not tell" : ": " + reason);
}

Json droplet_request(const MachineRequest& request) {
  Json keys = Json::array();
  for (const auto& key : request.ssh_key_ids) keys.push_back(id_value(key));
  // A snapshot is named by its number, and only as a number.
  Json body = {{"name", request.name}, {"region", request.region},
               {"size", request.size}, {"image", id_value(request.image)},
               {"ssh_keys", keys},     {"tags", request.tags}};
  if (!request.vpc_id.empty()) body["vpc_uuid"] = request.vpc_id;
  if (!request.user_data.empty()) body["user_data"] = request.user_data.reveal();
  return body;
}

Json vpc_request(const VpcRequest& request) {
  Json body = {{"name", request.name}, {"region", request.region}};
  if (!request.description.empty()) body["description"] = request.description;
  return body;
}

Json firewall_request(const FirewallRequest& request) {
  return {{"name", request.name},
          {"inbound_rules", rules(request.inbound, "sources")},
          {"outbound_rules", rules(request.outbound, "destinations")},
          {"tags", request.tags}};
}

}  // namespace ashlar::cloud::objects
