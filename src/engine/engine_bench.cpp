// What the engine adds to a step: stored transitions a second on SQLite, for steps that do nothing,
// beside the rate at which SQLite alone commits one row on the same disk with the same settings.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include "base/log.hpp"
#include "engine/testing/harness.hpp"

namespace ashlar::engine {
namespace {

using testing::Harness;
using testing::TemporaryDirectory;

std::filesystem::path disk() {
  return std::filesystem::temp_directory_path();
}

void must(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw Error(ErrorCode::kInternal, sqlite3_errmsg(database));
}

/// The floor: one small durable row a transaction.
void BareSqliteCommit(benchmark::State& state) {
  const TemporaryDirectory directory(disk());
  sqlite3* database = nullptr;
  sqlite3_open((directory.path() / "bare.db").c_str(), &database);
  must(database, "PRAGMA journal_mode = WAL");
  must(database, "PRAGMA synchronous = FULL");
  must(database, "CREATE TABLE steps (id INTEGER PRIMARY KEY, state TEXT)");
  for (auto _ : state) must(database, "INSERT INTO steps (state) VALUES ('done')");
  sqlite3_close(database);
  state.counters["commits/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// Spec: {"name", "steps", "wide"}: that many steps that do nothing, all at once if wide, else each
/// after the one before it.
Kind idle_kind() {
  Kind kind;
  kind.name = "idle";
  kind.parse = [](const Json& input, const Json&, const Catalog&) -> Parsed<AcceptedSpec> {
    return AcceptedSpec{input["name"], input, {}};
  };
  kind.plan = [](const PlanInput& input) {
    const Json& spec = input.spec;
    Plan plan{"idle", spec["name"], "deploy", "Do nothing", {}, {}, {}, {}};
    for (int i = 0; i < spec["steps"].get<int>(); ++i) {
      plan.steps.push_back({"s" + std::to_string(i), "idle", "Idle", "", ""});
      if (!spec["wide"].get<bool>() && i > 0)
        plan.steps.back().after = {"s" + std::to_string(i - 1)};
    }
    return plan;
  };
  kind.steps = {{"idle", testing::done(), {}}};
  return kind;
}

void run_plan(benchmark::State& state, bool wide) {
  log::set_level(log::Level::kWarning);
  const int steps = static_cast<int>(state.range(0));
  EngineOptions options;
  options.workers = 16;
  Harness harness(options, {idle_kind()}, disk());
  harness.engine().start();
  int run = 0;
  const long long before = harness.engine().counters().transitions;
  for (auto _ : state) {
    const Json spec{{"name", "x" + std::to_string(run++)}, {"steps", steps}, {"wide", wide}};
    const auto accepted = harness.engine().apply(harness.organization(), "idle", {spec}, {});
    const std::string id = accepted.at(0).operation->id;
    long long seen = 0;
    while (!is_final(harness.operation(id).state)) {
      harness.store().wait_for_events(id, seen, Millis{1'000});
      for (const Event& event : harness.store().list_events(id, seen, 1'000)) seen = event.number;
    }
  }
  const auto total = static_cast<double>(state.iterations()) * steps;
  state.counters["steps/s"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["transitions/s"] =
      benchmark::Counter(static_cast<double>(harness.engine().counters().transitions - before),
                         benchmark::Counter::kIsRate);
  state.counters["ms/step"] =
      benchmark::Counter(total / 1'000, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void WidePlan(benchmark::State& state) {
  run_plan(state, true);
}
void ChainPlan(benchmark::State& state) {
  run_plan(state, false);
}

BENCHMARK(BareSqliteCommit)->UseRealTime()->MinTime(1);
BENCHMARK(WidePlan)->Arg(64)->Arg(256)->UseRealTime()->MinTime(1)->Unit(benchmark::kMillisecond);
BENCHMARK(ChainPlan)->Arg(64)->UseRealTime()->MinTime(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::engine
