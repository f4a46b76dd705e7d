#pragma once
// Doubles that fail closed: a call that no test expected names itself and fails the test.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/step.hpp"
#include "kinds/fleet/testing/memory_jobs.hpp"
#include "kinds/fleet/testing/test_catalog.hpp"
#include "machine/machines.hpp"

namespace ashlar::fleet::testing {

class MemorySecrets final : public engine::Secrets {
 public:
  std::optional<Secret> find(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  Secret ensure(const std::string& name, const std::function<Secret()>& make) override {
    if (auto found = find(name)) return *found;
    put(name, make());
    return *find(name);
  }
  void put(const std::string& name, const Secret& value) override {
    const std::lock_guard lock(mutex_);
    values_[name] = value;
  }
  void remove(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    values_.erase(name);
  }
  void remove_all() override {
    const std::lock_guard lock(mutex_);
    values_.clear();
  }
  std::map<std::string, Secret> all() {
    const std::lock_guard lock(mutex_);
    return values_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Secret> values_;
};

class MemoryRecords final : public engine::MachineRecords {
 public:
  std::vector<Machine> all() override {
    std::vector<Machine> result;
    result.reserve(machines_.size());
    for (const auto& [node, machine] : machines_) result.push_back(machine);
    return result;
  }
  std::optional<Machine> find_node(const std::string& node) override {
    const auto found = machines_.find(node);
    return found == machines_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(const Machine& machine) override { machines_[machine.node] = machine; }
  void remove_node(const std::string& node) override { machines_.erase(node); }
  void exchange(const std::string& node, const std::string& other) override {
    std::swap(machines_.at(node), machines_.at(other));
    std::swap(machines_.at(node).node, machines_.at(other).node);
  }

 private:
  std::map<std::string, Machine> machines_;
};

/// Knows how to list machines; everything else is unexpected.
class ListingCloud final : public cloud::Cloud {
 public:
  std::vector<cloud::CloudMachine> listed;
  std::optional<Error> list_error;

  std::vector<cloud::CloudMachine> find_machines_by_tag(const std::string& tag, Millis) override {
    if (list_error) throw *list_error;
    EXPECT_TRUE(tag.starts_with("ashlar-")) << tag;
    return listed;
  }
  std::string_view name() const override { return "listing"; }
  Catalog catalog() override { return test_catalog(); }
  std::vector<cloud::Firewall> firewalls;

  cloud::Quota quota() override { unexpected("quota"); }
  std::string check_account() override { unexpected("check_account"); }
  std::optional<std::string> find_ssh_key(const std::string&) override {
    unexpected("find_ssh_key");
  }
  cloud::Created<std::string> create_ssh_key(const std::string&, const std::string&) override {
    unexpected("create_ssh_key");
  }
  void delete_ssh_key(const std::string&) override { unexpected("delete_ssh_key"); }
  std::optional<cloud::Vpc> find_vpc(const std::string&) override { unexpected("find_vpc"); }
  std::optional<cloud::Vpc> find_vpc_by_name(const std::string&) override {
    unexpected("find_vpc_by_name");
  }
  cloud::Created<cloud::Vpc> create_vpc(const cloud::VpcRequest&) override {
    unexpected("create_vpc");
  }
  void delete_vpc(const std::string&) override { unexpected("delete_vpc"); }
  std::optional<cloud::Firewall> find_firewall(const std::string&) override {
    unexpected("find_firewall");
  }
  cloud::Created<cloud::Firewall> create_firewall(const cloud::FirewallRequest&) override {
    unexpected("create_firewall");
  }
  cloud::Firewall update_firewall(const std::string&, const cloud::FirewallRequest&) override {
    unexpected("update_firewall");
  }
  void delete_firewall(const std::string&) override { unexpected("delete_firewall"); }
  cloud::Created<cloud::CloudMachine> create_machine(const cloud::MachineRequest&) override {
    unexpected("create_machine");
  }
  std::optional<cloud::CloudMachine> find_machine(const std::string&) override {
    unexpected("find_machine");
  }
  std::optional<std::string> failure_of(const std::string&) override { unexpected("failure_of"); }
  void power(const std::string&, cloud::PowerAction) override { unexpected("power"); }
  void resize(const std::string&, const std::string&) override { unexpected("resize"); }
  void begin_destroy(const std::string&) override { unexpected("begin_destroy"); }
  void delete_tag(const std::string&) override { unexpected("delete_tag"); }
  std::vector<cloud::CloudMachine> list_machines(Millis) override { return listed; }
  std::vector<cloud::Vpc> list_vpcs() override { unexpected("list_vpcs"); }
  std::vector<cloud::Firewall> list_firewalls(Millis) override { return firewalls; }
  std::vector<cloud::SshKey> list_ssh_keys() override { unexpected("list_ssh_keys"); }
  std::vector<std::string> list_tags() override { unexpected("list_tags"); }

 private:
  [[noreturn]] static void unexpected(const std::string& what) {
    ADD_FAILURE() << "unexpected call of the cloud: " << what;
    throw Error(ErrorCode::kInternal, "unexpected call of the cloud: " + what);
  }
};

/// A machine of a node, stored, and listed by the cloud as active.
inline void add_machine(MemoryRecords& records, ListingCloud& cloud, const Machine& machine) {
  records.put(machine);
  cloud::CloudMachine listed;
  listed.id = machine.provider_id;
  listed.name = machine.name;
  listed.state = cloud::MachineState::kActive;
  cloud.listed.push_back(listed);
}

/// Answers one operation of a machine.
using Answer = std::function<machine::OperationResult(const Json& operation)>;

inline machine::OperationResult succeeded(Json data = Json::object(), bool changed = true) {
  machine::OperationResult result;
  result.ok = true;
  result.changed = changed;
  result.data = std::move(data);
  return result;
}

inline machine::OperationResult failed(std::string message) {
  machine::OperationResult result;
  result.message = std::move(message);
  return result;
}

/// Answers by machine name and operation ("file", "resp", ...); anything unforeseen fails the
/// test.
class ScriptedMachines : public machine::Machines {
 public:
  std::map<std::string, std::map<std::string, Answer>> answers;  // machine ("*": any) -> op
  std::map<std::string, Error> broken;                           // machine -> what run() throws
  bool checking = false;        // while an answer is made: its batch only checks
  bool jobs_take_long = false;  // what they are to do is done by let_jobs_end()

  void let_jobs_end() {
    for (const auto& work : std::exchange(jobs_at_work_, {})) work();
  }

  machine::BatchResult run(const machine::Target& target, const machine::Batch& batch,
                           Millis) override {
    const std::lock_guard lock(mutex_);
    if (const auto fault = broken.find(target.name); fault != broken.end()) throw fault->second;
    machine::BatchResult result;
    jobs_[target.name].schedule = [this](std::function<void()> work) {
      if (!jobs_take_long) return work();
      jobs_at_work_.push_back(std::move(work));
    };
    const auto perform = [this, name = target.name](const Json& operation, bool check_only) {
      checking = check_only;
      seen_.emplace_back(name, operation);
      return answer(name, operation);
    };
    for (const auto& operation : batch.operations) {
      result.results.push_back(MemoryJobs::handles(operation)
                                   ? jobs_[target.name].handle(operation, batch.check_only, perform)
                                   : perform(operation, batch.check_only));
      if (!result.results.back().ok && !batch.keep_going) break;
    }
    return result;
  }
  void disconnect(const std::string& address) override {
    ADD_FAILURE() << "unexpected disconnect of " << address;
  }
  size_t connections_made() const override { return 0; }

  /// The operations of one type that one machine was given.
  std::vector<Json> seen(const std::string& machine, const std::string& op) {
    const std::lock_guard lock(mutex_);
    std::vector<Json> result;
    for (const auto& [name, operation] : seen_)
      if (name == machine && operation.at("op") == op) result.push_back(operation);
    return result;
  }
  std::vector<std::string> operation_names(const std::string& machine) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    for (const auto& [name, operation] : seen_)
      if (name == machine) result.push_back(operation.at("op"));
    return result;
  }

 private:
  machine::OperationResult answer(const std::string& machine, const Json& operation) {
    const std::string op = operation.at("op");
    for (const auto& name : {machine, std::string("*")}) {
      const auto of_machine = answers.find(name);
      if (of_machine == answers.end()) continue;
      const auto found = of_machine->second.find(op);
      if (found != of_machine->second.end()) return found->second(operation);
    }
    if (checking && is_declared(op)) return {.operation = "", .ok = true, .message = "in place"};
    ADD_FAILURE() << "unexpected operation " << op << " on " << machine;
    return failed("unexpected operation");
  }

  /// What a look finds as it was set, unless a test says otherwise.
  static bool is_declared(const std::string& op) {
    return op == "directory" || op == "file" || op == "systemd_unit" || op == "sysctl" ||
           op == "read_file";
  }

  std::mutex mutex_;
  std::vector<std::pair<std::string, Json>> seen_;
  std::map<std::string, MemoryJobs> jobs_;  // by machine
  std::vector<std::function<void()>> jobs_at_work_;
};

}  // namespace ashlar::fleet::testing
