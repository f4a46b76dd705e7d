// What a fleet's machines share: the control plane's SSH key, a private network and a firewall.

#include <fmt/format.h>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using engine::Done;
using engine::Fail;
using engine::Wait;

cloud::FirewallRule rule_from(const Json& opening, const std::string& members) {
  return {.protocol = opening.at("protocol"),
          .ports = std::to_string(opening.at("port").get<int>()),
          .addresses = opening.at("addresses"),
          .tags = {members}};
}

/// The step's object, at the provider.
std::string planned_name(const StepContext& context) {
  return name_at_provider(context.resource, context.step.planned.args.at("name"));
}

/// Machines may talk to everyone: packages, time, other regions.
std::vector<cloud::FirewallRule> everything_outbound() {
  const std::vector<std::string> everyone{"0.0.0.0/0", "::/0"};
  return {{"tcp", "0", everyone, {}}, {"udp", "0", everyone, {}}, {"icmp", "0", everyone, {}}};
}

/// Undoing a repair of a living resource must not take away what its other machines stand on. Undo
/// runs after that of all machines, so whatever still carries the tag belongs to an earlier
/// operation.
bool in_use(const Tools& tools, StepContext& context) {
  return !tools.cloud.find_machines_by_tag(tag_of(context.resource)).empty();
}

}  // namespace

StepOutcome register_ssh_key(const Tools& tools, StepContext&) {
  const auto id = tools.cloud.ensure_ssh_key("ashlar", tools.ssh_public_key);
  return Done{{{"ssh_key_id", id}}};
}

StepOutcome make_vpc(const Tools& tools, StepContext& context) {
  const auto& args = context.step.planned.args;
  const std::string given = args.at("vpc_id");
  const std::string region = args.at("region");
  if (given.empty()) {
    const auto vpc = tools.cloud.ensure_vpc(planned_name(context), region);
    return Done{{{"vpc_id", vpc.id}, {"ip_range", vpc.ip_range}}};
  }
  const auto vpc = tools.cloud.find_vpc(given);
  if (!vpc) {
    return Fail{Error(ErrorCode::kNotFound, fmt::format("the VPC {} does not exist", given),
                      "name an existing VPC, or leave it out to have one made")};
  }
  if (vpc->region != region) {
    return Fail{Error(ErrorCode::kConflict,
                      fmt::format("the VPC {} ({}) is in {}, the machines are to be in {}",
                                  vpc->name, given, vpc->region, region),
                      "use a VPC of the same region")};
  }
  return Done{{{"vpc_id", vpc->id}, {"ip_range", vpc->ip_range}}};
}

StepOutcome delete_vpc(const Tools& tools, StepContext& context) {
  const auto& args = context.step.planned.args;
  if (!args.at("vpc_id").get_ref<const std::string&>().empty()) return Done{};  // not ours
  const std::string name = planned_name(context);
  const auto vpc = tools.cloud.find_vpc_by_name(name);
  if (!vpc) return Done{};
  try {
    tools.cloud.delete_vpc(vpc->id);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kConflict) {
      // The provider counts destroyed machines as members for a while.
      return Wait{
          .pause = Millis{1'000},
          .because = fmt::format("until the VPC {} has no members: {}", name, error.message())};
    }
    // The first VPC of a region becomes its default, which cannot be deleted and costs nothing.
    if (error.message().find("default VPC") == std::string::npos) throw;
    context.log(fmt::format("the VPC {} stays: it is the region's default", name));
  }
  return Done{};
}

StepOutcome set_firewall(const Tools& tools, StepContext& context) {
  const std::string tag = tag_of(context.resource);
  cloud::FirewallRequest request{
      .name = planned_name(context), .outbound = everything_outbound(), .tags = {tag}};
  for (const auto& opening : context.step.planned.args.at("openings"))
    request.inbound.push_back(rule_from(opening, tag));
  const auto firewall = tools.cloud.ensure_firewall(request);
  return Done{{{"firewall_id", firewall.id}}};
}

StepOutcome delete_firewall(const Tools& tools, StepContext& context) {
  tools.cloud.delete_firewall(planned_name(context));
  tools.cloud.delete_tag(tag_of(context.resource));
  return Done{};
}

StepOutcome undo_vpc(const Tools& tools, StepContext& context) {
  if (!in_use(tools, context)) return delete_vpc(tools, context);
  context.log("the private network stays: other machines of this resource are in it");
  return Done{};
}

StepOutcome undo_firewall(const Tools& tools, StepContext& context) {
  if (!in_use(tools, context)) return delete_firewall(tools, context);
  context.log("the firewall stays: other machines of this resource are behind it");
  return Done{};
}

}  // namespace ashlar::fleet
