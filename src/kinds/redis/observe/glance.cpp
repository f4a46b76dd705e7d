#include "kinds/redis/observe/glance.hpp"

#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {
namespace {

/// A machine whose power is gone answers nothing at all, so this is what it takes to notice.
constexpr Millis kPatience{2'000};

struct Asked {
  NodePart part;
  Machine machine;
  bool worked = false;   // when it was looked at last
  bool answers = false;  // now
};

std::vector<Asked> whom_to_ask(const Observer& observer, const Spec& spec) {
  std::vector<Asked> asked;
  const Topology topology = topology_of(spec);
  for (const Json& node : observer.resource.status.value("nodes", Json::array())) {
    const NodePart* part = topology.find_node(node.at("name").get<std::string>());
    if (part == nullptr || !node.value("reachable", false)) continue;
    const auto machine = observer.machines.find_node(part->name);
    if (machine && !address_of(*machine).empty())
      asked.push_back({*part, *machine, node.at("state") == "active"});
  }
  return asked;
}

bool answers(const Observer& observer, const Spec& spec, const Asked& asked,
             const Secret& operator_password) {
  machine::Batch batch;
  batch.check_only = true;  // so that it waits for nobody who changes something
  batch.operations = {
      redis_operation(speaker_for(spec, asked.part, asked.machine, operator_password), {{"PING"}},
                      true, true, kPatience)};
  try {
    const auto result =
        observer.tools.machines.run(fleet::target_of(asked.machine), batch, kPatience);
    return !result.results.empty() && result.results.front().ok;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

engine::Glance glance(const Observer& observer) {
  const Spec spec = spec_from_json(observer.resource.spec);
  std::vector<Asked> asked = whom_to_ask(observer, spec);
  const Secret password = observer.secrets.find(secret_name::kOperator).value_or(Secret());
  cluster::ask_each(observer, asked.size(), [&](size_t i) {
    asked[i].answers = answers(observer, spec, asked[i], password);
  });
  engine::Glance glance{static_cast<int>(asked.size()), false};
  for (const Asked& one : asked) glance.changed = glance.changed || one.answers != one.worked;
  return glance;
}

}  // namespace ashlar::redis
