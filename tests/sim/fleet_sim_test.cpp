// Seeded simulation of a fleet's life: the real acceptor, ledger, attempts, store, planner and
// steps against a cloud in memory on a virtual clock. Per seed: a deploy, changes of its size, a
// cancel in the middle of some, and a delete; with lost answers, lists that show what was made
// late, refusals, machines that never boot, and the control plane dying before or after any effect.
// One seed again:
//   ASHLAR_SIM_SEED=N sim_test        ASHLAR_SIM_SEEDS=10000: how many

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <set>

#include "base/log.hpp"
#include "engine/testing/harness.hpp"
#include "engine/testing/stepped_engine.hpp"
#include "kinds/fleet/fleet.hpp"
#include "kinds/fleet/testing/memory_machines.hpp"
#include "tests/sim/holds.hpp"

namespace ashlar::sim {
namespace {

using cloud::testing::Fault;
using cloud::testing::MemoryCloud;
using engine::testing::SteppedEngine;
using namespace std::chrono_literals;

fleet::Request request_of(const Json& spec) {
  fleet::Request request{.resource_name = spec["name"], .region = "nyc1"};
  for (const Json& node : spec["nodes"]) request.nodes.push_back({node, "node", "s-1vcpu-1gb"});
  return request;
}

/// The nodes of `spec` that are, or are not, among the names in `others`.
std::vector<fleet::Node> chosen(const Json& spec, const Json& others, bool among) {
  std::vector<fleet::Node> nodes = request_of(spec).nodes;
  std::erase_if(nodes, [&](const fleet::Node& node) {
    return (std::ranges::find(others, Json(node.name)) != others.end()) != among;
  });
  return nodes;
}

/// Kind "fleet": machines and nothing on them. Spec: {"name", "nodes": [names]}; observed:
/// {"name", "nodes": [names]} of the stored machines.
engine::Kind fleet_kind(const fleet::Tools& tools) {
  engine::Kind kind;
  kind.name = "fleet";
  kind.title = "Fleet";
  kind.parse = [](const Json& input, const Json&, const Catalog&) -> Parsed<engine::AcceptedSpec> {
    return engine::AcceptedSpec{input["name"], input, {}};
  };
  kind.observe = [](engine::ObserveContext& context) {
    Json nodes = Json::array();
    for (const Machine& machine : context.machines.all()) nodes.push_back(machine.node);
    return Json{{"name", context.resource.name}, {"nodes", nodes}};
  };
  kind.plan = [](const engine::PlanInput& input) {
    Plan plan;
    plan.kind = "fleet";
    plan.resource_name = input.spec["name"];
    plan.action = input.observed.is_null() ? "deploy" : "update";
    plan.summary = plan.action + " " + plan.resource_name;
    const Json standing = input.observed.is_null() ? Json::array() : input.observed["nodes"];
    fleet::Request joining = request_of(input.spec);
    joining.nodes = chosen(input.spec, standing, false);
    plan_create(plan, joining, input.catalog);
    std::vector<std::string> ready;
    ready.reserve(joining.nodes.size());
    for (const fleet::Node& node : joining.nodes) ready.push_back(fleet::ready_key(node.name));
    fleet::Request leaving = request_of(input.spec);
    leaving.nodes =
        chosen({{"name", input.spec["name"]}, {"nodes", standing}}, input.spec["nodes"], false);
    plan_retire(plan, leaving, ready);
    return plan;
  };
  kind.plan_delete = [](const Json& spec, const Json&, const Catalog& catalog) {
    Plan plan;
    plan.kind = "fleet";
    plan.resource_name = spec["name"];
    plan.action = "delete";
    plan.summary = "delete " + plan.resource_name;
    plan_destroy(plan, request_of(spec), nullptr, catalog, {});
    return plan;
  };
  kind.steps = fleet::steps(tools);
  kind.catalog = [cloud = &tools.cloud] { return cloud->catalog(); };
  return kind;
}

/// What a run was like: equal for equal seeds.
struct FleetLife {
  int deaths = 0;
  int rounds = 0;
  Time ended{};
  auto operator<=>(const FleetLife&) const = default;
};

/// A cloud, a store, and control planes that come and go.
class FleetWorld {
 public:
  FleetWorld(store::Store& store, std::string organization, unsigned seed)
      : store_(store),
        organization_(std::move(organization)),
        name_(fmt::format("fleet{}", seed)),
        random_(seed),
        cloud_(clock_, {.list_lag = Millis{seed % 3 * 9'000}}),
        machines_(cloud_),
        deaths_left_(pick(4)) {
    kinds_.add(fleet_kind({cloud_, machines_, "ssh-ed25519 AAAA control-plane"}));
    cloud_.on_moment = [this](const std::string&) { maybe_die(); };
    restart();
  }

  void live() {
    apply(1 + pick(4));
    for (int changes = pick(3); changes > 0 && resource(); --changes) apply(1 + pick(5));
    if (resource()) remove();
    expect_nothing_left();
  }

  FleetLife life() const { return {deaths_, rounds_, clock_.now()}; }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  // A dead process does nothing any more: until the restart, every call of the cloud throws.
  void maybe_die() {
    if (dead_) throw Died{};
    if (!working_ || deaths_left_ == 0 || pick(40) != 0) return;
    --deaths_left_;
    ++deaths_;
    dead_ = true;
    throw Died{};
  }
  void restart() {
    engine_.reset();
    dead_ = false;
    ++lives_;
    engine_.emplace(
        store_, kinds_, clock_, fmt::format("{}-{}", name_, lives_),
        SteppedEngine::Choices{[this](auto& attempts) { std::ranges::shuffle(attempts, random_); },
                               [this] { return pick(1000) / 1000.0; }, [this] { return dead_; }});
  }

  void inject_faults() {
    static constexpr const char* kCalls[] = {"create_ssh_key",  "create_vpc",
                                             "create_firewall", "create_machine",
                                             "create_machine",  "find_machines_by_tag",
                                             "find_machine",    "begin_destroy",
                                             "delete_firewall", "delete_vpc"};
    static constexpr Fault kFaults[] = {Fault::kRefusedBusy, Fault::kRateLimited,
                                        Fault::kAnswerLost, Fault::kInvalid};
    for (int faults = pick(4); faults > 0; --faults)
      cloud_.inject(kCalls[pick(std::size(kCalls))], kFaults[pick(std::size(kFaults))]);
    if (pick(8) != 0) return;
    cloud_.inject("create_machine", Fault::kNeverBoots);
    ++never_booting_;
  }

  std::optional<Resource> resource() {
    return store_.find_resource_by_name(organization_, "fleet", name_);
  }
  Operation operation() { return store_.find_operation(organization_, operation_id_).value(); }

  void apply(int size) {
    Json spec{{"name", name_}, {"nodes", Json::array()}};
    for (int i = 1; i <= size; ++i) spec["nodes"].push_back(fmt::format("node-{}", i));
    const auto accepted = engine_->acceptor().apply(organization_, "fleet", {spec}, {});
    if (!accepted[0].operation) return expect_standing(spec);
    operation_id_ = accepted[0].operation->id;
    for (const StepRecord& step : store_.list_steps(operation_id_))
      wanted_ += step.planned.type == "fleet.create_machine" ? 1 : 0;
    const OperationState ended = run_to_its_end(pick(4) == 0 ? 1 + pick(30) : 0);
    if (ended == OperationState::kSucceeded) expect_standing(spec);
    if (const auto stored = resource(); ended == OperationState::kCancelled && stored)
      expect_standing(stored->spec);
    if (!resource()) expect_nothing_left();
  }
  void remove() {
    operation_id_ = engine_->acceptor().remove(organization_, resource()->id, {}).id;
    require(run_to_its_end(0) == OperationState::kSucceeded, "a delete was cancelled");
  }

  /// `cancel_after`: so many rounds; 0: never.
  OperationState run_to_its_end(int cancel_after) {
    inject_faults();
    int retries = 0;
    for (int round = 1; round < 20'000; ++round) {
      const Operation now = operation();
      if (now.state == OperationState::kSucceeded || now.state == OperationState::kCancelled)
        return now.state;
      if (now.state == OperationState::kFailed) {
        require(!now.error.empty(), now.summary + " failed and does not say why");
        require(++retries < 40, now.summary + " fails again and again: " + now.error);
        engine_->retry(operation_id_);
      }
      if (round == cancel_after) try_to_cancel();
      work();
      expect_nothing_twice();
    }
    throw std::logic_error(operation().summary + " does not end: " + operation().error);
  }
  void work() {
    working_ = true;
    const auto result = engine_->round(1 + pick(8));
    working_ = false;
    ++rounds_;
    if (result == SteppedEngine::Round::kDied) {
      clock_.advance(Millis{1 + pick(5'000)});  // no restart takes no time
      restart();
    }
    if (result == SteppedEngine::Round::kIdle) clock_.advance(Millis{100 + pick(1'000)});
  }
  void try_to_cancel() {
    try {
      engine_->cancel(operation_id_);
    } catch (const Error& error) {
      require(error.code() == ErrorCode::kConflict, error.what());  // past the point of no return
    }
  }

  /// A step may make a machine again only after it gave up on the one before (which is then
  /// destroyed): at no moment do two machines of one name live.
  void expect_nothing_twice() {
    std::set<std::string> living;
    for (const auto& stored : cloud_.machines())
      if (!stored.destroyed_at)
        require(living.insert(stored.machine.name).second,
                "two machines are called " + stored.machine.name);
    require(never_booting_ > 0 || cloud_.made() <= wanted_,
            fmt::format("{} machines were made where {} were wanted", cloud_.made(), wanted_));
  }
  void expect_standing(const Json& spec) {
    std::multiset<std::string> wanted;
    std::multiset<std::string> there;
    std::multiset<std::string> recorded;
    for (const Json& node : spec["nodes"]) wanted.insert(name_ + "-" + node.get<std::string>());
    for (const auto& stored : cloud_.machines())
      if (!stored.destroyed_at) there.insert(stored.machine.name + " " + stored.machine.id);
    std::multiset<std::string> names;
    for (const Machine& machine : store_.list_machines(organization_, resource()->id)) {
      names.insert(machine.name);
      recorded.insert(machine.name + " " + machine.provider_id);
    }
    require(names == wanted, "the records are not what the spec wants");
    require(recorded == there, "the provider's machines are not the recorded ones");
  }
  void expect_nothing_left() {
    clock_.advance(10s);
    require(cloud_.machines().empty(), "a machine was left behind");
    require(cloud_.vpcs().empty(), "a VPC was left behind");
    require(cloud_.firewalls().empty(), "a firewall was left behind");
  }

  store::Store& store_;
  const std::string organization_;
  const std::string name_;
  std::mt19937 random_;
  ManualClock clock_;
  MemoryCloud cloud_;
  fleet::testing::MemoryMachines machines_;
  engine::KindRegistry kinds_;
  std::optional<SteppedEngine> engine_;
  std::string operation_id_;
  bool working_ = false;
  bool dead_ = false;
  int deaths_left_;
  int deaths_ = 0;
  int lives_ = 0;
  int rounds_ = 0;
  int never_booting_ = 0;  // machines, over the whole life
  int wanted_ = 0;         // machines that plans were to make
};

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

/// In a store of its own, so that a seed alone is a seed among others. Throws what must hold and
/// does not.
FleetLife live(unsigned seed) {
  const engine::testing::TemporaryDirectory directory;
  const auto store = store::Store::open(directory.path());
  store->ensure_first_organization(ManualClock().now());
  FleetWorld world(*store, store->organizations().front().id, seed);
  world.live();
  return world.life();
}

TEST(FleetSimulation, EverySeedEndsWithNothingTwiceAndNothingLeft) {
  const bool replay = std::getenv("ASHLAR_SIM_SEED") != nullptr;
  const unsigned first = number_from("ASHLAR_SIM_SEED", 1);
  const unsigned seeds = replay ? 1 : number_from("ASHLAR_SIM_SEEDS", 300);
  int deaths = 0;
  const auto began = std::chrono::steady_clock::now();
  for (unsigned seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE(fmt::format("ASHLAR_SIM_SEED={} replays it", seed));
    try {
      deaths += live(seed).deaths;
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("{} seeds, {} deaths of the control plane, {:.0f} seeds a second\n", seeds, deaths,
             seeds / took.count());
  EXPECT_TRUE(replay || deaths > 0) << "nobody died: the simulation proves little";
}

TEST(FleetSimulation, ASeedAlwaysGivesTheSameLife) {
  for (const unsigned seed : {3U, 77U, 240U}) EXPECT_EQ(live(seed), live(seed)) << seed;
}

}  // namespace
}  // namespace ashlar::sim
