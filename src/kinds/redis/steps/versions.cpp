// Another package version on a machine that stays: fetched first, then installed and restarted when
// nobody depends on the node. Redis's packages keep their program in redis-tools, so both change.

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/job.hpp"
#include "kinds/redis/steps/presence.hpp"

namespace ashlar::redis {
namespace {

/// dpkg writes it whenever it unpacks the program: a server that started before that runs another
/// one than is installed.
constexpr const char* kUnpacked = "/var/lib/dpkg/info/redis-tools.list";

machine::Batch install_batch(const NodePart& part, const std::string& version) {
  machine::Batch batch;
  batch.operations.push_back(
      machine::package_version(packages_of(part.holds_data()), version, true));
  batch.operations.push_back(machine::systemd_unit(part.holds_data() ? kRedisUnit : kSentinelUnit,
                                                   true, "started", {kUnpacked}));
  return batch;
}

std::string installed_version(const Work& work, const NodePart& part, const Machine& machine) {
  const std::string name = packages_of(part.holds_data()).front();
  machine::Batch batch;
  batch.check_only = true;
  batch.operations.push_back(machine::installed_packages({name}));
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  const Json version = result.results.at(0).data.at("versions").at(name);
  return version.is_string() ? version.get<std::string>() : std::string();
}

bool is_in_place(const Work& work, const NodePart& part, const Machine& machine,
                 const std::string& version) {
  machine::Batch batch = install_batch(part, version);
  batch.check_only = true;
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  return !result.changed();
}

class VersionChange {
 public:
  /// `key`: an undo keeps what it remembers apart.
  VersionChange(Work& work, std::string version, std::string key)
      : work_(work),
        part_(work.part()),
        machine_(work.machine_of(part_.name)),
        version_(std::move(version)),
        key_(std::move(key)) {}

  StepOutcome run() {
    const fleet::Job job = job_of(key_, install_batch(part_, version_));
    // While it is at work, the node restarts: what is there now says nothing.
    if (const auto outcome = fleet::follow_job(work_.tools, work_.context, machine_, job))
      return settle(*outcome);
    if (is_in_place(work_, part_, machine_, version_)) return finish(false);
    if (auto wait = make_way(work_, part_, key_)) return *std::move(wait);
    if (!work_.kept().contains("former"))
      work_.keep("former", installed_version(work_, part_, machine_));
    return settle(fleet::run_as_job(work_.tools, work_.context, machine_, job));
  }

  /// What an attempt of the other direction has begun must end first. Nothing: it has, or there was
  /// none.
  std::optional<Wait> await(const std::string& other_key) const {
    const auto outcome =
        fleet::follow_job(work_.tools, work_.context, machine_, job_of(other_key, {}));
    const auto* wait = outcome ? std::get_if<Wait>(&*outcome) : nullptr;
    return wait != nullptr ? std::optional(*wait) : std::nullopt;
  }

 private:
  static fleet::Job job_of(const std::string& key, machine::Batch batch) {
    return {key, std::move(batch), "its packages are being changed"};
  }

  StepOutcome settle(const fleet::JobOutcome& outcome) const {
    if (const auto* wait = std::get_if<Wait>(&outcome)) return *wait;
    const auto& result = std::get<machine::BatchResult>(outcome);
    throw_unless_offered(result, machine_.name);
    result.or_throw(machine_.name);
    return finish(true);
  }

  StepOutcome finish(bool changed) const {
    return Done{{{"changed", changed}, {"version", version_}}};
  }

  Work& work_;
  const NodePart part_;
  const Machine machine_;
  const std::string version_;
  const std::string key_;
};

}  // namespace

void throw_unless_offered(const machine::BatchResult& result, const std::string& machine) {
  for (const auto& operation : result.results)
    if (!operation.ok && operation.data.is_object() &&
        operation.data.value("reason", "") == "not-offered")
      throw Error(ErrorCode::kConflict, fmt::format("{}: {}", machine, operation.message),
                  "set packageVersion to one that is offered, or add a package source that offers "
                  "it to the machine or to its image");
}

StepOutcome fetch_package(Work& work) {
  const NodePart part = work.part();
  const Machine machine = work.machine_of(part.name);
  const std::string version = work.args().at("version");
  machine::Batch batch;
  batch.operations.push_back(
      machine::package_download(packages_of(part.holds_data()), version, true));
  const fleet::Job job{"fetch", batch, "its packages are being fetched"};
  const auto outcome = fleet::run_as_job(work.tools, work.context, machine, job);
  if (const auto* wait = std::get_if<Wait>(&outcome)) return *wait;
  const auto& result = std::get<machine::BatchResult>(outcome);
  throw_unless_offered(result, machine.name);
  result.or_throw(machine.name);
  return Done{};
}

StepOutcome change_package(Work& work) {
  return VersionChange(work, work.args().at("version"), "forward").run();
}

/// Where the former version is offered no more, the node keeps the one that it has: that is better
/// than a cluster that can go neither forth nor back, and the drift shows it.
StepOutcome undo_change_package(Work& work) {
  const Json& data = work.context.step.state_data;
  const std::string former = data.is_object() ? data.value("former", std::string()) : std::string();
  if (former.empty()) {  // nothing was installed, but a single node may have been stopped for it
    const bool alone = work.part().holds_data() && !work.spec.sentinel;
    return alone ? undo_save_and_stop(work) : Done{};
  }
  try {
    VersionChange way_back(work, former, "back");
    if (const auto wait = way_back.await("forward")) return *wait;
    return way_back.run();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kConflict) throw;
    work.context.log(fmt::format("{} keeps its version: {}", work.part().name, error.message()));
    return Done{};
  }
}

}  // namespace ashlar::redis
