#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.hpp"
#include "kinds/fleet/boot_watch.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/fleet/host_identity.hpp"
#include "kinds/fleet/names.hpp"
#include "kinds/fleet/testing/memory_machines.hpp"
#include "kinds/fleet/testing/plan_runner.hpp"

namespace ashlar::fleet {
namespace {

using cloud::testing::Fault;
using cloud::testing::MemoryCloud;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

Resource resource_with_id(const std::string& id) {
  Resource resource;
  resource.id = id;
  resource.kind = "redis";
  resource.name = "prod";
  return resource;
}

/// A control plane and a cloud: what outlives a process stays here, runners come and go.
struct World {
  explicit World(MemoryCloud::Options options = {}) : cloud(clock, options), machines(cloud) {}

  Tools tools() { return {cloud, machines, "ssh-ed25519 AAAA control-plane"}; }

  static Request request(int nodes = 2) {
    Request request{.resource_name = "prod", .region = "nyc1"};
    for (int i = 1; i <= nodes; ++i) {
      request.nodes.push_back({"node-" + std::to_string(i), "master", "s-1vcpu-1gb"});
    }
    return request;
  }
  testing::PlanRunner runner(const Plan& plan, const std::string& operation) {
    return {plan, steps(tools()), clock, secrets, records, operation, resource};
  }
  Plan creation(const Request& wanted) {
    Plan plan;
    plan_create(plan, wanted, cloud.catalog());
    return plan;
  }
  Plan removal(const Request& wanted) {
    Plan plan;
    plan_destroy(plan, wanted, nullptr, cloud.catalog(), {});
    return plan;
  }
  std::string vpc_name() const { return name_at_provider(resource, "prod-vpc"); }
  std::string firewall_name() const { return name_at_provider(resource, "prod-fw"); }
  void listen(testing::PlanRunner& runner, std::function<void(const std::string&)> on_moment) {
    cloud.on_moment = secrets.on_moment = records.on_moment = runner.on_moment = on_moment;
  }

  void expect_complete(int nodes) {
    EXPECT_EQ(cloud.machines().size(), static_cast<size_t>(nodes));
    EXPECT_EQ(records.machines.size(), static_cast<size_t>(nodes));
    for (const auto& stored : cloud.machines()) {
      EXPECT_FALSE(stored.destroyed_at.has_value()) << stored.machine.name;
      const auto record =
          std::ranges::find(records.machines, stored.machine.id,
                            [](const auto& entry) { return entry.second.provider_id; });
      ASSERT_NE(record, records.machines.end()) << stored.machine.name << " has no record";
      EXPECT_EQ(record->second.public_address, stored.machine.public_address);
      EXPECT_EQ(record->second.private_address, stored.machine.private_address);
      EXPECT_THAT(stored.user_data, HasSubstr(record->second.host_key));
      EXPECT_THAT(stored.machine.tags, Contains(tag_of(resource)));
    }
    EXPECT_THAT(cloud.firewalls(), ElementsAre(firewall_name()));
    EXPECT_THAT(cloud.vpcs(), ElementsAre(vpc_name()));
  }
  void expect_nothing_left() {
    EXPECT_THAT(cloud.machines(), IsEmpty());
    EXPECT_THAT(cloud.firewalls(), IsEmpty());
    EXPECT_THAT(cloud.vpcs(), IsEmpty());
    EXPECT_THAT(records.machines, IsEmpty());
  }

