// Crash sweeps: a child process runs an operation and kills itself (SIGKILL) after its N-th stored
// transition, or after its N-th effect on the world, before that is stored; then a new engine
// resumes. For every N the end must be the same as without a crash.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/log.hpp"
#include "engine/testing/harness.hpp"
#include "engine/testing/world.hpp"

namespace ashlar::engine {
namespace {

using testing::Harness;
using testing::TemporaryDirectory;
using testing::World;

const Json kSpec{{"name", "w"}, {"nodes", {"a", "b"}}};
const Json kEndless{{"name", "w"}, {"nodes", {"a", "b"}}, {"never", true}};
const Json kUpdated{{"name", "w"}, {"nodes", {"a", "b"}}, {"version", 2}};

/// Where the child dies.
struct Kill {
  long long after_transition = 0;  // 0: not there
  int after_effect = 0;
};

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/// One process's view: store, world and a running engine over the same directory.
class Process {
 public:
  Process(const std::filesystem::path& directory, const Kill& kill_at)
      : world_(directory / "world"), store_(store::Store::open(directory / "data")) {
    if (kill_at.after_effect > 0)
      world_.after_effect = [kill_at](int number) {
        if (number >= kill_at.after_effect) die();
      };
    EngineOptions options;
    options.workers = 3;
    if (kill_at.after_transition > 0)
      options.after_transition = [kill_at](long long number) {
        if (number >= kill_at.after_transition) die();
      };
    kinds_.add(testing::world_kind(world_));
    engine_ = std::make_unique<Engine>(*store_, kinds_, clock_, options);
    organization_ = read_file(directory / "organization");
    engine_->start();
  }

  World& world() { return world_; }
  store::Store& store() { return *store_; }
  Engine& engine() { return *engine_; }
  const std::string& organization() const { return organization_; }

  std::optional<Resource> resource() {
    const auto page = store_->list_operations(organization_, "", {"", 100});
    if (page.items.empty()) return std::nullopt;
    return store_->find_resource(organization_, page.items.front().resource_id);
  }
  /// The latest operation with this action.
  std::optional<Operation> operation(const std::string& action) {
    for (const Operation& operation : store_->list_operations(organization_, "", {"", 100}).items)
      if (operation.action == action) return operation;
    return std::nullopt;
  }
  Operation finish(const std::string& id) {
    const auto over = [&] { return is_final(store_->find_operation(organization_, id)->state); };
    EXPECT_TRUE(Harness::eventually(over)) << "the operation did not end";
    return *store_->find_operation(organization_, id);
  }
  bool holds(const std::string& id) {
    return Harness::eventually([&] {
      for (const StepRecord& step : store_->list_steps(id))
        if (step.planned.key == "prove") return step.because == "held";
      return false;
    });
  }

