#include <fmt/format.h>

#include "kinds/fleet/census.hpp"
#include "kinds/fleet/firewall.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/fleet/names.hpp"

namespace ashlar::fleet {
namespace {

constexpr const char* kMachinesPhase = "Creating machines";
constexpr const char* kPowerPhase = "Switching machines";
constexpr const char* kDestroyPhase = "Destroying machines";

/// Steps that only wait for the provider, however long it takes.
constexpr Millis kProviderDeadline{600'000};

PlannedStep& add(Plan& plan, PlannedStep step) {
  plan.steps.push_back(std::move(step));
  return plan.steps.back();
}

Json to_json(const Opening& opening) {
  return {{"protocol", opening.protocol}, {"port", opening.port}, {"addresses", opening.addresses}};
}

Json firewall_args(const Request& request) {
  Json openings = Json::array();
  for (const auto& opening : all_openings(request)) openings.push_back(to_json(opening));
  return {{"name", firewall_name(request.resource_name)}, {"openings", std::move(openings)}};
}

Json vpc_args(const Request& request) {
  return {{"name", vpc_name(request.resource_name)},
          {"region", request.region},
          {"vpc_id", request.vpc_id}};
}

Json machine_args(const Request& request, const Node& node) {
  return {{"machine", machine_name(request.resource_name, node.name)},
          {"role", node.role},
          {"region", request.region},
          {"size", node.size},
          {"image", request.image},
          {"tags", request.extra_tags}};
}

void plan_shared(Plan& plan, const Request& request) {
  add(plan, {.key = kSshKeyKey,
             .type = "fleet.ssh_key",
             .title = "Register the control plane's SSH key",
             .phase = kMachinesPhase,
             .expected = Millis{300}});
  add(plan,
      {.key = kVpcKey,
       .type = "fleet.vpc",
       .title = request.vpc_id.empty() ? "Create the private network" : "Check the private network",
       .phase = kMachinesPhase,
       .args = vpc_args(request),
       .expected = Millis{500}});
  plan_firewall(plan, request);
}

void plan_machine(Plan& plan, const Request& request, const Node& node) {
  // After the firewall, so that no machine is ever up without it.
  add(plan, {.key = create_key(node.name),
             .type = "fleet.create_machine",
             .title = fmt::format("Create the machine of {}", node.name),
             .phase = kMachinesPhase,
             .node = node.name,
             .args = machine_args(request, node),
             .after = {kSshKeyKey, kVpcKey, kFirewallKey},
             .expected = Millis{1'500},
             .deadline = kProviderDeadline});
  add(plan, {.key = ready_key(node.name),
             .type = "fleet.machine_ready",
             .title = fmt::format("Reach the machine of {}", node.name),
             .phase = kMachinesPhase,
             .node = node.name,
             .args = machine_args(request, node),
             .after = {create_key(node.name)},
             .expected = Millis{15'000},
             // The step itself gives up first, and says so better.
             .deadline = kProviderDeadline});
}

/// One machine that cannot be had must not keep the others from being counted.
void plan_count(Plan& plan, const Request& request) {
  PlannedStep count{.key = kCountKey,
                    .type = "fleet.count",
                    .title = "Count the machines: none may have been made twice",
                    .phase = kMachinesPhase,
                    .expected = Millis{300},
                    .deadline = kProviderDeadline};
  for (const auto& node : request.nodes) count.after_ended.push_back(ready_key(node.name));
  add(plan, std::move(count));
}

Change machine_change(const Request& request, const Node& node, ChangeAction action) {
  return {.action = action,
          .what = "machine",
          .name = machine_name(request.resource_name, node.name),
          .detail = fmt::format("{} in {}", node.size, request.region)};
}

void list_network_changes(Plan& plan, const Request& request, ChangeAction action) {
  if (request.vpc_id.empty()) {
    plan.changes.push_back({.action = action,
                            .what = "vpc",
                            .name = vpc_name(request.resource_name),
                            .detail = "in " + request.region});
  }
  plan.changes.push_back({.action = action,
                          .what = "firewall",
                          .name = firewall_name(request.resource_name),
                          .detail = fmt::format("{} inbound rules", request.openings.size() + 1)});
}

}  // namespace

std::string power_key(const std::string& node) {
  return "power/" + node;
}
std::string create_key(const std::string& node) {
  return "create-machine/" + node;
}
std::string ready_key(const std::string& node) {
  return "machine-ready/" + node;
}

void plan_create(Plan& plan, const Request& request, const Catalog& catalog) {
  if (request.nodes.empty()) return;
  list_network_changes(plan, request, ChangeAction::kCreate);
  plan_shared(plan, request);
  for (const auto& node : request.nodes) {
    auto change = machine_change(request, node, ChangeAction::kCreate);
    change.monthly_usd_after = catalog.monthly_usd_of(node.size);
    plan.changes.push_back(std::move(change));
    plan_machine(plan, request, node);
  }
  plan_count(plan, request);
}

void plan_firewall(Plan& plan, const Request& request) {
  add(plan, {.key = kFirewallKey,
             .type = "fleet.firewall",
             .title = "Set the firewall",
             .phase = kMachinesPhase,
             .args = firewall_args(request),
             .expected = Millis{500}});
}

void plan_retire(Plan& plan, const Request& request, const std::vector<std::string>& after) {
  for (const auto& node : request.nodes)
    add(plan, {.key = "retire-machine/" + node.name,
               .type = "fleet.retire",
               .title = fmt::format("Destroy the machine of {}", node.name),
               .phase = kDestroyPhase,
               .node = node.name,
               .after = after,
               .expected = Millis{3'000},
               .deadline = kProviderDeadline});
}

namespace {

PlannedStep power_step(const Node& node, bool on) {
  return {.key = power_key(node.name),
          .type = "fleet.power",
          .title = fmt::format("Switch the machine of {} {}", node.name, on ? "on" : "off"),
          .phase = kPowerPhase,
          .node = node.name,
          .args = {{"state", on ? "on" : "off"}},
          .expected = Millis{on ? 10'000 : 5'000},
          .deadline = kProviderDeadline};
}

}  // namespace

std::vector<std::string> plan_power(Plan& plan, const Request& request, bool on,
                                    const std::vector<std::string>& after) {
  std::vector<std::string> keys;
  for (const auto& node : request.nodes) {
    auto step = power_step(node, on);
    step.after = after;
    keys.push_back(add(plan, std::move(step)).key);
  }
  return keys;
}

std::vector<std::string> plan_resize(Plan& plan, const Request& request,
                                     const std::map<std::string, std::string>& present,
                                     const std::vector<std::string>& after) {
  std::vector<std::string> keys;
  for (const auto& node : request.nodes) {
    auto off = power_step(node, false);
    off.key = "power-off/" + node.name;
    off.after = after;
    add(plan, off);
    add(plan, {.key = "resize/" + node.name,
               .type = "fleet.resize",
               .title = fmt::format("Resize the machine of {} to {}", node.name, node.size),
               .phase = kPowerPhase,
               .node = node.name,
               .args = {{"from", present.at(node.name)}, {"to", node.size}},
               .after = {off.key},
               .expected = Millis{30'000},
               .deadline = kProviderDeadline});
    auto on = power_step(node, true);
    on.after = {"resize/" + node.name};
    keys.push_back(add(plan, std::move(on)).key);
  }
  return keys;
}

namespace {

/// What is known of the machines that a delete takes away: {node, name, size, region, monthlyUsd},
/// and those without a record.
Json machines_to_destroy(const Request& request, const Json& observed, const Catalog& catalog) {
  const Json::json_pointer counted("/machines/items");
  if (observed.is_object() && observed.contains(counted)) return observed.at(counted);
  Json items = Json::array();
  for (const auto& node : request.nodes)
    items.push_back({{"node", node.name},
                     {"name", machine_name(request.resource_name, node.name)},
                     {"size", node.size},
                     {"region", request.region},
                     {"origin", to_string(Origin::kRecorded)},
                     {"monthlyUsd", catalog.monthly_usd_of(node.size)}});
  return items;
}

std::string plan_destroy_recorded(Plan& plan, const Json& item,
                                  const std::vector<std::string>& after) {
  const std::string node = item.at("node");
  plan.changes.push_back(
      {.action = ChangeAction::kDestroy,
       .what = "machine",
       .name = item.at("name"),
       .detail = fmt::format("{} in {}", item.at("size").get_ref<const std::string&>(),
                             item.at("region").get_ref<const std::string&>()),
       .monthly_usd_before = item.at("monthlyUsd")});
  return add(plan, {.key = "destroy-machine/" + node,
                    .type = "fleet.destroy_machine",
                    .title = fmt::format("Destroy the machine of {}", node),
                    .phase = kDestroyPhase,
                    .node = node,
                    .args = {{"machine", item.at("name")}},
                    .after = after,
                    .expected = Millis{1'000}})
      .key;
}

}  // namespace

std::string plan_destroy(Plan& plan, const Request& request, const Json& observed,
                         const Catalog& catalog, const std::vector<std::string>& after) {
  std::vector<std::string> destroyed = after;
  for (const Json& item : machines_to_destroy(request, observed, catalog)) {
    if (item.at("origin") == to_string(Origin::kNamesake)) continue;
    destroyed.push_back(item.at("node").is_null() ? plan_destroy_unrecorded(plan, item, after)
                                                  : plan_destroy_recorded(plan, item, after));
  }
  list_network_changes(plan, request, ChangeAction::kDestroy);
  add(plan, {.key = "machines-gone",
             .type = "fleet.machines_gone",
             .title = "Wait until the provider has none of the machines left",
             .phase = kDestroyPhase,
             .after = destroyed,
             .expected = Millis{5'000},
             .deadline = kProviderDeadline});
  std::vector<std::string> cleared{"machines-gone"};
  const auto remove = [&](const char* key, const char* type, const char* title, Json args) {
    cleared.push_back(add(plan, {.key = key,
                                 .type = type,
                                 .title = title,
                                 .phase = kDestroyPhase,
                                 .args = std::move(args),
                                 .after = {"machines-gone"},
                                 .expected = Millis{500},
                                 .deadline = kProviderDeadline})
                          .key);
  };
  remove("delete-firewall", "fleet.delete_firewall", "Delete the firewall",
         {{"name", firewall_name(request.resource_name)}});
  if (request.vpc_id.empty()) {
    remove("delete-vpc", "fleet.delete_vpc", "Delete the private network", vpc_args(request));
  }
  return add(plan, {.key = "forget",
                    .type = "fleet.forget",
                    .title = "Remove the records and secrets of the machines",
                    .phase = kDestroyPhase,
                    .after = cleared,
                    .expected = Millis{300}})
      .key;
}

}  // namespace ashlar::fleet