  Resource resource = resource_with_id("res_01m7yw9v532zpp3r3a4fe7dn5s");
  ManualClock clock;
  MemoryCloud cloud;
  testing::MemoryMachines machines;
  testing::MemorySecrets secrets;
  testing::MemoryRecords records;
};

TEST(FleetSteps, MakeReachAndDestroyMachines) {
  World world;
  auto deploy = world.runner(world.creation(World::request()), "op1");
  ASSERT_TRUE(deploy.run());
  world.expect_complete(2);
  EXPECT_EQ(world.cloud.made(), 2);
  const auto record = world.records.machines.at("node-1");
  EXPECT_EQ(record.name, "prod-node-1");
  EXPECT_EQ(record.provider, "memory");
  EXPECT_EQ(deploy.step("machine-ready/node-1").outputs["facts"]["hostname"], "prod-node-1");
  const auto stored = world.cloud.machines().front();
  EXPECT_THAT(stored.machine.tags, Contains("ashlar-step-op1_3"));
  EXPECT_THAT(stored.ssh_key_ids, ElementsAre("1"));
  EXPECT_EQ(stored.machine.vpc_id, "vpc-" + world.vpc_name());
  const auto firewall = *world.cloud.firewall(world.firewall_name());
  EXPECT_EQ(firewall.outbound.size(), 3u);  // without outbound rules nothing may leave

  auto remove = world.runner(world.removal(World::request()), "op2");
  ASSERT_TRUE(remove.run());
  world.expect_nothing_left();
  EXPECT_THAT(world.secrets.values, IsEmpty());
  EXPECT_THAT(world.machines.disconnected(), Contains(record.public_address));
}

TEST(FleetSteps, GiveEachMachineAHostKeyOfItsOwn) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request()), "op1").run());
  EXPECT_NE(world.records.machines.at("node-1").host_key,
            world.records.machines.at("node-2").host_key);
  EXPECT_EQ(world.secrets.values.size(), 2u);
}

TEST(FleetSteps, WriteHostKeysAsCloudConfig) {
  testing::MemorySecrets secrets;
  const auto key = ensure_host_key(secrets, "n");
  EXPECT_EQ(ensure_host_key(secrets, "n").public_key, key.public_key);
  const auto config = cloud_config(key).reveal();
  const auto parsed = parse_yaml(config).value().front().value;
  EXPECT_EQ(parsed["ssh_keys"]["ed25519_private"], key.private_key.reveal());
  EXPECT_THAT(key.public_key, HasSubstr(parsed["ssh_keys"]["ed25519_public"].get<std::string>()));
  EXPECT_THAT(config, ::testing::StartsWith("#cloud-config\n"));
}

TEST(FleetSteps, SayWhichMachineIsWaitedForAndWhy) {
  World world;
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  ASSERT_TRUE(deploy.run());
  EXPECT_THAT(deploy.history,
              Contains("waiting for the provider to start prod-node-1 (memory 101): it is new"));
}

TEST(FleetSteps, SurviveFaultsOfTheProvider) {
  World world;
  for (const auto* call :
       {"find_ssh_key", "create_ssh_key", "find_vpc_by_name", "create_vpc", "find_firewall",
        "create_firewall", "create_machine", "find_machines_by_tag", "create_machine"}) {
    for (const auto fault : {Fault::kRefusedBusy, Fault::kRateLimited, Fault::kAnswerLost}) {
      world.cloud.inject(call, fault);
    }
  }
  auto deploy = world.runner(world.creation(World::request(3)), "op1");
  ASSERT_TRUE(deploy.run());
  world.expect_complete(3);
  EXPECT_EQ(world.cloud.made(), 3);

  for (const auto* call : {"begin_destroy", "delete_vpc", "delete_firewall"}) {
    for (const auto fault : {Fault::kRefusedBusy, Fault::kRateLimited, Fault::kAnswerLost}) {
      world.cloud.inject(call, fault);
    }
  }
  ASSERT_TRUE(world.runner(world.removal(World::request(3)), "op2").run());
  world.expect_nothing_left();
  EXPECT_EQ(world.cloud.faults_left(), 0u);
}

TEST(FleetSteps, MakeNothingTwiceWhenAnswersAreLostAndListsAreLate) {
  World world({.list_lag = 10s});
  for (const auto* call : {"create_ssh_key", "create_vpc", "create_firewall", "create_machine"})
    world.cloud.inject(call, Fault::kAnswerLost);
  auto deploy = world.runner(world.creation(World::request(2)), "op1");
  ASSERT_TRUE(deploy.run());
  EXPECT_EQ(world.cloud.faults_left(), 0u);
  EXPECT_EQ(world.cloud.made(), 2);
  EXPECT_EQ(world.cloud.list_ssh_keys().size(), 1u);
  world.expect_complete(2);
  EXPECT_THAT(deploy.history,
              Contains(AllOf(HasSubstr("never answered the request for the machine prod-node-1"),
                             HasSubstr("until 2025-06-15T"))));
}

