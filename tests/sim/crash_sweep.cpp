#include "tests/sim/crash_sweep.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <ostream>
#include <string>
#include <thread>
#include <utility>

#include "tests/sim/memory_store.hpp"

namespace ashlar::sim {
namespace {

/// Where a run ended: what is there, and how many transactions it took.
struct End {
  std::string state;
  long long commits = 0;
};

class Stage {
 public:
  Stage(const Sweep& sweep, const MakeScene& make_scene)
      : sweep_(sweep),
        scene_(make_scene(store_, {.seed = 7,
                                   .boot = Millis{2'000},
                                   .list_lag = Millis{sweep.silent ? 10'000 : 0},
                                   .lateness = Millis{2'000}})),
        world_(*scene_.world),
        cluster_(*scene_.cluster) {
    if (!sweep_.deployed.is_null()) deploy();
    if (sweep_.prepare) sweep_.prepare(cluster_);
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
    cluster_.expect_tidy();
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
    require(cluster_.apply(sweep_.deployed), "there is nothing to deploy");
    require(cluster_.run({}) == OperationState::kSucceeded, "the deployment failed");
    cluster_.start_clients();
    world_.rest(Millis{5'000});
  }

  const Sweep& sweep_;
  MemoryStore store_{VirtualTime().now()};
  Scene scene_;
  World& world_;
  ClusterLife& cluster_;
};

/// Runs what it is given in a process of its own, from the moment it is made.
class Copy {
 public:
  explicit Copy(const std::function<std::string()>& body) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    std::fflush(nullptr);
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("cannot make a process");
    if (process_ == 0) {
      ::close(ends[0]);
      answer(body, ends[1]);
    }
    ::close(ends[1]);
    answers_ = ends[0];
  }

  /// What it says at its end, or "FAULT: …".
  std::string end() const {
    std::string text;
    char buffer[4'096];
    for (ssize_t read; (read = ::read(answers_, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<size_t>(read));
    ::close(answers_);
    int status = 0;
    ::waitpid(process_, &status, 0);
    if (WIFSIGNALED(status)) return fmt::format("FAULT: ended by signal {}", WTERMSIG(status));
    return text;
  }

 private:
  [[noreturn]] static void answer(const std::function<std::string()>& body, int to) {
    ::alarm(300);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = fmt::format("FAULT: {}", error.what());
    }
    const bool written = ::write(to, text.data(), text.size()) >= 0;
    ::_exit(written ? 0 : 1);
  }

  pid_t process_ = -1;
  int answers_ = -1;
};

}  // namespace

void PrintTo(const Sweep& sweep, std::ostream* out) {
  *out << sweep.name;
}

void expect_every_death_ends_alike(const Sweep& sweep, const MakeScene& make_scene) {
  Stage stage(sweep, make_scene);
  const std::string undisturbed = Copy([&] {
                                    const End end = stage.run(0);
                                    return fmt::format("{} {}", end.commits, end.state);
                                  }).end();
  ASSERT_FALSE(undisturbed.starts_with("FAULT")) << undisturbed;
  const size_t space = undisturbed.find(' ');
  const long long commits = std::stoll(undisturbed.substr(0, space));
  const std::string wanted = undisturbed.substr(space + 1);
  ASSERT_GE(commits, 5);
  const size_t most = std::max(1U, std::thread::hardware_concurrency());
  std::deque<std::pair<long long, Copy>> running;
  int wrong = 0;
  for (long long death = 1; death <= commits || !running.empty();) {
    if (death <= commits && wrong < 3 && running.size() < most) {
      running.emplace_back(death, Copy([&] { return stage.run(death).state; }));
      ++death;
      continue;
    }
    if (running.empty()) break;
    const auto [died, copy] = running.front();
    running.pop_front();
    const std::string ended = copy.end();
    if (ended == wanted) continue;
    ++wrong;
    ADD_FAILURE() << "killed after transaction " << died << " of " << commits << ": " << ended
                  << "\ninstead of " << wanted;
  }
  fmt::print("{}: {} deaths\n", sweep.name, commits);
}

std::function<bool(ClusterLife&)> act(const char* action, Json arguments) {
  return [=](ClusterLife& cluster) { return cluster.act(action, arguments); };
}

bool remove_it(ClusterLife& cluster) {
  cluster.remove();
  return true;
}

std::function<void(ClusterLife&)> acted(const char* action, Json arguments) {
  return [=](ClusterLife& cluster) {
    require(cluster.act(action, arguments), fmt::format("{}: there is nothing to do", action));
    require(cluster.run({}) == OperationState::kSucceeded,
            fmt::format("{} failed: {}", action, cluster.operation().error));
  };
}

std::function<void(ClusterLife&)> lost(std::string machine) {
  return [=](ClusterLife& cluster) {
    World& world = cluster.world();
    for (const auto* each : world.machines.living()) {
      if (each->identity().name != machine) continue;
      const std::string id = each->identity().id;
      world.cloud.vanish(id);
      world.machines.vanish(id);
      break;
    }
    world.rest(Millis{10'000});
  };
}

}  // namespace ashlar::sim
