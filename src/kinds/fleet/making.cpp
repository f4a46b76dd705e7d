// Making one machine.

#include "kinds/fleet/making.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/host_identity.hpp"
#include "kinds/fleet/names.hpp"

namespace ashlar::fleet {
namespace {

using cloud::CloudMachine;
using engine::Done;

cloud::MachineRequest request_of(StepContext& context, const machine::KeyPair& host_key,
                                 const std::string& tag) {
  const auto& args = context.step.planned.args;
  std::vector<std::string> tags{tag_of(context.resource),
                                owner_tag(context.resource.organization_id), tag};
  for (const Json& more : args.at("tags")) tags.push_back(more);
  return {.name = args.at("machine"),
          .region = args.at("region"),
          .size = args.at("size"),
          .image = args.at("image"),
          .vpc_id = context.output_of(kVpcKey).at("vpc_id"),
          .ssh_key_ids = {context.output_of(kSshKeyKey).at("ssh_key_id")},
          .tags = std::move(tags),
          .user_data = cloud_config(host_key)};
}

/// The oldest with the tag, so that every attempt finds the same one. What is in doubt is looked
/// for in two lists that all steps share, as each is late in its own way.
std::optional<CloudMachine> find_made(const Tools& tools, const StepContext& context,
                                      const std::string& tag, bool in_doubt) {
  std::vector<CloudMachine> machines;
  if (in_doubt) {
    machines = tools.cloud.find_machines_by_tag(tag_of(context.resource), kLookAgain);
    std::ranges::move(tools.cloud.list_machines(kLookAgain), std::back_inserter(machines));
  } else {
    machines = tools.cloud.find_machines_by_tag(tag);
  }
  std::erase_if(machines, [&](const CloudMachine& machine) { return !has_tag(machine, tag); });
  if (machines.empty()) return std::nullopt;
  return *std::ranges::min_element(machines, {}, [](const CloudMachine& machine) {
    return std::pair(machine.id.size(), machine.id);
  });
}

}  // namespace

std::expected<Machine, engine::Wait> make_machine(const Tools& tools, StepContext& context,
                                                  PendingCreate pending, const std::string& tag) {
  const auto& args = context.step.planned.args;
  const auto& node = context.step.planned.node;
  const auto host_key = ensure_host_key(context.secrets, node);
  const auto made = make_once<CloudMachine>(
      tools, context, pending,
      {.what = fmt::format("the machine {}", args.at("machine").get_ref<const std::string&>()),
       .find = [&] { return find_made(tools, context, tag, pending.sent_at().has_value()); },
       .create = [&] { return tools.cloud.create_machine(request_of(context, host_key, tag)); }});
  if (!made) return std::unexpected(made.error());
  context.machines.put({.node = node,
                        .role = args.at("role"),
                        .name = made->name,
                        .provider = std::string(tools.cloud.name()),
                        .provider_id = made->id,
                        .region = made->region,
                        .size = made->size,
                        .public_address = made->public_address,
                        .private_address = made->private_address,
                        .host_key = host_key.public_key,
                        .created_at = context.clock.now()});
  return context.machines.find_node(node).value();
}

StepOutcome create_machine(const Tools& tools, StepContext& context) {
  const auto tag = step_tag(context.step.id);
  Json data = context.step.state_data;
  Json& destroyed = data["destroyed"];
  if (destroyed.is_null()) destroyed = Json::array();
  // The plan makes this machine because one of its name does not work any more.
  for (const auto& machine : find_by_name(tools, context, kListAge)) {
    if (has_tag(machine, tag) || std::ranges::find(destroyed, Json(machine.id)) != destroyed.end())
      continue;
    destroy(tools, machine);
    destroyed.push_back(machine.id);
    context.log(fmt::format("destroyed {} {}: this step makes {} anew", tools.cloud.name(),
                            machine.id, machine.name));
  }
  const auto machine = make_machine(tools, context, PendingCreate(context, data), tag);
  if (!machine) return machine.error();
  return Done{{{"provider_id", machine->provider_id},
               {"name", machine->name},
               {"destroyed", std::move(destroyed)}}};
}

}  // namespace ashlar::fleet