TEST(FleetSteps, MakeNothingTwiceWhenTheProcessDiesOverALostAnswerAndListsAreLate) {
  // Every process dies right after each of its creates, and what it made shows ten seconds later.
  World world({.list_lag = 10s});
  auto deploy = world.runner(world.creation(World::request(3)), "op1");
  world.listen(deploy, [](const std::string& moment) {
    if (moment.starts_with("after create_")) throw testing::Killed{};
  });
  ASSERT_TRUE(deploy.run());
  EXPECT_EQ(world.cloud.made(), 3);
  world.expect_complete(3);
}

TEST(FleetSteps, AskAgainOnlyWhenTheProviderHadItsTime) {
  // Lost for good: the process dies before the request leaves it.
  World world;
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  bool died = false;
  std::optional<Time> sent;
  world.listen(deploy, [&](const std::string& moment) {
    if (moment != "before create_machine") return;
    if (died) return void(sent = world.clock.now());
    died = true;
    throw testing::Killed{};
  });
  const Time began = world.clock.now();
  ASSERT_TRUE(deploy.run());
  ASSERT_TRUE(sent);
  EXPECT_GE(*sent - began, world.tools().shows_within);
  EXPECT_LE(*sent - began, world.tools().shows_within + 5s);
  world.expect_complete(1);
}

TEST(FleetSteps, AskAgainAtOnceAfterARefusal) {
  World world;
  world.cloud.inject("create_machine", Fault::kRefusedBusy);
  world.cloud.inject("create_machine", Fault::kRateLimited);
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  const Time began = world.clock.now();
  ASSERT_TRUE(deploy.run());
  EXPECT_LE(world.clock.now() - began, 20s);
  EXPECT_EQ(world.cloud.made(), 1);
}

TEST(FleetSteps, DestroyASecondMachineThatShowsLaterThanAnybodyWaits) {
  World world({.boot = 20s, .lost_lag = 65s});
  world.cloud.inject("create_machine", Fault::kAnswerLost);
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  ASSERT_TRUE(deploy.run());
  EXPECT_EQ(world.cloud.made(), 2);
  world.clock.advance(10s);
  world.expect_complete(1);
}

TEST(FleetSteps, FailNamingTheMachineThatNeverBootsAndReplaceItOnRetry) {
  World world;
  world.cloud.inject("create_machine", Fault::kNeverBoots);
  auto deploy = world.runner(world.creation(World::request(2)), "op1");
  EXPECT_FALSE(deploy.run());
  const auto& failed = deploy.step("machine-ready/node-1");
  EXPECT_EQ(failed.state, StepState::kFailed);
  EXPECT_THAT(failed.because, AllOf(HasSubstr("prod-node-1 (memory 101) did not come up"),
                                    HasSubstr("it is new"), HasSubstr("retry")));
  EXPECT_EQ(deploy.step("machine-ready/node-2").state, StepState::kDone);

  ASSERT_TRUE(deploy.run());
  world.clock.advance(10s);
  world.expect_complete(2);
  EXPECT_EQ(world.cloud.made(), 3);
  EXPECT_EQ(world.records.machines.at("node-1").provider_id, "103");
}

TEST(FleetSteps, FailAtOnceWithTheProvidersReasonWhenItGivesAMachineUp) {
  World world;
  world.cloud.inject("create_machine", Fault::kBootFails);
  const Time began = world.clock.now();
  auto deploy = world.runner(world.creation(World::request(2)), "op1");
  EXPECT_FALSE(deploy.run());
  const auto& failed = deploy.step("machine-ready/node-1");
  EXPECT_EQ(failed.state, StepState::kFailed);
  EXPECT_THAT(failed.because, AllOf(HasSubstr("prod-node-1 (memory 101) did not start"),
                                    HasSubstr("no room on the host of prod-node-1"),
                                    HasSubstr("retry the operation")));
  EXPECT_EQ(deploy.step("machine-ready/node-2").state, StepState::kDone);
  EXPECT_LT(world.clock.now() - began, 15s) << "it boots for 5 s; the limit is 120 s";

  ASSERT_TRUE(deploy.run());
  world.clock.advance(10s);
  world.expect_complete(2);
  EXPECT_EQ(world.cloud.made(), 3);
}

