#pragma once
// A cluster under test, on doubles that fail closed.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/step.hpp"
#include "kinds/fleet/firewall.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/testing/doubles.hpp"
#include "kinds/redis/plan/plan.hpp"
#include "kinds/redis/redis.hpp"
#include "kinds/redis/testing/test_catalog.hpp"
#include "machine/machines.hpp"

namespace ashlar::redis {

using fleet::testing::Answer;
using fleet::testing::failed;
using fleet::testing::ListingCloud;
using fleet::testing::MemoryRecords;
using fleet::testing::MemorySecrets;
using fleet::testing::succeeded;

/// An observation asks everywhere which version is installed.
class ScriptedMachines final : public fleet::testing::ScriptedMachines {
 public:
  ScriptedMachines() {
    answers["*"]["installed_packages"] = [](const Json& operation) {
      Json versions;
      for (const auto& name : operation.at("names"))
        versions[name.get<std::string>()] = "5:7.0.15-1";
      return succeeded({{"versions", versions}}, false);
    };
  }
};

/// One cluster under test: its records, secrets and doubles, and a way to run its steps.
class Bench {
 public:
  Bench(Spec spec, machine::Machines& machines)
      : spec_(std::move(spec)), kind_(make_kind({cloud, machines, "ssh-ed25519 AAAA test"})) {
    resource.id = "res_1";
    resource.kind = "redis";
    resource.name = spec_.name;
    resource.spec = to_json(spec_);
    cloud.firewalls = {as_deployed()};
    operation.id = "op_1";
  }

  /// Gives every node a machine that the cloud lists; addresses are `prefix` and a number from 1.
  void make_machines(const std::string& prefix) {
    int number = 0;
    for (const auto& node : fleet_request(spec_).nodes) {
      Machine machine;
      machine.id = "mach_" + node.name;
      machine.node = node.name;
      machine.role = node.role;
      machine.name = spec_.name + "-" + node.name;
      machine.provider_id = std::to_string(100 + number);
      machine.private_address = prefix + std::to_string(++number);
      fleet::testing::add_machine(records, cloud, machine);
    }
  }

  engine::StepOutcome run(const PlannedStep& planned) {
    return attempt(planned, [](const engine::StepType& type) { return type.run; });
  }
  engine::StepOutcome undo(const PlannedStep& planned) {
    return attempt(planned, [](const engine::StepType& type) { return type.undo; });
  }

  Plan plan(const Json& observed) const {
    const Catalog catalog = test_catalog();
    return kind_.plan({resource.spec, observed, catalog, nullptr, {}});
  }

  Json observe() {
    engine::ObserveContext context{resource, secrets, records, clock, find_step};
    return kind_.observe(context);
  }

  const Spec& spec() const { return spec_; }
  const engine::Kind& kind() const { return kind_; }

  ListingCloud cloud;
  MemorySecrets secrets;
  MemoryRecords records;
  SystemClock clock;
  Resource resource;
  Operation operation;
  std::map<std::string, Json> outputs;
  std::set<std::string> failed;  // keys of steps that are not done
  std::vector<std::string> logged;
  std::string output;  // what the steps' jobs said
  engine::FindStep find_step = [](const std::string&) { return std::nullopt; };

 private:
  cloud::Firewall as_deployed() const {
    const fleet::Request request = fleet_request(spec_);
    const auto wanted = fleet::firewall_request(resource, fleet::firewall_name(spec_.name),
                                                fleet::all_openings(request));
    return {.id = "fw",
            .name = wanted.name,
            .tags = wanted.tags,
            .created_at = {},
            .inbound = wanted.inbound,
            .outbound = wanted.outbound};
  }

  template <class Choose>
  engine::StepOutcome attempt(const PlannedStep& planned, Choose&& choose) {
    StepRecord record;
    record.id = "step_" + planned.key;
    record.planned = planned;
    if (const auto kept = remembered_.find(planned.key); kept != remembered_.end())
      record.state_data = kept->second;
    const auto type = std::find_if(kind_.steps.begin(), kind_.steps.end(),
                                   [&](const auto& step) { return step.name == planned.type; });
    if (type == kind_.steps.end()) throw Error(ErrorCode::kInternal, "no step " + planned.type);
    engine::StepContext context{
        .operation = operation,
        .step = record,
        .resource = resource,
        .clock = clock,
        .secrets = secrets,
        .machines = records,
        .output_of = [&](const std::string& key) -> const Json& { return outputs.at(key); },
        .is_done = [&](const std::string& key) { return !failed.contains(key); },
        .remember = [&](Json data) { remembered_[planned.key] = std::move(data); },
        .log = [&](std::string line) { logged.push_back(std::move(line)); },
        .patch_status = [&](const Json& patch) { resource.status.merge_patch(patch); },
        .stopping = [] { return false; },
        .find_step = find_step,
        .write_output =
            [&](const std::string& source, const std::string& text, long long source_end) {
              output += text;
              output_positions_[source] = source_end;
            },
        .output_position = [&](const std::string& source) -> std::optional<long long> {
          const auto found = output_positions_.find(source);
          return found == output_positions_.end() ? std::nullopt : std::optional(found->second);
        }};
    auto outcome = choose(*type)(context);
    // The jobs of these machines have ended by the next look.
    for (int looks = 0; waits_for_job(outcome) && looks < 3; ++looks)
      outcome = choose(*type)(context);
    if (const auto* done = std::get_if<engine::Done>(&outcome))
      outputs[planned.key] = done->outputs;
    return outcome;
  }

  static bool waits_for_job(const engine::StepOutcome& outcome) {
    const auto* wait = std::get_if<engine::Wait>(&outcome);
    return wait != nullptr && wait->because.starts_with("its packages are being");
  }

  Spec spec_;
  engine::Kind kind_;
  std::map<std::string, Json> remembered_;
  std::map<std::string, long long> output_positions_;
};

}  // namespace ashlar::redis
