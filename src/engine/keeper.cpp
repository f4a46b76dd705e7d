#include "engine/keeper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"

namespace ashlar::engine {
namespace {

/// While an operation runs, only the store is asked whether it is over.
constexpr Millis kBusyPause{1'000};
/// Between a look that finds something that is not well, and the next.
constexpr Millis kFollowUp{2'000};
constexpr double kLookSpread = 0.5;  // half to one and a half of an interval
constexpr double kGlanceSpread = 0.2;

/// It will probably be kept again soon.
bool is_worked_on(const Resource& resource) {
  return resource.state == ResourceState::kUpdating || resource.state == ResourceState::kDeploying;
}

/// What people are shown of an observation, without the readings that differ at every look.
std::pair<Json, Json> findings(const Json& status) {
  if (!status.is_object()) return {};
  return {status.value("health", Json()), status.value("drift", Json())};
}

}  // namespace

Keeper::Keeper(store::Store& store, Observer& observer, const KindRegistry& kinds,
               const Clock& clock, const EngineOptions& options, Begin begin)
    : store_(store),
      observer_(observer),
      kinds_(kinds),
      clock_(clock),
      options_(options),
      begin_(std::move(begin)),
      random_(std::random_device{}()) {}

Keeper::~Keeper() {
  stop();
}

void Keeper::start() {
  if (options_.observe_interval <= Millis{0} || !threads_.empty()) return;
  stopping_ = false;
  const Millis longest_sleep = std::min<Millis>(options_.observe_interval, Millis{250});
  for (unsigned i = 0; i < std::max(1U, options_.observers); ++i)
    threads_.emplace_back([=, this] { work(&Keeper::look_at_one, longest_sleep); });
  // One only: what it cannot do in time is done later, and no machine's silence delays a look.
  if (options_.glance_interval > Millis{0})
    threads_.emplace_back([=, this] { work(&Keeper::glance_at_one, longest_sleep); });
}

void Keeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Keeper::work(bool (Keeper::*one)(), Millis longest_sleep) {
  for (;;) {
    bool worked = false;
    try {
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        const Time now = clock_.now();
        if (!listed_at_ || now - *listed_at_ >= options_.observe_interval / 2) list(now);
      }
      worked = (this->*one)();
    } catch (const std::exception& error) {
      log::error("keeping watch: {}", error.what());
    }
    if (worked) continue;
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, longest_sleep, [this] { return stopping_; })) return;
  }
}

void Keeper::pass() {
  {
    const std::lock_guard lock(mutex_);
    list(clock_.now());
  }
  while (look_at_one() || glance_at_one()) continue;
}

/// Takes up what is new, spread over an interval, and drops what is gone. The caller holds the
/// lock.
void Keeper::list(Time now) {
  // All of it is read before anything changes: a store that fails half-way changes nothing.
  Cares found;
  for (const store::Organization& organization : store_.organizations()) {
    store::PageRequest request{"", 200};
    do {
      const auto page = store_.list_resources(organization.id, "", request);
      for (const Resource& resource : page.items) {
        if (!is_kept(resource) && !is_worked_on(resource)) continue;
        Care care;
        care.organization_id = organization.id;
        care.busy = is_worked_on(resource);
        care.next_look =
            now + (care.busy ? kBusyPause : jittered(options_.observe_interval / 2, kLookSpread));
        care.next_glance = now + jittered(options_.glance_interval, kGlanceSpread);
        found.emplace(resource.id, std::move(care));
      }
      request.cursor = page.next;
    } while (!request.cursor.empty());
  }
  // What is known stays what it is, and where it is: its observer holds a reference to it.
  std::erase_if(
      cares_, [&](const auto& care) { return !found.contains(care.first) && !care.second.taken; });
  cares_.merge(found);
  listed_at_ = now;
  ++rounds_;
}

/// The one that is due for longest, which nobody else takes from then on. The caller holds the
/// lock.
std::optional<Keeper::Cares::iterator> Keeper::take_first_due(Time Care::* when, Time now) {
  auto chosen = cares_.end();
  for (auto care = cares_.begin(); care != cares_.end(); ++care) {
    const bool due = !care->second.taken && care->second.*when <= now;
    if (due && (chosen == cares_.end() || care->second.*when < chosen->second.*when)) chosen = care;
  }
  if (chosen == cares_.end()) return std::nullopt;
  chosen->second.taken = true;
  return chosen;
}

