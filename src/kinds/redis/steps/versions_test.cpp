// Another version of Redis: what is planned in which order, and what each step asks of a machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/redis/observe/live.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/testing/observed_cluster.hpp"
#include "kinds/redis/testing/planning.hpp"
#include "kinds/redis/testing/test_doubles.hpp"

namespace ashlar::redis {
namespace {

using engine::Done;
using engine::Fail;
using engine::Retry;
using engine::StepOutcome;
using engine::Wait;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kOld = "5:7.0.15-1~deb12u7";
constexpr const char* kNew = "5:7.0.15-1~deb12u10";
constexpr const char* kToNew = R"({"packageVersion": "5:7.0.15-1~deb12u10"})";

Json cluster_spec() {
  return parsed(R"({
    "name": "prod", "type": "sentinel", "region": "nyc1", "packageVersion": "5:7.0.15-1~deb12u7",
    "desiredState": {"roles": {
      "master": {"count": 2, "size": "s-1vcpu-1gb"}, "replica": {"count": 4, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

Json single_spec() {
  return parsed(R"({
    "name": "one", "type": "single", "region": "nyc1", "persistence": {"mode": "none"},
    "desiredState": {"roles": {"master": {"count": 1, "size": "s-1vcpu-1gb"}}}})");
}

Json running(const Json& spec, const std::string& version) {
  Json observed = intact_cluster(spec);
  for (auto& node : observed["nodes"]) node["packageVersion"] = version;
  return observed;
}

// Plans.

TEST(VersionPlan, ReplicasComeFirstThenEachMasterThenTheSentinelsOneAtATime) {
  const Json spec = cluster_spec();
  const Plan plan = act("update", spec, running(spec, kOld), kToNew);
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "fleet.create_machine"), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.package"),
              ElementsAre("replica-1", "replica-2", "replica-3", "replica-4", "master-1",
                          "master-2", "sentinel-1", "sentinel-2", "sentinel-3"));
  const auto changed = nodes_of(plan, "redis.package");
  for (size_t i = 1; i < changed.size(); ++i) {
    const bool sentinel = changed[i - 1].starts_with("sentinel");
    const std::string gate = (sentinel ? "redis.agreed/" : "redis.synced/") + changed[i - 1];
    EXPECT_TRUE(waits_for(plan, "redis.package/" + changed[i], gate)) << changed[i];
  }
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m1").args.at("to"), "replica-1");
  EXPECT_TRUE(waits_for(plan, "redis.package/master-1", "redis.switchover/prod-m1"));
  EXPECT_TRUE(waits_for(plan, "redis.switchover/prod-m2", "redis.synced/master-1"));
  EXPECT_TRUE(waits_for(plan, kProveKey, "redis.agreed/sentinel-3"));
}

TEST(VersionPlan, NobodyIsTouchedBeforeEverybodyHasWhatIsToBeInstalled) {
  const Json spec = cluster_spec();
  const Plan plan = act("update", spec, running(spec, kOld), kToNew);
  const auto fetched = nodes_of(plan, "redis.fetch");
  EXPECT_EQ(fetched.size(), 9u);
  for (const auto& node : fetched)
    EXPECT_TRUE(waits_for(plan, "redis.package/replica-1", "redis.fetch/" + node)) << node;
}

TEST(VersionPlan, ThePreviewNamesTheVersionsAndWhatIsDisrupted) {
  const Json spec = cluster_spec();
  const Plan plan = act("update", spec, running(spec, kOld), kToNew);
  EXPECT_EQ(plan.summary, "Update Redis cluster prod: 9 nodes to Redis 5:7.0.15-1~deb12u10");
  std::vector<std::string> details;
  for (const auto& change : plan.changes)
    if (change.what == "package") details.push_back(change.detail);
  EXPECT_EQ(details.size(), 9u);
  EXPECT_THAT(details, Contains("Redis 5:7.0.15-1~deb12u7 → 5:7.0.15-1~deb12u10 in place"));
  EXPECT_THAT(plan.disruptions, Contains(HasSubstr("each node restarts once")));
  EXPECT_THAT(plan.disruptions, Contains(HasSubstr("writes to prod-m2 pause")));
  EXPECT_DOUBLE_EQ(plan.monthly_usd_before(), plan.monthly_usd_after());
}

TEST(VersionPlan, WhoLeadsNowIsHandedOverWhoeverWasDeclared) {
  const Json spec = cluster_spec();
  Json observed = running(spec, kOld);
  lead(observed, "prod-m1", "replica-3");
  const Plan plan = act("update", spec, observed, kToNew);
  EXPECT_TRUE(waits_for(plan, "redis.switchover/prod-m1", "redis.synced/master-1"));
  EXPECT_TRUE(waits_for(plan, "redis.package/replica-3", "redis.switchover/prod-m1"));
}

TEST(VersionPlan, WhatRunsItAlreadyIsLeftAlone) {
  const Json spec = cluster_spec();
  Json observed = running(spec, kNew);
  observed_node(observed, "replica-2")["packageVersion"] = kOld;
  const Plan plan = act("update", spec, observed, kToNew);
  EXPECT_THAT(nodes_of(plan, "redis.package"), ElementsAre("replica-2"));
  EXPECT_THAT(nodes_of(plan, "redis.switchover"), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.fetch"), ElementsAre("replica-2"));
  // What sources offer is no version to bring anybody to.
  const Plan any = act("update", spec, running(spec, kOld), R"({"packageVersion": null})");
  EXPECT_THAT(nodes_of(any, "redis.package"), IsEmpty());
}

TEST(VersionPlan, ANodeOfUnknownVersionCountsAsWhatWasDeclaredBefore) {
  const Json spec = cluster_spec();
  EXPECT_EQ(nodes_of(act("update", spec, intact_cluster(spec), kToNew), "redis.package").size(),
            9u);
  EXPECT_TRUE(act("update", spec, intact_cluster(spec), "{}").empty());
}

TEST(VersionPlan, AVersionThatWasChangedByHandIsForAnUpdateAndNotForHealing) {
  const Json spec = cluster_spec();
  Json observed = running(spec, kOld);
  observed_node(observed, "master-1")["packageVersion"] = kNew;
  const Plan plan = act("update", spec, observed, "{}");
  EXPECT_THAT(nodes_of(plan, "redis.package"), ElementsAre("master-1"));
  EXPECT_THAT(plan.notes, Contains("5:7.0.15-1~deb12u7 is older than 5:7.0.15-1~deb12u10, which "
                                   "runs now"));
  EXPECT_TRUE(act("heal", spec, observed, "{}").empty());
}

TEST(VersionPlan, NewAndReplacedMachinesAreMadeWithItAndTheRestIsChangedBeforeTheyTakeOver) {
  const Json spec = cluster_spec();
  const Plan plan = act("update", spec, running(spec, kOld),
                        R"({"packageVersion": "5:7.0.15-1~deb12u10", "strategy": "replace",
                            "desiredState": {"roles": {
                            "replica": {"count": 5}, "master": {"size": "s-2vcpu-4gb"}}}})");
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.package"),
              ElementsAre("replica-1", "replica-2", "replica-3", "replica-4", "sentinel-1",
                          "sentinel-2", "sentinel-3"));
  EXPECT_TRUE(waits_for(plan, "redis.switchover/prod-m1", "redis.synced/replica-4"));
  EXPECT_EQ(step_of(plan, "redis.switchover/prod-m1").args.at("to"), "master-1~2");
  EXPECT_TRUE(waits_for(plan, "redis.package/sentinel-1", "redis.leave/master-2~2"));
}

TEST(VersionPlan, ASingleNodeStatesThatItAnswersNobodyMeanwhile) {
  const Json spec = single_spec();
  const Plan plan = act("update", spec, running(spec, kOld), kToNew);
  EXPECT_THAT(faults(plan), IsEmpty());
  EXPECT_THAT(nodes_of(plan, "redis.package"), ElementsAre("master-1"));
  EXPECT_THAT(plan.disruptions, ElementsAre(HasSubstr("answers nobody while it is restarted")));
  EXPECT_TRUE(waits_for(plan, kProveKey, replication_key("one-m1")));
}

TEST(VersionPlan, AnotherSeriesIsNoted) {
  const Json spec = cluster_spec();
  const Plan up = act("update", spec, running(spec, kOld), R"({"packageVersion": "6:7.2.4-1"})");
  EXPECT_THAT(up.notes, Contains(HasSubstr("Redis 7.0 and 7.2 may keep and replicate data")));
  const Plan down = act("update", spec, running(spec, kOld), R"({"packageVersion": "5:6.2.0-1"})");
  EXPECT_THAT(down.notes, Contains(HasSubstr("may not read the newer one's")));
}

TEST(VersionPlan, MovingNodesAtTheSameTimeIsRefused) {
  const Json spec = cluster_spec();
  Json moved = spec;
  moved["packageVersion"] = kNew;
  for (auto& node : moved["desiredState"]["roles"]["replica"]["nodes"])
    if (node["id"] == "replica-3") node["group"] = node["group"] == 1 ? 2 : 1;
  try {
    plan(spec_from_json(moved), running(spec, kOld), test_catalog(), {nullptr, {}});
    FAIL() << "it was planned";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.what(), HasSubstr("packageVersion of prod changes, and so does the group"));
  }
}

// Steps.

Spec with_version(Json spec, const char* version) {
  spec["packageVersion"] = version;
  return spec_from_json(spec);
}

Json one_group() {
  return parsed(R"({
    "name": "dev", "type": "sentinel", "region": "nyc1", "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"}, "replica": {"count": 2, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
}

/// Machines that install what they are told, with Redis and Sentinel on them that say what the test
/// wants.
class VersionSteps : public testing::Test {
 protected:
  explicit VersionSteps(const Spec& spec = with_version(one_group(), kNew))
      : bench_(spec, machines_) {
    bench_.make_machines("10.0.0.");
    ensure_credentials(bench_.secrets, bench_.spec(), bench_.clock.now());
    for (const Machine& machine : bench_.records.all()) behave(machine);
    leads("10.0.0.1");
  }

  void behave(const Machine& machine) {
    const std::string name = machine.name;
    versions_[name] = kOld;
    auto& answers = machines_.answers[name];
    answers["package"] = [this, name](const Json& operation) { return install(name, operation); };
    answers["installed_packages"] = [this, name](const Json& operation) {
      return succeeded({{"versions", {{operation.at("names")[0], versions_[name]}}}}, false);
    };
    answers["systemd_unit"] = [this, name](const Json& operation) {
      const bool restart = operation.at("state") == "stopped"
                               ? runs_.contains(name)
                               : !runs_.contains(name) || runs_[name] != versions_[name];
      const Json data{{"active_state", runs_.contains(name) ? "active" : "inactive"}};
      if (!machines_.checking) {
        if (operation.at("state") == "stopped")
          runs_.erase(name);
        else
          runs_[name] = versions_[name];
      }
      return succeeded(data, restart);
    };
    runs_[name] = kOld;
  }

  machine::OperationResult install(const std::string& name, const Json& operation) {
    if (!machines_.checking &&
        std::ranges::find(offered_, operation.at("version").get<std::string>()) == offered_.end()) {
      auto refused = failed("the package sources of this machine do not offer it");
      refused.data = {{"reason", "not-offered"}, {"offered", offered_}};
      return refused;
    }
    const bool changed = versions_[name] != operation.at("version");
    if (!machines_.checking && !operation.value("download_only", false))
      versions_[name] = operation.at("version");
    return succeeded(Json::object(), changed);
  }

  /// All follow the one at `address`, and the sentinels name it.
  void leads(const std::string& address) {
    master_ = address;
    for (const Machine& machine : bench_.records.all()) {
      const std::string own = address_of(machine);
      const bool sentinel = machine.role == "sentinel";
      machines_.answers[machine.name]["resp"] = [this, own, sentinel](const Json& operation) {
        Json replies = Json::array();
        for (const auto& command : operation.at("commands"))
          replies.push_back(sentinel ? of_sentinel(command) : of_data(command, own));
        asked_.push_back(operation.at("commands").dump());
        return succeeded({{"replies", replies}}, false);
      };
    }
  }

  Json of_data(const Json& command, const std::string& own) const {
    if (command[0] != "INFO") return "OK";
    if (own == master_ || own == alone_) return "role:master\r\nmaster_repl_offset:5\r\n";
    return "role:slave\r\nmaster_host:" + master_ +
           "\r\nmaster_link_status:" + (own == broken_link_ ? "down" : "up") +
           "\r\nmaster_repl_offset:5\r\n";
  }

  Json of_sentinel(const Json& command) const {
    if (command[0] == "INFO") return "# Server\r\n";
    if (command[1] == "MASTERS")
      return {{"name", "dev-m1", "ip", master_, "flags", flags_, "quorum", "2"}};
    if (command[1] == "GET-MASTER-ADDR-BY-NAME") return {master_, "6379"};
    if (command[1] == "CKQUORUM") return "OK 3 usable Sentinels";
    return Json::array();
  }

  PlannedStep step(const std::string& key) const {
    const Json former = to_json(spec_from_json(bench_.resource.spec));
    Json before = former;
    before["packageVersion"] = kOld;
    Json observed = running(before, kOld);
    return step_of(plan(spec_from_json(bench_.resource.spec), observed, test_catalog(), {}), key);
  }
  StepOutcome run(const std::string& key) { return bench_.run(step(key)); }
  StepOutcome undo(const std::string& key) { return bench_.undo(step(key)); }

  ScriptedMachines machines_;
  Bench bench_;
  std::map<std::string, std::string> versions_;  // by machine: installed
  std::map<std::string, std::string> runs_;      // by machine: started from
  std::vector<std::string> offered_{kOld, kNew};
  std::vector<std::string> asked_;
  std::string master_;
  std::string broken_link_;
  std::string alone_;  // a master of its own
  std::string flags_ = "master";
};

template <class Wanted>
Wanted expect(const StepOutcome& outcome) {
  if (const auto* found = std::get_if<Wanted>(&outcome)) return *found;
  std::string what = "Done";
  if (const auto* wait = std::get_if<Wait>(&outcome)) what = "Wait: " + wait->because;
  if (const auto* retry = std::get_if<Retry>(&outcome)) what = retry->error.what();
  if (const auto* fail = std::get_if<Fail>(&outcome)) what = fail->error.what();
  throw std::runtime_error(what);
}

TEST_F(VersionSteps, AReplicaInstallsAndRestartsInOneBatchAndOnlyOnce) {
  EXPECT_EQ(expect<Done>(run("redis.package/replica-1")).outputs["changed"], true);
  EXPECT_EQ(runs_["dev-replica-1"], kNew);
  const Json package = machines_.seen("dev-replica-1", "package").back();
  EXPECT_EQ(package["names"], (Json{"redis-server", "redis-tools"}));
  EXPECT_EQ(package["start_services"], false) << "Debian's own restart must not come first";
  const Json unit = machines_.seen("dev-replica-1", "systemd_unit").back();
  EXPECT_EQ(unit["restart_after"], Json{"/var/lib/dpkg/info/redis-tools.list"});
  EXPECT_EQ(expect<Done>(run("redis.package/replica-1")).outputs["changed"], false);
}

TEST_F(VersionSteps, AProcessThatStillRunsTheFormerProgramIsRestarted) {
  versions_["dev-replica-1"] = kNew;  // an earlier attempt ended between installing and restarting
  expect<Done>(run("redis.package/replica-1"));
  EXPECT_EQ(runs_["dev-replica-1"], kNew);
}

TEST_F(VersionSteps, NothingIsRestartedWhileTheRestOfTheGroupIsNotWhole) {
  broken_link_ = "10.0.0.3";
  EXPECT_EQ(expect<Wait>(run("redis.package/replica-1")).because,
            "replica-2 is not connected to master-1");
  broken_link_.clear();
  flags_ = "master,s_down";
  EXPECT_EQ(expect<Wait>(run("redis.package/replica-1")).because,
            "sentinel-1 to see a master of dev-m1 again");
  EXPECT_EQ(versions_["dev-replica-1"], kOld);
  EXPECT_EQ(runs_["dev-replica-1"], kOld);
}

TEST_F(VersionSteps, WhatAilsTheNodeItselfDoesNotKeepItFromBeingRestarted) {
  broken_link_ = "10.0.0.2";
  expect<Done>(run("redis.package/replica-1"));
}

TEST_F(VersionSteps, AReplicaThatWasPromotedMeanwhileHandsOverFirst) {
  leads("10.0.0.2");
  EXPECT_EQ(expect<Wait>(run("redis.package/replica-1")).because,
            "master-1 to lead while replica-1 restarts");
  EXPECT_THAT(expect<Wait>(run("redis.package/replica-1")).because, HasSubstr("is preferred"));
  EXPECT_EQ(versions_["dev-replica-1"], kOld);
  leads("10.0.0.1");
  expect<Done>(run("redis.package/replica-1"));
  EXPECT_EQ(runs_["dev-replica-1"], kNew);
}

TEST_F(VersionSteps, ANodeThatComesUpAsAMasterOfItsOwnIsNotTakenForAPromotedOne) {
  const PlannedStep gate = step("redis.synced/replica-1");
  expect<Done>(bench_.run(gate));
  alone_ = "10.0.0.2";
  EXPECT_EQ(expect<Wait>(bench_.run(gate)).because,
            "replica-1 calls itself a master, but the sentinels name master-1");
  leads("10.0.0.2");
  expect<Done>(bench_.run(gate));
}

TEST_F(VersionSteps, ASentinelRestartsOnlyWhileTheOthersHaveTheirQuorum) {
  flags_ = "master,s_down";
  EXPECT_EQ(expect<Wait>(run("redis.package/sentinel-2")).because, "dev-m1 is not calm");
  flags_ = "master";
  expect<Done>(run("redis.package/sentinel-2"));
  EXPECT_EQ(machines_.seen("dev-sentinel-2", "package").back()["names"],
            (Json{"redis-sentinel", "redis-tools"}));
}

TEST_F(VersionSteps, FetchingFindsOutThatNobodyOffersItAndDoesNotTryAgain) {
  expect<Done>(run("redis.fetch/replica-1"));
  EXPECT_EQ(versions_["dev-replica-1"], kOld) << "it is only fetched";
  EXPECT_EQ(machines_.seen("dev-replica-1", "package").back()["download_only"], true);
  offered_ = {kOld};
  const Error error = expect<Fail>(run("redis.fetch/replica-1")).error;
  EXPECT_THAT(error.message(), HasSubstr("dev-replica-1: the package sources"));
  EXPECT_THAT(error.remedy(), HasSubstr("set packageVersion to one that is offered"));
}

TEST_F(VersionSteps, UndoingBringsBackWhatWasThere) {
  expect<Done>(run("redis.package/replica-1"));
  expect<Done>(undo("redis.package/replica-1"));
  EXPECT_EQ(runs_["dev-replica-1"], kOld);
}

TEST_F(VersionSteps, NothingElseIsAskedWhileItsJobIsAtWork) {
  machines_.jobs_take_long = true;
  expect<Wait>(run("redis.package/replica-1"));
  machines_.let_jobs_end();  // its node answers nobody while it restarts
  broken_link_ = "10.0.0.3";
  EXPECT_EQ(expect<Done>(run("redis.package/replica-1")).outputs["changed"], true);
}

TEST_F(VersionSteps, UndoingLetsTheJobEndFirst) {
  machines_.jobs_take_long = true;
  EXPECT_EQ(expect<Wait>(run("redis.package/replica-1")).because, "its packages are being changed");
  EXPECT_EQ(expect<Wait>(undo("redis.package/replica-1")).because,
            "its packages are being changed");
  EXPECT_EQ(versions_["dev-replica-1"], kOld);
  machines_.jobs_take_long = false;
  machines_.let_jobs_end();
  expect<Done>(undo("redis.package/replica-1"));
  EXPECT_EQ(versions_["dev-replica-1"], kOld);
  EXPECT_EQ(runs_["dev-replica-1"], kOld);
}

TEST_F(VersionSteps, UndoingWhatNeverBeganAsksNobody) {
  expect<Done>(undo("redis.package/replica-1"));
  EXPECT_THAT(machines_.operation_names("dev-replica-1"), IsEmpty());
}

TEST_F(VersionSteps, AFormerVersionThatIsOfferedNoMoreIsGivenUpAndSaidSo) {
  expect<Done>(run("redis.package/replica-1"));
  offered_ = {kNew};
  expect<Done>(undo("redis.package/replica-1"));
  EXPECT_EQ(runs_["dev-replica-1"], kNew);
  ASSERT_EQ(bench_.logged.size(), 1u);
  EXPECT_THAT(bench_.logged[0], HasSubstr("replica-1 keeps its version"));
}

TEST_F(VersionSteps, ANodeThatLacksTheDeclaredVersionIsDriftThatAPersonMends) {
  versions_["dev-master-1"] = kNew;
  const Json observed = bench_.observe();
  EXPECT_EQ(observed["nodes"][0]["packageVersion"], kNew);
  std::vector<std::string> drifted;
  for (const auto& item : observed["drift"]) {
    if (item["what"] != "package-version") continue;
    drifted.push_back(item["node"]);
    EXPECT_EQ(item["heals"], "none");
    EXPECT_EQ(item["found"], kOld);
  }
  EXPECT_EQ(drifted.size(), 5u);
  EXPECT_THAT(drifted, testing::Not(Contains("master-1")));
}

class SingleVersionSteps : public VersionSteps {
 protected:
  SingleVersionSteps() : VersionSteps(with_version(single_spec(), kNew)) {}
};

TEST_F(SingleVersionSteps, ASingleNodeSavesWhatItKeepsInMemoryOnly) {
  expect<Done>(run("redis.package/master-1"));
  EXPECT_EQ(runs_["one-master-1"], kNew);
  EXPECT_THAT(asked_, Contains(R"([["SAVE"]])"));
}

TEST_F(SingleVersionSteps, AStopThatWasUndoneBeforeItHappenedLetsWritesGoOn) {
  expect<Done>(undo("redis.package/master-1"));
  EXPECT_THAT(asked_, Contains(R"([["CLIENT","UNPAUSE"]])"));
}

// Installing.

TEST(VersionBatches, ANewMachineGetsTheDeclaredVersion) {
  Spec spec = spec_from_json(cluster_spec());
  spec.tls = true;
  const auto packages = [](const machine::Batch& batch) {
    Json found = Json::array();
    for (const auto& operation : batch.operations)
      if (operation.at("op") == "package") found.push_back(operation);
    return found;
  };
  const Json exact = packages(install_batch(spec, true));
  ASSERT_EQ(exact.size(), 2u);
  EXPECT_EQ(exact[0]["version"], kOld);
  EXPECT_EQ(exact[0]["names"], (Json{"redis-server", "redis-tools"}));
  EXPECT_EQ(exact[1]["names"], Json{"openssl"});
  const Json kept = packages(install_batch(spec, false, /*keep_version=*/true));
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0]["names"], (Json{"redis-sentinel", "openssl"}));
  EXPECT_FALSE(kept[0].contains("version"));
}

}  // namespace
}  // namespace ashlar::redis
