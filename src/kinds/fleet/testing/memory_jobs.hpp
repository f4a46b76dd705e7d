#pragma once
// Jobs of ashlar-node on one machine of a test: batches, carried out in process. Fails closed: a
// job that is no batch is a fault of the test.

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "machine/batch.hpp"

namespace ashlar::fleet::testing {

class MemoryJobs {
 public:
  using Perform = std::function<machine::OperationResult(const Json& operation, bool check_only)>;

  /// When the work of a job is done. At once, unless a test says otherwise; work that is never
  /// called is a job that never ends.
  std::function<void(std::function<void()> work)> schedule = [](const auto& work) { work(); };

  static bool handles(const Json& operation) {
    return operation.at("op").get_ref<const std::string&>().starts_with("job_");
  }

  /// `perform` carries out the operations of a job's batch, now or later.
  machine::OperationResult handle(const Json& operation, bool check_only, const Perform& perform) {
    const std::string op = operation.at("op");
    const std::string name = operation.at("name");
    if (op == "job_poll") return look(operation);
    if (check_only) throw std::logic_error("nobody foresaw a check of " + op);
    if (op == "job_remove") return answered(jobs_.erase(name) > 0);
    if (jobs_.contains(name)) return answered(false);
    const auto job = std::make_shared<Job>();
    jobs_[name] = job;
    schedule([job, perform, batch = operation.at("batch")] { carry_out(*job, batch, perform); });
    return answered(true);
  }

  /// The machine lost its power, and with it what its jobs were at.
  void lose_all() {
    for (auto& [name, job] : jobs_) job->lost = true;
    jobs_.clear();
  }
  bool empty() const { return jobs_.empty(); }

 private:
  struct Job {
    bool lost = false;
    std::string log;
    Json answer;  // null: at work
  };

  static machine::OperationResult answered(bool changed, Json data = Json::object()) {
    machine::OperationResult result{.ok = true, .changed = changed};
    result.data = std::move(data);
    return result;
  }

  static void carry_out(Job& job, const Json& batch, const Perform& perform) {
    if (job.lost) return;
    Json results = Json::array();
    for (const Json& operation : batch.at("operations")) {
      const auto result = perform(operation, batch.at("check_only"));
      const std::string op = operation.at("op");
      job.log += fmt::format("{}: {}\n", op, result.message);
      results.push_back({{"operation", op},
                         {"ok", result.ok},
                         {"changed", result.changed},
                         {"message", result.message},
                         {"data", result.data}});
      if (!result.ok && !batch.at("keep_going").get<bool>()) break;
    }
    job.answer = {{"results", results}};
  }

  machine::OperationResult look(const Json& operation) const {
    const auto found = jobs_.find(operation.at("name").get<std::string>());
    if (found == jobs_.end())
      return answered(false, {{"state", "absent"}, {"exit_code", nullptr}, {"answer", nullptr}});
    const Job& job = *found->second;
    const bool ended = !job.answer.is_null();
    Json data = {{"state", ended ? "succeeded" : "running"},
                 {"exit_code", ended ? Json(0) : Json()},
                 {"answer", job.answer},
                 {"log", job.log}};
    if (operation.contains("offset")) {
      const size_t offset = std::min(operation.at("offset").get<size_t>(), job.log.size());
      data["output"] = job.log.substr(offset);
      data["next_offset"] = job.log.size();
      data["more"] = false;
      data["log_bytes"] = job.log.size();
    }
    return answered(false, data);
  }

  std::map<std::string, std::shared_ptr<Job>> jobs_;
};

}  // namespace ashlar::fleet::testing
