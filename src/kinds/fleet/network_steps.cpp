// What a fleet's machines share: the control plane's SSH key, a private network and a firewall.

#include <fmt/format.h>

#include "kinds/fleet/firewall.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/once.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

using engine::Done;
using engine::Fail;
using engine::Wait;

/// The step's object, at the provider.
std::string planned_name(const StepContext& context) {
  return name_at_provider(context.resource, context.step.planned.args.at("name"));
}

std::vector<Opening> planned_openings(const StepContext& context) {
  std::vector<Opening> openings;
  for (const auto& opening : context.step.planned.args.at("openings"))
    openings.push_back({opening.at("protocol"), opening.at("port"), opening.at("addresses")});
  return openings;
}

/// Undoing a repair of a living resource must not take away what its other machines stand on. Undo
/// runs after that of all machines, so whatever still carries the tag belongs to an earlier
/// operation.
bool in_use(const Tools& tools, StepContext& context) {
  return !tools.cloud.find_machines_by_tag(tag_of(context.resource)).empty();
}

}  // namespace

std::string vpc_fault(const std::optional<cloud::Vpc>& found, const std::string& region) {
  if (!found) return "does not exist";
  if (found->region == region) return {};
  return fmt::format("({}) is in {}, the machines are to be in {}", found->name, found->region,
                     region);
}

StepOutcome register_ssh_key(const Tools& tools, StepContext& context) {
  const auto id = make_once<std::string>(
      tools, context, PendingCreate(context),
      {.what = "the control plane's SSH key",
       .find = [&] { return tools.cloud.find_ssh_key(tools.ssh_public_key); },
       .create =
           [&] {
             return tools.cloud.create_ssh_key(owner_tag(context.resource.organization_id),
                                               tools.ssh_public_key);
           }});
  if (!id) return id.error();
  return Done{{{"ssh_key_id", *id}}};
}

namespace {

StepOutcome make_own_vpc(const Tools& tools, StepContext& context, const std::string& region) {
  const std::string name = planned_name(context);
  const auto vpc = make_once<cloud::Vpc>(
      tools, context, PendingCreate(context),
      {.what = "the VPC " + name,
       .find = [&] { return tools.cloud.find_vpc_by_name(name); },
       .create =
           [&] {
             return tools.cloud.create_vpc(
                 {.name = name, .region = region, .description = description_of(context.resource)});
           }});
  if (!vpc) return vpc.error();
  if (vpc->region != region)
    return Fail{Error(ErrorCode::kConflict,
                      fmt::format("the VPC {} exists in {}, not in {}", name, vpc->region, region),
                      "delete that VPC or use another name")};
  return Done{{{"vpc_id", vpc->id}, {"ip_range", vpc->ip_range}}};
}

}  // namespace

StepOutcome make_vpc(const Tools& tools, StepContext& context) {
  const auto& args = context.step.planned.args;
  const std::string given = args.at("vpc_id");
  const std::string region = args.at("region");
  if (given.empty()) return make_own_vpc(tools, context, region);
  // It was there when the plan was made, and may be gone since.
  const auto vpc = tools.cloud.find_vpc(given);
  if (const std::string fault = vpc_fault(vpc, region); !fault.empty())
    return Fail{Error(ErrorCode::kConflict, fmt::format("the VPC {} {}", given, fault),
                      "name a VPC of the machines' region, or leave it out to have one made")};
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
    if (error.code() != ErrorCode::kForbidden) throw;
    context.log(fmt::format("the VPC {} stays: it is the region's default", name));
  }
  return Done{};
}

StepOutcome set_firewall(const Tools& tools, StepContext& context) {
  const cloud::FirewallRequest request = firewall_request(
      context.resource, context.step.planned.args.at("name"), planned_openings(context));
  const auto firewall =
      make_once<cloud::Firewall>(tools, context, PendingCreate(context),
                                 {.what = "the firewall " + request.name,
                                  .find = [&]() -> std::optional<cloud::Firewall> {
                                    const auto known = tools.cloud.find_firewall(request.name);
                                    if (!known) return std::nullopt;
                                    return tools.cloud.update_firewall(known->id, request);
                                  },
                                  .create = [&] { return tools.cloud.create_firewall(request); }});
  if (!firewall) return firewall.error();
  return Done{{{"firewall_id", firewall->id}}};
}

StepOutcome delete_firewall(const Tools& tools, StepContext& context) {
  tools.cloud.delete_firewall(planned_name(context));
  tools.cloud.delete_tag(tag_of(context.resource));
  return Done{};
}

namespace {

/// What this step asked for, answered or not, may yet show, and must not stay behind.
std::optional<Wait> wait_until_shown(const Tools& tools, StepContext& context, bool found) {
  if (found) return std::nullopt;
  return wait_for_lost(tools, context, PendingCreate(context), planned_name(context));
}

}  // namespace

StepOutcome undo_vpc(const Tools& tools, StepContext& context) {
  const bool found = tools.cloud.find_vpc_by_name(planned_name(context)).has_value();
  if (auto wait = wait_until_shown(tools, context, found)) return *std::move(wait);
  if (!in_use(tools, context)) return delete_vpc(tools, context);
  context.log("the private network stays: other machines of this resource are in it");
  return Done{};
}

StepOutcome undo_firewall(const Tools& tools, StepContext& context) {
  const bool found = tools.cloud.find_firewall(planned_name(context)).has_value();
  if (auto wait = wait_until_shown(tools, context, found)) return *std::move(wait);
  if (!in_use(tools, context)) return delete_firewall(tools, context);
  context.log("the firewall stays: other machines of this resource are behind it");
  return Done{};
}

}  // namespace ashlar::fleet