// Looks.

/// False when nothing is due.
bool Keeper::look_at_one() {
  std::unique_lock lock(mutex_);
  // A quota that is nearly used up is for operations.
  if (stopping_ || (options_.may_observe && !options_.may_observe())) return false;
  const auto chosen = take_first_due(&Care::next_look, clock_.now());
  if (!chosen) return false;
  const std::string id = (*chosen)->first;
  Care& care = (*chosen)->second;
  lock.unlock();

  const std::optional<Time> sooner = look_at(id, care);

  lock.lock();
  const Time usual = clock_.now() + jittered(options_.observe_interval, kLookSpread);
  care.next_look = std::min(sooner.value_or(usual), usual);
  care.taken = false;
  return true;
}

/// When to look again, if that is sooner than usual. Only this thread uses `care` while it is
/// taken.
std::optional<Time> Keeper::look_at(const std::string& resource_id, Care& care) {
  try {
    const auto stored = store_.find_resource(care.organization_id, resource_id);
    const auto latest =
        stored ? store_.find_operation(stored->organization_id, stored->current_operation_id)
               : std::nullopt;
    care.busy = latest && !is_final(latest->state);
    if (care.busy) {
      care.alarmed = false;
      care.unwell = 0;
      return clock_.now() + kBusyPause;
    }
    if (!stored || !is_kept(*stored)) return std::nullopt;
    const std::optional<Time> next = observe(*stored, care);
    care.last_error.clear();
    return next;
  } catch (const std::exception& error) {
    // Said once: it will be the same at the next look, and the next.
    if (care.last_error != error.what()) log::warning("keeping watch: {}", error.what());
    care.last_error = error.what();
    care.first_seen.clear();
    return std::nullopt;
  }
}

std::optional<Time> Keeper::observe(const Resource& stored, Care& care) {
  const Resource resource = observer_.refresh(care.organization_id, stored.id);
  ++observed_;
  const bool news = findings(resource.status) != findings(stored.status);
  if (std::exchange(care.alarmed, false)) care.false_alarms = news ? 0 : care.false_alarms + 1;
  const auto task = consider_tasks(resource, care);
  const auto follow = follow_up(resource.status, news, care);
  return task && follow ? std::min(task, follow) : task ? task : follow;
}

/// What has just changed, or was just worked on, and is not well, is soon otherwise: looked at
/// after 2 s, 4, 8 and so on, until once an interval is often enough again.
std::optional<Time> Keeper::follow_up(const Json& status, bool news, Care& care) const {
  const std::string health = status.is_object() ? status.value("health", "") : "";
  if (health.empty() || health == "healthy") {
    care.unwell = 0;
    return std::nullopt;
  }
  if (news) care.unwell = 0;
  const Millis pause = kFollowUp * (1LL << std::min(care.unwell++, 10));
  if (pause >= options_.observe_interval) return std::nullopt;
  return clock_.now() + pause;
}

// Glances.