TEST(FleetSteps, FailWithinSecondsForAMachineThatIsOffWithoutAReason) {
  World world;
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  world.cloud.on_machine = [&](const MemoryCloud::Stored& stored, const std::string& what) {
    if (what == "made") world.cloud.switch_off_silently(stored.machine.id);
  };
  const Time began = world.clock.now();
  EXPECT_FALSE(deploy.run());
  EXPECT_THAT(deploy.step("machine-ready/node-1").because,
              HasSubstr("did not start: it is off, and the provider does not tell why"));
  EXPECT_LT(world.clock.now() - began, 20s);
}

TEST(BootWatch, AsksNowAndThenAboutAMachineThatIsStillNew) {
  ManualClock clock;
  MemoryCloud cloud(clock, {.boot = 1h});
  const auto machine =
      cloud.create_machine({.name = "m", .region = "nyc1", .size = "s-1vcpu-1gb"}).value();
  int asked = 0;
  cloud.on_moment = [&](const std::string& moment) { asked += moment == "before failure_of"; };
  BootWatch watch;
  const Time since = clock.now();
  for (int second = 0; second < 60; ++second) {
    EXPECT_EQ(watch.verdict(cloud, machine, since, clock.now()), std::nullopt);
    watch = BootWatch::from(watch.to_json());
    clock.advance(1s);
  }
  EXPECT_EQ(asked, 5) << "requests are scarce";
}

TEST(BootWatch, GivesAMachineThatIsOffAMoment) {
  ManualClock clock;
  MemoryCloud cloud(clock);
  const cloud::CloudMachine off{.id = "1", .state = cloud::MachineState::kOff};
  auto locked = off;
  locked.locked = true;
  auto up = off;
  up.state = cloud::MachineState::kActive;
  BootWatch watch;
  const Time since = clock.now();
  const auto verdict = [&](const cloud::CloudMachine& machine) {
    return watch.verdict(cloud, machine, since, clock.now());
  };
  EXPECT_FALSE(verdict(off));
  clock.advance(4s);
  EXPECT_FALSE(verdict(off));
  EXPECT_FALSE(verdict(up));
  clock.advance(4s);
  EXPECT_FALSE(verdict(off)) << "it was on meanwhile";
  clock.advance(6s);
  EXPECT_FALSE(verdict(locked)) << "something is being done to it";
  EXPECT_TRUE(verdict(off));
}

TEST(FleetSteps, ReplaceAMachineWhoseSshNeverAnswers) {
  World world;
  world.machines.silence("101");
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  EXPECT_FALSE(deploy.run());
  EXPECT_THAT(deploy.step("machine-ready/node-1").because,
              AllOf(HasSubstr("answer SSH at 203.0.113.101"), HasSubstr("refused")));
  ASSERT_TRUE(deploy.run());
  world.clock.advance(10s);
  world.expect_complete(1);
}

TEST(FleetSteps, NeverTrustAnotherHostKey) {
  World world;
  world.machines.impersonate("101");
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  EXPECT_FALSE(deploy.run());
  EXPECT_THAT(deploy.step("machine-ready/node-1").because, HasSubstr("another host key"));
  EXPECT_THAT(deploy.step("machine-ready/node-1").because, HasSubstr("prod-node-1"));
}

TEST(FleetSteps, MakeAnewWhatSomeoneDestroysWhileItBoots) {
  World world;
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  bool vanished = false;
  world.listen(deploy, [&](const std::string& moment) {
    if (vanished || moment != "before find_machines_by_tag") return;
    if (world.records.machines.contains("node-1")) {
      vanished = true;
      world.cloud.vanish("101");
    }
  });
  ASSERT_TRUE(deploy.run());
  world.expect_complete(1);
  EXPECT_THAT(deploy.history, Contains(HasSubstr("was destroyed by someone else")));
}

