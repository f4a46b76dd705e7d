// Every operation, with the control plane killed after each transaction that it ever stores: after
// the restart, each run ends in the same state. The world before the operation is made once; each
// death has a copy of it in a process of its own.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/cluster_life.hpp"
#include "tests/sim/memory_store.hpp"

namespace ashlar::sim {
namespace {

constexpr const char* kLarge = "s-2vcpu-4gb";

struct Sweep {
  const char* name;
  std::function<void(ClusterLife&)> prepare;  // before any death
  std::function<bool(ClusterLife&)> ask;
  int cancel_after = 0;  // rounds; 0: never
  bool tls = false;
  bool single = false;
  /// No create is answered, and what it made shows ten seconds later.
  bool silent = false;
};

void PrintTo(const Sweep& sweep, std::ostream* out) {
  *out << sweep.name;
}

/// Where a run ended: what is there, and how many transactions it took.
struct End {
  std::string state;
  long long commits = 0;
};

class Stage {
 public:
  explicit Stage(const Sweep& sweep) : sweep_(sweep) {
    if (sweep_.prepare) {
      deploy();
      sweep_.prepare(cluster_);
    }
  }

  /// Dies after so many transactions of the operation; 0: never.
  End run(long long dies_after) {
    const long long before = world_.commits();
    world_.dies_at = [&](const std::string& moment) {
      return dies_after > 0 && moment == "after a commit" &&
             world_.commits() - before == dies_after;
    };
    if (sweep_.silent) lose_all_answers();
    require(sweep_.ask(cluster_), "there is nothing to do");
    const OperationState ended = cluster_.run({.cancel_after = sweep_.cancel_after});
    const bool cancels = sweep_.cancel_after > 0;
    require(ended == (cancels ? OperationState::kCancelled : OperationState::kSucceeded),
            fmt::format("it ended {}: {}", to_string(ended), cluster_.operation().error));
    const long long commits = world_.commits() - before;
    world_.dies_at = nullptr;
    if (!cluster_.exists()) {
      cluster_.expect_nothing_left();
      return {"gone", commits};
    }
    const bool runs = cluster_.resource().spec.value("power", "on") == "on";
    if (cancels) {
      // The sentinels may come to remember who had joined, and are then made to forget.
      world_.rest(Millis{30'000});
      cluster_.recover();
    }
    cluster_.expect_standing();
    if (runs) {
      cluster_.start_clients();
      world_.rest(Millis{15'000});
      require(cluster_.is_healthy(), "the cluster is not healthy");
      cluster_.expect_data();
      cluster_.expect_served();
    }
    return {cluster_.end_state(), commits};
  }

 private:
  void lose_all_answers() {
    constexpr int kMoreThanAreMade = 20;
    for (const char* call : {"create_ssh_key", "create_vpc", "create_firewall", "create_machine"})
      for (int i = 0; i < kMoreThanAreMade; ++i)
        world_.cloud.inject(call, cloud::testing::Fault::kAnswerLost);
  }

  void deploy() {
    Wish wish{.single = sweep_.single, .replicas = 1, .tls = sweep_.tls, .overlap_seconds = 0};
    require(cluster_.apply(wish.to_json()), "there is nothing to deploy");
    require(cluster_.run({}) == OperationState::kSucceeded, "the deployment failed");
    cluster_.start_clients();
    world_.rest(Millis{5'000});
  }

  const Sweep& sweep_;
  MemoryStore store_{VirtualTime().now()};
  World world_{store_,
               {.seed = 7,
                .boot = Millis{2'000},
                .list_lag = Millis{sweep_.silent ? 10'000 : 0},
                .lateness = Millis{2'000}}};
  ClusterLife cluster_{world_, "sim"};
};

/// In a process of its own; the text is what it says, or what must hold and does not.
std::string in_a_copy(const std::function<std::string()>& body) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  std::fflush(nullptr);
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("cannot make a process");
  if (process == 0) {
    ::close(ends[0]);
    ::alarm(60);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = fmt::format("FAULT: {}", error.what());
    }
    const bool written = ::write(ends[1], text.data(), text.size()) >= 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4'096];
  for (ssize_t read; (read = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(read));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(process, &status, 0);
  if (WIFSIGNALED(status)) return fmt::format("FAULT: ended by signal {}", WTERMSIG(status));
  return text;
}

void nothing(ClusterLife&) {}

void stop(ClusterLife& cluster) {
  require(cluster.act("stop", Json::object()), "it is stopped already");
  require(cluster.run({}) == OperationState::kSucceeded, "the stop failed");
}

void lose_a_replica(ClusterLife& cluster) {
  for (auto* machine : cluster.world().machines.living()) {
    if (machine->identity().name != "sim-replica-1") continue;
    cluster.world().cloud.vanish(machine->identity().id);
    cluster.world().machines.vanish(machine->identity().id);
    break;
  }
  cluster.world().rest(Millis{10'000});
}

Json roles(int replicas, int sentinels) {
  return {
      {"desiredState",
       {{"roles", {{"replica", {{"count", replicas}}}, {"sentinel", {{"count", sentinels}}}}}}}};
}

Json only_of_size(const char* size) {
  return {{"roles", {{"master", {{"size", size}}}}}};
}

Json all_of_size(const char* size, const char* strategy = "in-place") {
  const Json to{{"size", size}};
  return {{"roles", {{"master", to}, {"replica", to}, {"sentinel", to}}}, {"strategy", strategy}};
}

void grow(ClusterLife& cluster) {
  require(cluster.act("update", roles(2, 5)), "it is that large already");
  require(cluster.run({}) == OperationState::kSucceeded, "the update failed");
}

void enlarge(ClusterLife& cluster) {
  require(cluster.act("upgrade", all_of_size(kLarge)), "it is that large already");
  require(cluster.run({}) == OperationState::kSucceeded, "the upgrade failed");
}

std::function<bool(ClusterLife&)> act(const char* action, Json arguments = Json::object()) {
  return [=](ClusterLife& cluster) { return cluster.act(action, arguments); };
}

const std::vector<Sweep>& sweeps() {
  static const std::vector<Sweep> all{
      {"Deploy", nullptr,
       [](ClusterLife& cluster) { return cluster.apply(Wish{.replicas = 1}.to_json()); }},
      {"DeployWithoutAnswers", nullptr,
       [](ClusterLife& cluster) { return cluster.apply(Wish{.replicas = 1}.to_json()); }, 0, false,
       false, true},
      {"AddNodes", nothing, act("update", roles(2, 5))},
      {"AddNodesWithoutAnswers", nothing, act("update", roles(2, 3)), 0, false, false, true},
      {"CancelledAddNodesWithoutAnswers", nothing, act("update", roles(2, 3)), 8, false, false,
       true},
      {"RemoveNodes", grow, act("update", roles(1, 3))},
      {"Upgrade", nothing, act("upgrade", all_of_size(kLarge))},
      {"CancelledUpgrade", nothing, act("upgrade", all_of_size(kLarge)), 60},
      {"Downgrade", enlarge, act("downgrade", all_of_size("s-1vcpu-1gb"))},
      {"Replacement", nothing, act("upgrade", all_of_size(kLarge, "replace"))},
      {"CancelledReplacement", nothing, act("upgrade", all_of_size(kLarge, "replace")), 25},
      {"Stop", nothing, act("stop")},
      {"Start", stop, act("start")},
      {"Switchover", nothing, act("switchover", {{"group", "sim-m1"}})},
      {"RotatePasswords", nothing, act("rotate", {{"what", "passwords"}})},
      {"RotateCertificates", nothing, act("rotate", {{"what", "certificates"}}), 0, true},
      {"Heal", lose_a_replica, act("heal")},
      {"TlsOn", nothing, act("update", {{"enableTLS", true}})},
      {"TlsOff", nothing, act("update", {{"enableTLS", false}}), 0, true},
      {"TlsOnOfASingle", nothing, act("update", {{"enableTLS", true}}), 0, false, true},
      {"ResizeInPlace", nothing, act("upgrade", only_of_size(kLarge)), 0, false, true},
      {"CancelledResizeInPlace", nothing, act("upgrade", only_of_size(kLarge)), 8, false, true},
      {"Settings", nothing, act("update", {{"maxMemoryPolicy", "allkeys-lru"}})},
      {"Version", nothing, act("update", {{"packageVersion", kOfferedVersions.front()}})},
      {"CancelledVersion", nothing, act("update", {{"packageVersion", kOfferedVersions.front()}}),
       15},
      {"Delete", nothing, [](ClusterLife& cluster) {
         cluster.remove();
         return true;
       }}};
  return all;
}

class CrashSweep : public testing::TestWithParam<Sweep> {};

TEST_P(CrashSweep, EveryDeathEndsInTheSameState) {
  Stage stage(GetParam());
  const std::string undisturbed = in_a_copy([&] {
    const End end = stage.run(0);
    return fmt::format("{} {}", end.commits, end.state);
  });
  ASSERT_FALSE(undisturbed.starts_with("FAULT")) << undisturbed;
  const size_t space = undisturbed.find(' ');
  const long long commits = std::stoll(undisturbed.substr(0, space));
  const std::string wanted = undisturbed.substr(space + 1);
  ASSERT_GT(commits, 5);
  int wrong = 0;
  for (long long death = 1; death <= commits && wrong < 3; ++death) {
    const std::string ended = in_a_copy([&] { return stage.run(death).state; });
    if (ended == wanted) continue;
    ++wrong;
    ADD_FAILURE() << "killed after transaction " << death << " of " << commits << ": " << ended
                  << "\ninstead of " << wanted;
  }
  fmt::print("{}: {} deaths\n", GetParam().name, commits);
}

INSTANTIATE_TEST_SUITE_P(Operations, CrashSweep, testing::ValuesIn(sweeps()),
                         [](const auto& sweep) { return std::string(sweep.param.name); });

}  // namespace
}  // namespace ashlar::sim