bool Keeper::glance_at_one() {
  std::unique_lock lock(mutex_);
  if (stopping_ || options_.glance_interval <= Millis{0}) return false;
  const Time now = clock_.now();
  if (now < glances_from_) return false;
  const auto chosen = take_first_due(&Care::next_glance, now);
  if (!chosen) return false;
  const std::string id = (*chosen)->first;
  Care& care = (*chosen)->second;
  lock.unlock();

  const int asked = glance_at(id, care);

  lock.lock();
  // One that only gives false alarms is asked as seldom as it is looked at.
  const Millis pause =
      std::min<Millis>(options_.glance_interval * (1LL << std::min(care.false_alarms, 16)),
                       options_.observe_interval);
  care.next_glance = clock_.now() + jittered(pause, kGlanceSpread);
  care.taken = false;
  if (options_.glances_per_second > 0)
    glances_from_ = now + Millis{asked * 1'000LL / options_.glances_per_second};
  return true;
}

/// How many machines it has asked. Brings the next look forward when they say something new.
int Keeper::glance_at(const std::string& resource_id, Care& care) {
  if (care.busy || care.alarmed) return 0;
  try {
    const auto stored = store_.find_resource(care.organization_id, resource_id);
    if (!stored || !is_kept(*stored)) return 0;
    const Glance glance = observer_.glance(*stored);
    if (glance.asked > 0) ++glances_;
    if (glance.changed) {
      care.alarmed = true;
      care.next_look = clock_.now();
    }
    return glance.asked;
  } catch (const std::exception& error) {
    log::debug("keeping watch: {}", error.what());  // the next look tells of it
    return 0;
  }
}

// Tasks.

std::optional<Time> Keeper::consider_tasks(const Resource& resource, Care& care) {
  const Time now = clock_.now();
  std::vector<Task> tasks = wanted(kinds_, resource, now);
  std::map<std::string, Time> seen;
  for (const Task& task : tasks) {
    const auto before = care.first_seen.find(task.key());
    seen.emplace(task.key(), before == care.first_seen.end() ? now : before->second);
  }
  care.first_seen = std::move(seen);
  std::erase_if(care.refused, [&](const auto& refused) {
    return std::ranges::find(tasks, refused.first, &Task::action) == tasks.end();
  });
  if (tasks.empty()) return std::nullopt;
  const TasksInput input = tasks_input(resource, std::move(tasks), care);
  const TasksDecision decision = decide(input);
  if (decision.begin.empty()) return decision.look_again;
  begin(resource, input, decision.begin, care);
  return clock_.now() + kBusyPause;
}

TasksInput Keeper::tasks_input(const Resource& resource, std::vector<Task> tasks,
                               const Care& care) {
  TasksInput input{.wanted = std::move(tasks),
                   .first_seen = care.first_seen,
                   .history = task_history(store_, kinds_, resource),
                   .held_back = held_back(store_, kinds_, resource),
                   .refused_until = {},
                   .now = clock_.now()};
  for (const auto& [action, refused] : care.refused)
    input.refused_until.emplace(action, refused.until);
  return input;
}

void Keeper::begin(const Resource& resource, const TasksInput& input, const std::vector<Task>& due,
                   Care& care) {
  const Task& first = due.front();
  // What was seen is what is acted on: anything that came in between changes the generation.
  Engine::AcceptOptions how{resource.generation, "", reasons(due)};
  how.actor = first.actor;
  Json arguments = first.arguments;
  if (input.held_back) {
    // No more than what the failed change has nothing to do with.
    how.beside = input.held_back->operation.id;
    std::set<std::string> nodes;
    for (const Task& task : due) nodes.insert(task.node);
    arguments["nodes"] = nodes;
  }
  // Without such a limit it does all that the action is wanted for, also what was not due yet.
  for (const Task& task : input.held_back ? due : input.wanted)
    if (are_done_together(first, task)) how.tasks.push_back(task.key());
  std::string refused;
  try {
    const Engine::Accepted accepted = begin_(resource, first.action, arguments, how);
    if (accepted.operation) {
      ++tasks_;
      care.refused.erase(first.action);
      care.first_seen.clear();
      care.busy = true;
      log::info("{} '{}': {} is begun by {} as {}: {}", resource.kind, resource.name, first.action,
                for_log(how.actor), accepted.operation->id, how.because);
      return;
    }
    refused = accepted.summary;
  } catch (const std::exception& error) {
    refused = error.what();
  }
  Refusals& refusals = care.refused[first.action];
  const Millis pause = task_pause(++refusals.in_a_row);
  refusals.until = clock_.now() + pause;
  log::warning("{} '{}' wants {} ({}), which was refused: {}; trying again in {}", resource.kind,
               resource.name, first.action, how.because, refused, to_human(pause));
}

/// Between 1 - `spread` and 1 + `spread` of it. The caller holds the lock, or is alone.
Millis Keeper::jittered(Millis pause, double spread) {
  const double factor = std::uniform_real_distribution<double>(1 - spread, 1 + spread)(random_);
  return Millis{static_cast<long long>(static_cast<double>(pause.count()) * factor)};
}

}  // namespace ashlar::engine
