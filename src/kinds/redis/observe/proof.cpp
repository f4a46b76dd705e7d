#include "kinds/redis/observe/proof.hpp"

#include <fmt/format.h>

#include "base/guarded.hpp"
#include "base/id.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/redis/server/secrets.hpp"

namespace ashlar::redis {
namespace {

constexpr const char* kKey = "ashlar:proof";
constexpr Millis kTimeout{15'000};

/// One command list for one node, and how its replies are judged.
struct Probe {
  const NodeView* node;
  std::vector<Command> commands;
  std::function<std::string(const Json& replies)> judge;  // empty: good
};

std::vector<std::string> run_probes(const Observer& observer, const ClusterView& view,
                                    const std::vector<Probe>& probes) {
  const Secret password = observer.secrets.find(secret_name::kOperator).value_or(Secret());
  std::vector<std::string> faults(probes.size());
  cluster::ask_each(observer, probes.size(), [&](size_t i) {
    const Probe& probe = probes[i];
    const Machine& machine = *probe.node->machine;
    machine::Batch batch;
    batch.operations.push_back(redis_operation(
        speaker_for(view.spec, probe.node->part, machine, password), probe.commands, false, true));
    const auto result = observer.tools.machines.run(fleet::target_of(machine), batch, kTimeout);
    result.or_throw(machine.name);
    const std::string fault = probe.judge(result.results.at(0).data.value("replies", Json()));
    if (!fault.empty()) faults[i] = fmt::format("{} {}", probe.node->part.name, fault);
  });
  std::erase(faults, std::string());
  return faults;
}

/// WAIT's reply: how many replicas have the write.
std::string judge_write(const Json& replies, size_t replicas) {
  const bool counted = replies.is_array() && !replies.empty() && replies.back().is_number_integer();
  const size_t acknowledged = counted ? replies.back().get<size_t>() : 0;
  if (counted && acknowledged >= replicas) return {};
  return fmt::format("took a write that {} of {} replicas acknowledged", acknowledged, replicas);
}

std::string judge_read(const Json& replies, const std::string& token) {
  const bool same = replies.is_array() && !replies.empty() && replies.back() == Json(token);
  return same ? std::string() : "does not return the write of its master";
}

}  // namespace

std::vector<Command> write_commands(const std::string& token, size_t replicas) {
  return {{"SET", kKey, token, "EX", "60"}, {"WAIT", std::to_string(replicas), "2000"}};
}

std::vector<Command> read_commands() {
  return {{"GET", kKey}};
}

std::vector<std::string> prove_writes(const Observer& observer, const ClusterView& view) {
  const std::string token = random_hex(16);
  std::vector<Probe> writes;
  std::vector<Probe> reads;
  for (const auto& group : view.groups) {
    const auto members = view.members_of(group.name);
    const size_t replicas = members.size() - 1;
    for (const NodeView* node : members) {
      if (node->part.name == group.master)
        writes.push_back({node, write_commands(token, replicas), [replicas](const Json& replies) {
                            return judge_write(replies, replicas);
                          }});
      // A master is asked, too: without replicas its own answer is all there is.
      reads.push_back({node, read_commands(),
                       [token](const Json& replies) { return judge_read(replies, token); }});
    }
  }
  auto faults = run_probes(observer, view, writes);
  return faults.empty() ? run_probes(observer, view, reads) : faults;
}

}  // namespace ashlar::redis