 private:
  SystemClock clock_;
  World world_;
  KindRegistry kinds_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Engine> engine_;
  std::string organization_;
};

// What a person asks for, and asks for again when the answer was lost in a crash: each does only
// what is still to be done.

void deploy(Process& process) {
  auto operation = process.operation("deploy");
  if (!operation)
    operation = process.engine()
                    .apply(process.organization(), "world", {kSpec}, {{}, "deploy-1"})
                    .at(0)
                    .operation;
  process.finish(operation->id);
}

void remove(Process& process) {
  auto operation = process.operation("delete");
  if (!operation)
    operation = process.engine().remove(process.organization(), process.resource()->id, {});
  process.finish(operation->id);
}

Operation begin_update(Process& process, const Json& spec) {
  if (auto operation = process.operation("update")) return *operation;
  return *process.engine()
              .apply(process.organization(), "world", {spec}, {{}, "update-1"})
              .at(0)
              .operation;
}

/// Tries to cancel when it is too late.
void update(Process& process) {
  const std::string id = begin_update(process, kUpdated).id;
  const auto cannot_go_back = [&] {
    return std::ranges::any_of(process.store().list_steps(id), [](const StepRecord& step) {
      return step.planned.type == "world.retire" && step.started_at;
    });
  };
  ASSERT_TRUE(Harness::eventually(cannot_go_back));
  EXPECT_THROW(process.engine().cancel(process.organization(), id), Error);
  process.finish(id);
}

void update_and_cancel(Process& process) {
  const Operation operation = begin_update(process, kEndless);
  if (operation.state == OperationState::kPending || operation.state == OperationState::kRunning) {
    ASSERT_TRUE(process.holds(operation.id));
    process.engine().cancel(process.organization(), operation.id);
  }
  process.finish(operation.id);
}

void deploy_and_cancel(Process& process) {
  auto operation = process.operation("deploy");
  if (!operation)
    operation =
        process.engine().apply(process.organization(), "world", {kEndless}, {}).at(0).operation;
  if (operation->state == OperationState::kPending ||
      operation->state == OperationState::kRunning) {
    ASSERT_TRUE(process.holds(operation->id));
    process.engine().cancel(process.organization(), operation->id);
  }
  process.finish(operation->id);
}

// What must be true in the end, whatever happened in between.

void expect_deployed(Process& process) {
  const auto operation = process.operation("deploy");
  ASSERT_TRUE(operation);
  EXPECT_EQ(operation->state, OperationState::kSucceeded) << operation->error;
  EXPECT_EQ(operation->steps_done, 5);
  const auto resource = process.resource();
  EXPECT_EQ(resource->state, ResourceState::kActive);
  EXPECT_EQ(resource->status, Json({{"objects", 2}, {"machines", 2}}));
  std::multiset<std::string> names;
  for (const World::Object& object : process.world().objects()) {
    names.insert(object.name);
    EXPECT_FALSE(object.password.empty());
  }
  EXPECT_EQ(names, (std::multiset<std::string>{"a", "b"}));
  EXPECT_TRUE(process.world().destroyed().empty());
  EXPECT_EQ(process.store().list_machines(process.organization(), resource->id).size(), 2U);
}

void expect_nothing_left(Process& process) {
  const auto resource = process.resource();
  ASSERT_TRUE(resource);
  EXPECT_EQ(resource->state, ResourceState::kDeleted);
  EXPECT_TRUE(process.world().objects().empty());
  EXPECT_EQ(process.world().destroyed().size(), 2U) << "each was made once";
  EXPECT_TRUE(process.store().list_machines(process.organization(), resource->id).empty());
  EXPECT_FALSE(process.store().find_secret(process.organization(), resource->id, "password"));
}

void expect_removed(Process& process) {
  EXPECT_EQ(process.operation("delete")->state, OperationState::kSucceeded);
  expect_nothing_left(process);
}

void expect_cancelled(Process& process) {
  EXPECT_EQ(process.operation("deploy")->state, OperationState::kCancelled);
  expect_nothing_left(process);
}

/// Two of the four objects that there ever were are left, and each node plays one of them.
void expect_world_of(Process& process, const std::multiset<std::string>& names) {
  std::multiset<std::string> found;
  std::set<std::string> ids, recorded;
  for (const World::Object& object : process.world().objects()) {
    found.insert(object.name);
    ids.insert(object.id);
  }
  EXPECT_EQ(found, names);
  EXPECT_EQ(process.world().destroyed().size(), 2U);
  std::set<std::string> nodes;
  for (const Machine& machine :
       process.store().list_machines(process.organization(), process.resource()->id)) {
    nodes.insert(machine.node);
    recorded.insert(machine.provider_id);
  }
  EXPECT_EQ(nodes, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(recorded, ids);
}

void expect_updated(Process& process) {
  EXPECT_EQ(process.operation("update")->state, OperationState::kSucceeded);
  EXPECT_EQ(process.resource()->state, ResourceState::kActive);
  EXPECT_EQ(process.resource()->spec, kUpdated);
  EXPECT_EQ(process.resource()->generation, 2);
  expect_world_of(process, {"a~2", "b~2"});
}

void expect_as_before(Process& process) {
  EXPECT_EQ(process.operation("update")->state, OperationState::kCancelled);
  EXPECT_EQ(process.resource()->state, ResourceState::kActive);
  EXPECT_EQ(process.resource()->spec, kSpec);
  EXPECT_EQ(process.resource()->generation, 3) << "restored once";
  expect_world_of(process, {"a", "b"});
}

void prepare(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const auto store = store::Store::open(directory / "data");
  const auto token = store->ensure_first_organization(SystemClock().now());
  write_file_atomically(directory / "organization",
                        store->authenticate(*token).value().organization_id);
}

/// True when the child was killed, false when it came to its end before that.
bool child_dies(const std::filesystem::path& directory, const Kill& kill_at,
                void (*act)(Process&)) {
  const pid_t child = fork();
  if (child == 0) {
    {
      Process process(directory, kill_at);
      act(process);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) {
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
  }
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  return true;
}

/// Kills at 1, 2, 3, ... until the child outlives its work, with `again` also the process that
/// resumes. Returns how many first crashes there were.
int sweep(const std::filesystem::path& beginning, const std::function<Kill(int)>& kill_at,
          void (*act)(Process&), void (*expect)(Process&), const Kill& again = {}) {
  TemporaryDirectory scratch;
  for (int number = 1; number < 500; ++number) {
    SCOPED_TRACE(fmt::format("killed at {}", number));
    const std::filesystem::path directory = scratch.path() / std::to_string(number);
    std::filesystem::copy(beginning, directory, std::filesystem::copy_options::recursive);
    const bool died = child_dies(directory, kill_at(number), act);
    if (again.after_transition > 0) child_dies(directory, again, act);
    {
      Process resumed(directory, {});
      act(resumed);
      expect(resumed);
      if (::testing::Test::HasFailure()) {
        for (const char* action : {"deploy", "update", "delete"})
          if (const auto operation = resumed.operation(action))
            for (const Event& event : resumed.store().list_events(operation->id, 0, 1'000))
              fmt::print("  {} {} {}\n", event.number, event.type, event.message);
      }
    }
    std::filesystem::remove_all(directory);
    if (!died || ::testing::Test::HasFailure()) return number - 1;
  }
  ADD_FAILURE() << "the child never came to its end";
  return 0;
}

Kill at_transition(int number) {
  return {.after_transition = number};
}
Kill at_effect(int number) {
  return {.after_effect = number};
}

class CrashSweep : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_level(log::Level::kWarning);
    prepare(empty());
  }
  void TearDown() override { log::set_level(log::Level::kInfo); }

  std::filesystem::path empty() const { return directory_.path() / "empty"; }
  std::filesystem::path deployed() {
    const std::filesystem::path directory = directory_.path() / "deployed";
    if (!std::filesystem::exists(directory)) {
      std::filesystem::copy(empty(), directory, std::filesystem::copy_options::recursive);
      Process process(directory, {});
      deploy(process);
    }
    return directory;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(CrashSweep, DeployAfterEveryTransition) {
  EXPECT_GE(sweep(empty(), at_transition, deploy, expect_deployed), 15);
}

TEST_F(CrashSweep, DeployAfterEveryEffectBeforeItIsStored) {
  EXPECT_EQ(sweep(empty(), at_effect, deploy, expect_deployed), 4);
}

TEST_F(CrashSweep, DeleteAfterEveryTransition) {
  EXPECT_GE(sweep(deployed(), at_transition, remove, expect_removed), 7);
}

TEST_F(CrashSweep, DeleteAfterEveryEffectBeforeItIsStored) {
  EXPECT_EQ(sweep(deployed(), at_effect, remove, expect_removed), 2);
}

TEST_F(CrashSweep, CancelAfterEveryTransition) {
  EXPECT_GE(sweep(empty(), at_transition, deploy_and_cancel, expect_cancelled), 20);
}

TEST_F(CrashSweep, CancelAfterEveryEffectBeforeItIsStored) {
  EXPECT_EQ(sweep(empty(), at_effect, deploy_and_cancel, expect_cancelled), 6);
}

TEST_F(CrashSweep, UpdateAfterEveryTransition) {
  EXPECT_GE(sweep(deployed(), at_transition, update, expect_updated), 25);
}

TEST_F(CrashSweep, UpdateAfterEveryEffectBeforeItIsStored) {
  EXPECT_EQ(sweep(deployed(), at_effect, update, expect_updated), 6);
}

TEST_F(CrashSweep, CancelAnUpdateAfterEveryTransition) {
  EXPECT_GE(sweep(deployed(), at_transition, update_and_cancel, expect_as_before), 30);
}

TEST_F(CrashSweep, CancelAnUpdateAfterEveryEffectBeforeItIsStored) {
  EXPECT_EQ(sweep(deployed(), at_effect, update_and_cancel, expect_as_before), 6);
}

TEST_F(CrashSweep, TheResumingProcessDiesToo) {
  for (const long long again : {1, 2, 4}) {
    sweep(empty(), at_transition, deploy, expect_deployed, Kill{.after_transition = again});
    sweep(deployed(), at_transition, remove, expect_removed, Kill{.after_transition = again});
    sweep(empty(), at_transition, deploy_and_cancel, expect_cancelled,
          Kill{.after_transition = again});
    sweep(deployed(), at_transition, update, expect_updated, Kill{.after_transition = again});
    sweep(deployed(), at_transition, update_and_cancel, expect_as_before,
          Kill{.after_transition = again});
  }
}

}  // namespace
}  // namespace ashlar::engine