TEST(FleetSteps, FailWhenSomeoneKeepsDestroyingTheMachine) {
  World world;
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  world.listen(deploy, [&](const std::string& moment) {
    if (moment == "before find_machines_by_tag" && world.records.machines.contains("node-1")) {
      world.cloud.vanish(world.records.machines.at("node-1").provider_id);
    }
  });
  EXPECT_FALSE(deploy.run());
  EXPECT_EQ(world.cloud.made(), 3);  // and not for ever
  EXPECT_THAT(deploy.step("machine-ready/node-1").because,
              HasSubstr("was destroyed by someone else"));
}

TEST(FleetSteps, ReplaceAMachineThatTheProviderStillHas) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request(2)), "op1").run());
  auto broken = World::request(2);
  std::erase_if(broken.nodes, [](const Node& node) { return node.name == "node-2"; });
  ASSERT_TRUE(world.runner(world.creation(broken), "op2").run());
  world.clock.advance(10s);
  world.expect_complete(2);
  EXPECT_EQ(world.cloud.made(), 3);
}

TEST(FleetSteps, FailAtOnceWhenTheProviderRefuses) {
  World world;
  world.cloud.inject("create_machine", Fault::kInvalid);
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  EXPECT_FALSE(deploy.run());
  EXPECT_THAT(deploy.step("create-machine/node-1").because, HasSubstr("422"));
}

TEST(FleetSteps, UseAGivenVpcAndLeaveItAlone) {
  World world;
  auto given = World::request(1);
  given.vpc_id = world.cloud.create_vpc({.name = "shared", .region = "nyc1"})->id;
  ASSERT_TRUE(world.runner(world.creation(given), "op1").run());
  EXPECT_EQ(world.cloud.machines().front().machine.vpc_id, given.vpc_id);
  ASSERT_TRUE(world.runner(world.removal(given), "op2").run());
  EXPECT_THAT(world.cloud.vpcs(), ElementsAre("shared"));
  given.vpc_id = "vpc-none";
  auto deploy = world.runner(world.creation(given), "op3");
  EXPECT_FALSE(deploy.run());
  EXPECT_THAT(deploy.step("vpc").because, HasSubstr("vpc-none does not exist"));
}

TEST(FleetSteps, UndoWhatWasMade) {
  World world;
  world.cloud.inject("create_machine", Fault::kNeverBoots);
  auto deploy = world.runner(world.creation(World::request(3)), "op1");
  EXPECT_FALSE(deploy.run());
  ASSERT_TRUE(deploy.undo());
  world.expect_nothing_left();
}

TEST(FleetSteps, UndoAMachineWhoseCreationWasCutOff) {
  // The process dies when the machine exists and nothing says so, and the list does not show it
  // yet.
  World world({.list_lag = 3s});
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  deploy.stop_when_killed = true;
  world.listen(deploy, [](const std::string& moment) {
    if (moment == "after create_machine") throw testing::Killed{};
  });
  EXPECT_FALSE(deploy.run());
  EXPECT_EQ(world.cloud.machines().size(), 1u);
  EXPECT_THAT(world.records.machines, IsEmpty());
  world.listen(deploy, nullptr);
  ASSERT_TRUE(deploy.undo());
  world.expect_nothing_left();
}

TEST(FleetSteps, UndoAndDestroyWhatTheProviderDoesNotShowYet) {
  for (const bool undo : {true, false}) {
    World world({.list_lag = 10s});
    auto deploy = world.runner(world.creation(World::request(1)), "op1");
    deploy.stop_when_killed = true;
    world.listen(deploy, [](const std::string& moment) {
      if (moment == "after record") throw testing::Killed{};
    });
    EXPECT_FALSE(deploy.run());
    EXPECT_EQ(world.records.machines.size(), 1u);
    world.listen(deploy, nullptr);
    if (undo)
      ASSERT_TRUE(deploy.undo());
    else
      ASSERT_TRUE(world.runner(world.removal(World::request(1)), "op2").run());
    world.clock.advance(20s);
    world.expect_nothing_left();
  }
}

