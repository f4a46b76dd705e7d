#include "kinds/cluster/observe/glance.hpp"

#include <vector>

#include "kinds/fleet/fleet.hpp"

namespace ashlar::cluster {
namespace {

struct Asked {
  Machine machine;
  Json operation;
  bool worked = false;   // when it was looked at last
  bool answers = false;  // now
};

std::vector<Asked> whom_to_ask(const Observer& observer, const Question& question) {
  std::vector<Asked> asked;
  for (const Json& node : observer.resource.status.value("nodes", Json::array())) {
    const std::string name = node.at("name");
    if (!node.value("reachable", false)) continue;
    const auto machine = observer.machines.find_node(name);
    if (!machine || address_of(*machine).empty()) continue;
    if (auto operation = question(name, *machine))
      asked.push_back({*machine, *std::move(operation), node.at("state") == "active"});
  }
  return asked;
}

bool answers(const Observer& observer, const Asked& asked) {
  machine::Batch batch;
  batch.check_only = true;  // so that it waits for nobody who changes something
  batch.operations = {asked.operation};
  try {
    const auto result =
        observer.tools.machines.run(fleet::target_of(asked.machine), batch, kGlancePatience);
    return !result.results.empty() && result.results.front().ok;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

engine::Glance glance(const Observer& observer, const Question& question) {
  std::vector<Asked> asked = whom_to_ask(observer, question);
  ask_each(observer, asked.size(),
           [&](size_t i) { asked[i].answers = answers(observer, asked[i]); });
  engine::Glance glance{static_cast<int>(asked.size()), false};
  for (const Asked& one : asked) glance.changed = glance.changed || one.answers != one.worked;
  return glance;
}

}  // namespace ashlar::cluster
