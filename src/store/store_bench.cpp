// Durable transitions a second: Store::write with one step update and one event, as the engine does
// for each step, against the bare database doing one INSERT and COMMIT at the same durability.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/id.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace ashlar::store {
namespace {

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "ashlar-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path = name;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

void must(int result) {
  if (result != SQLITE_OK && result != SQLITE_DONE)
    throw std::runtime_error(sqlite3_errstr(result));
}

void must_run(sqlite3_stmt* statement) {
  must(sqlite3_step(statement));
  must(sqlite3_reset(statement));
}

void bare_insert_and_commit(benchmark::State& state) {
  const Directory directory;
  sqlite3* database = nullptr;
  must(sqlite3_open((directory.path / "bare.db").c_str(), &database));
  must(sqlite3_exec(database,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                    "CREATE TABLE lines (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
                    nullptr, nullptr, nullptr));
  sqlite3_stmt *begin = nullptr, *insert = nullptr, *commit = nullptr;
  must(sqlite3_prepare_v2(database, "BEGIN", -1, &begin, nullptr));
  must(sqlite3_prepare_v2(database, "INSERT INTO lines (text) VALUES (?)", -1, &insert, nullptr));
  must(sqlite3_prepare_v2(database, "COMMIT", -1, &commit, nullptr));
  const std::string text(200, 'x');
  for (auto _ : state) {
    must_run(begin);
    must(sqlite3_bind_text(insert, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
    must_run(insert);
    must_run(commit);
  }
  state.SetItemsProcessed(state.iterations());
  for (sqlite3_stmt* statement : {begin, insert, commit}) sqlite3_finalize(statement);
  sqlite3_close(database);
}
BENCHMARK(bare_insert_and_commit)->UseRealTime();

/// A store with one operation of as many steps as threads.
struct Workload {
  explicit Workload(int steps) : store(Store::open(directory.path)) {
    const Time now{Millis{1'750'000'000'000}};
    const Secret token = *store->ensure_first_organization(now);
    const std::string organization = store->authenticate(token)->organization_id;
    const Resource resource{.id = new_id("res"),
                            .organization_id = organization,
                            .kind = "redis",
                            .name = "prod",
                            .spec = Json::object()};
    operation = {.id = new_id("op"),
                 .organization_id = organization,
                 .resource_id = resource.id,
                 .kind = "redis",
                 .resource_name = "prod",
                 .state = OperationState::kRunning};
    for (int i = 0; i < steps; ++i) {
      StepRecord step;
      step.id = new_id("st");
      step.operation_id = operation.id;
      step.position = i;
      step.planned.key = fmt_key(i);
      step.planned.type = "bench.step";
      this->steps.push_back(std::move(step));
    }
    store->write([&](Transaction& transaction) {
      transaction.insert_resource(resource);
      transaction.insert_operation(operation, this->steps, "");
    });
  }
  static std::string fmt_key(int i) { return "step/" + std::to_string(i); }

  Directory directory;
  std::unique_ptr<Store> store;
  Operation operation;
  std::vector<StepRecord> steps;
};

void store_step_and_event(benchmark::State& state) {
  static std::unique_ptr<Workload> workload;
  if (state.thread_index() == 0) workload = std::make_unique<Workload>(state.threads());
  StepRecord step;
  for (auto _ : state) {
    if (step.id.empty()) step = workload->steps[static_cast<size_t>(state.thread_index())];
    step.state = StepState::kWaiting;
    ++step.attempts;
    step.because = "waiting for cloud-init on prod-redis-master-1 (12 s)";
    step.outputs = {{"address", "10.0.0.2"}};
    workload->store->write([&](Transaction& transaction) {
      transaction.update_step(step);
      transaction.append_event({.operation_id = step.operation_id,
                                .step_id = step.id,
                                .step_key = step.planned.key,
                                .type = "step.waiting",
                                .message = step.because});
    });
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) workload.reset();
}
BENCHMARK(store_step_and_event)->UseRealTime()->Threads(1)->Threads(4)->Threads(16);

/// A page of the console's table among as many resources, each with the state of a dozen nodes.
void search_resources(benchmark::State& state) {
  const Directory directory;
  const auto store = Store::open(directory.path);
  const Time now{Millis{1'750'000'000'000}};
  const Secret token = *store->ensure_first_organization(now);
  const std::string organization = store->authenticate(token)->organization_id;
  store->write([&](Transaction& transaction) {
    for (int i = 0; i < state.range(0); ++i)
      transaction.insert_resource({.id = new_id("res"),
                                   .organization_id = organization,
                                   .kind = "redis",
                                   .name = "cluster-" + std::to_string(i),
                                   .spec = {{"region", i % 7 == 0 ? "ams3" : "nyc1"}},
                                   .status = {{"nodes", std::string(20'000, 'x')}},
                                   .created_at = now + Millis{i}});
  });
  const ResourceQuery query{
      .regions = {"nyc1"}, .name_contains = "ster-9", .sort = SortKey::kMonthlyUsd};
  for (auto _ : state)
    benchmark::DoNotOptimize(store->search_resources(organization, query, {"", 50}));
}
BENCHMARK(search_resources)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ashlar::store