TEST(FleetSteps, UndoNetworksThatWereNeverAnswered) {
  World world({.list_lag = 10s});
  world.cloud.inject("create_vpc", Fault::kAnswerLost);
  world.cloud.inject("create_firewall", Fault::kAnswerLost);
  auto deploy = world.runner(world.creation(World::request(1)), "op1");
  deploy.stop_when_killed = true;
  world.listen(deploy, [&](const std::string& moment) {
    if (moment == "after create_firewall") throw testing::Killed{};
  });
  EXPECT_FALSE(deploy.run());
  world.listen(deploy, nullptr);
  ASSERT_TRUE(deploy.undo());
  world.clock.advance(20s);
  world.expect_nothing_left();
}

TEST(FleetSteps, UndoOfARepairKeepsTheRestOfTheResource) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request(2)), "op1").run());
  auto more = World::request(3);
  more.nodes.erase(more.nodes.begin(), more.nodes.begin() + 2);
  auto repair = world.runner(world.creation(more), "op2");
  ASSERT_TRUE(repair.run());
  ASSERT_TRUE(repair.undo());
  world.clock.advance(10s);
  world.expect_complete(2);
}

TEST(FleetSteps, LeaveNothingBehindThatCarriesTheTag) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request(1)), "op1").run());
  world.cloud.plant("stray", {tag_of(world.resource)});
  world.cloud.plant("prod-node-1", {tag_of(world.resource)});
  const auto foreign = world.cloud.plant("foreign", {"other"});
  ASSERT_TRUE(world.runner(world.removal(World::request(1)), "op2").run());
  ASSERT_EQ(world.cloud.machines().size(), 1u);
  EXPECT_EQ(world.cloud.machines().front().machine.id, foreign);
}

TEST(FleetSteps, DoNotTouchAnotherResourceOfTheSameName) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request()), "op1").run());
  // Of another organization, or of another control plane with the same account.
  testing::MemorySecrets secrets;
  testing::MemoryRecords records;
  const auto other = [&](const Plan& plan, const std::string& operation) {
    return testing::PlanRunner(plan, steps(world.tools()), world.clock, secrets, records, operation,
                               resource_with_id("res_01m7yw9v532zpp3r3a4fe7dn5t"));
  };
  ASSERT_TRUE(other(world.creation(World::request()), "op2").run());
  EXPECT_EQ(world.cloud.machines().size(), 4u);
  EXPECT_EQ(world.cloud.vpcs().size(), 2u);
  ASSERT_TRUE(other(world.removal(World::request()), "op3").run());
  EXPECT_THAT(records.machines, IsEmpty());
  world.expect_complete(2);
}

/// Kills the process at the n-th moment at which something outside changes, then goes on.
struct KillAt {
  int moment;
  int seen = 0;
  std::string where;
  void operator()(const std::string& name) {
    if (++seen != moment) return;
    where = name;
    throw testing::Killed{};
  }
};

TEST(FleetSteps, EndTheSameWhereverTheProcessIsKilled) {
  int moments = 0;
  for (int kill = 1; kill == 1 || kill <= moments; ++kill) {
    World world;
    auto killer = std::make_shared<KillAt>(kill);
    const auto at_moment = [killer](const std::string& name) { (*killer)(name); };

    auto deploy = world.runner(world.creation(World::request(2)), "op1");
    world.listen(deploy, at_moment);
    ASSERT_TRUE(deploy.run()) << "killed " << killer->where << ", moment " << kill;
    world.listen(deploy, nullptr);
    world.expect_complete(2);
    EXPECT_EQ(world.cloud.made(), 2) << "killed " << killer->where << ", moment " << kill;

    const auto plan = world.removal(World::request(2));
    auto remove = world.runner(plan, "op2");
    world.listen(remove, at_moment);
    ASSERT_TRUE(remove.run()) << "killed " << killer->where << ", moment " << kill;
    world.listen(remove, nullptr);
    world.expect_nothing_left();
    EXPECT_THAT(world.secrets.values, IsEmpty());
    if (kill == 1) moments = killer->seen;
    if (::testing::Test::HasFailure()) FAIL() << "killed " << killer->where << ", moment " << kill;
  }
  EXPECT_GT(moments, 60);
}

Plan resize_of(const Request& request, const std::string& size) {
  Request wanted = request;
  std::map<std::string, std::string> present;
  for (auto& node : wanted.nodes) {
    present[node.name] = node.size;
    node.size = size;
  }
  Plan plan;
  plan_resize(plan, wanted, present, {});
  return plan;
}

TEST(FleetSteps, ResizeWhatIsThereAndGiveTheFormerSizeBackWhereverTheProcessIsKilled) {
  for (int kill = 1;; ++kill) {
    World world;
    ASSERT_TRUE(world.runner(world.creation(World::request(1)), "op1").run());
    const auto before = world.cloud.machines().front().machine;
    KillAt killer{kill};
    auto resize = world.runner(resize_of(World::request(1), "s-2vcpu-4gb"), "op2");
    world.listen(resize, [&](const std::string& name) { killer(name); });
    ASSERT_TRUE(resize.run()) << "killed " << killer.where;
    const auto after = world.cloud.machines().front().machine;
    EXPECT_EQ(after.size, "s-2vcpu-4gb");
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(after.private_address, before.private_address);
    EXPECT_EQ(after.disk_bytes, before.disk_bytes) << "there would be no way back";
    EXPECT_EQ(after.state, cloud::MachineState::kActive);
    EXPECT_EQ(world.records.machines.at("node-1").size, "s-2vcpu-4gb");
    ASSERT_TRUE(resize.undo());
    EXPECT_EQ(world.cloud.machines().front().machine.size, before.size);
    EXPECT_EQ(world.records.machines.at("node-1").size, before.size);
    if (killer.seen < kill) break;
  }
}

TEST(FleetSteps, SayWhatToDoWhenTheProviderRefusesASize) {
  World world;
  Request large = World::request(1);
  large.nodes[0].size = "s-2vcpu-4gb";
  ASSERT_TRUE(world.runner(world.creation(large), "op1").run());
  auto resize = world.runner(resize_of(large, "s-1vcpu-1gb"), "op2");
  EXPECT_FALSE(resize.run());
  EXPECT_THAT(resize.step("resize/node-1").because,
              AllOf(HasSubstr("smaller disk"), HasSubstr("strategy replace")));
}

TEST(FleetSteps, UndoAResizeOfAMachineThatIsGone) {
  World world;
  ASSERT_TRUE(world.runner(world.creation(World::request(1)), "op1").run());
  auto resize = world.runner(resize_of(World::request(1), "s-2vcpu-4gb"), "op2");
  ASSERT_TRUE(resize.run());
  world.cloud.vanish(world.cloud.machines().front().machine.id);
  EXPECT_TRUE(resize.undo());
}

int count_moments() {
  World world;
  int moments = 0;
  auto deploy = world.runner(world.creation(World::request(2)), "op1");
  world.listen(deploy, [&](const std::string&) { ++moments; });
  EXPECT_TRUE(deploy.run());
  return moments;
}

TEST(FleetSteps, UndoTheSameWhereverTheProcessIsKilled) {
  // The process dies at the n-th moment of a deploy; what it made is then undone by another
  // process, which dies once, too.
  const int moments = count_moments();
  for (int kill = 1; kill <= moments; ++kill) {
    World world;
    KillAt killer{kill};
    auto deploy = world.runner(world.creation(World::request(2)), "op1");
    deploy.stop_when_killed = true;
    world.listen(deploy, [&](const std::string& name) { killer(name); });
    deploy.run();
    KillAt again{kill % 20 + 1};
    world.listen(deploy, [&](const std::string& name) { again(name); });
    deploy.stop_when_killed = false;
    ASSERT_TRUE(deploy.undo()) << "killed " << killer.where << ", moment " << kill;
    world.listen(deploy, nullptr);
    world.expect_nothing_left();
    if (::testing::Test::HasFailure()) FAIL() << "killed " << killer.where << ", moment " << kill;
  }
}

}  // namespace
}  // namespace ashlar::fleet
