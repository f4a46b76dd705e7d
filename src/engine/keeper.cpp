#include "engine/keeper.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.hpp"

namespace ashlar::engine {
namespace {

/// Healings further apart than this have nothing to do with each other.
constexpr Millis kSeries = 2 * kLongestHealPause;
constexpr int kMostConsidered = 20;

bool is_kept(const Resource& resource) {
  return resource.state == ResourceState::kActive || resource.state == ResourceState::kDegraded;
}

/// What the kind says is wrong: for people, so the first few of it.
std::string reasons_in(const Json& status) {
  constexpr size_t kMost = 3;
  const auto drift = status.is_object() ? status.find("drift") : status.end();
  if (drift == status.end() || !drift->is_array() || drift->empty()) return "it has drifted";
  std::vector<std::string> reasons;
  for (const Json& item : *drift) {
    if (!item.is_object() || item.value("heals", "none") == "none") continue;
    const std::string message = item.value("message", "");
    if (!message.empty()) reasons.push_back(message);
  }
  const size_t more = reasons.size() - std::min(reasons.size(), kMost);
  reasons.resize(std::min(reasons.size(), kMost));
  if (reasons.empty()) return "it has drifted";
  return fmt::format("{}{}", fmt::join(reasons, "; "),
                     more == 0 ? "" : fmt::format("; and {} more", more));
}

}  // namespace

Millis heal_pause(int heals) {
  if (heals <= 0) return Millis{0};
  return std::min<Millis>(kShortestHealPause * (1LL << std::min(heals - 1, 16)), kLongestHealPause);
}

Keeper::Keeper(store::Store& store, Observer& observer, const KindRegistry& kinds,
               const Clock& clock, const EngineOptions& options, Heal heal)
    : store_(store),
      observer_(observer),
      kinds_(kinds),
      clock_(clock),
      options_(options),
      heal_(std::move(heal)),
      random_(std::random_device{}()) {}

Keeper::~Keeper() {
  stop();
}

void Keeper::start() {
  if (options_.observe_interval <= Millis{0} || !threads_.empty()) return;
  stopping_ = false;
  for (unsigned i = 0; i < std::max(1U, options_.observers); ++i)
    threads_.emplace_back([this] { work(); });
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

void Keeper::work() {
  const Millis longest_sleep = std::min<Millis>(options_.observe_interval, Millis{1'000});
  for (;;) {
    bool looked = false;
    try {
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        const Time now = clock_.now();
        if (!listed_at_ || now - *listed_at_ >= options_.observe_interval / 2) list(now);
      }
      looked = look_at_one();
    } catch (const std::exception& error) {
      log::error("keeping watch: {}", error.what());
    }
    if (looked) continue;
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, longest_sleep, [this] { return stopping_; })) return;
  }
}

void Keeper::pass() {
  {
    const std::lock_guard lock(mutex_);
    list(clock_.now());
  }
  while (look_at_one()) continue;
}

/// Takes up what is new, spread over an interval, and drops what is gone. The caller holds the
/// lock.
void Keeper::list(Time now) {
  // All of it is read before anything changes: a store that fails half-way changes nothing.
  std::map<std::string, Care> found;
  for (const store::Organization& organization : store_.organizations()) {
    store::PageRequest request{"", 200};
    do {
      const auto page = store_.list_resources(organization.id, "", request);
      for (const Resource& resource : page.items) {
        if (!is_kept(resource)) continue;
        Care care;
        care.organization_id = organization.id;
        care.next_look = now + jittered(options_.observe_interval / 2);
        found.emplace(resource.id, std::move(care));
      }
      request.cursor = page.next;
    } while (!request.cursor.empty());
  }
  // What is known stays what it is, and where it is: its observer holds a reference to it.
  std::erase_if(cares_, [&](const auto& care) {
    return !found.contains(care.first) && !care.second.under_observation;
  });
  cares_.merge(found);
  listed_at_ = now;
  ++rounds_;
}

/// False when nothing is due.
bool Keeper::look_at_one() {
  std::unique_lock lock(mutex_);
  if (stopping_) return false;
  const Time now = clock_.now();
  // A quota that is nearly used up is for operations.
  if (options_.may_observe && !options_.may_observe()) return false;
  auto chosen = cares_.end();
  for (auto care = cares_.begin(); care != cares_.end(); ++care) {
    const bool due = !care->second.under_observation && care->second.next_look <= now;
    if (due && (chosen == cares_.end() || care->second.next_look < chosen->second.next_look))
      chosen = care;
  }
  if (chosen == cares_.end()) return false;
  const std::string id = chosen->first;
  Care& care = chosen->second;
  care.under_observation = true;
  lock.unlock();

  look_at(id, care);

  lock.lock();
  care.under_observation = false;
  care.next_look = clock_.now() + jittered(options_.observe_interval);
  return true;
}

/// Only this thread uses `care` while it is under observation.
void Keeper::look_at(const std::string& resource_id, Care& care) {
  try {
    const auto stored = store_.find_resource(care.organization_id, resource_id);
    if (!stored || !is_kept(*stored)) return;
    const auto latest =
        store_.find_operation(stored->organization_id, stored->current_operation_id);
    if (latest && !is_final(latest->state)) return;
    const Resource resource = observer_.refresh(care.organization_id, resource_id);
    ++observed_;
    care.last_error.clear();
    consider_healing(resource, care);
  } catch (const std::exception& error) {
    // Said once: it will be the same at the next look, and the next.
    if (care.last_error != error.what()) log::warning("keeping watch: {}", error.what());
    care.last_error = error.what();
    care.wanted_healing = false;
  }
}

void Keeper::consider_healing(const Resource& resource, Care& care) {
  const bool wanted_before = care.wanted_healing;
  care.wanted_healing = is_kept(resource) && wants_healing(resource);
  if (!care.wanted_healing) {
    care.refusals = 0;
    return;
  }
  const Time now = clock_.now();
  if (!wanted_before || now < care.heal_after || is_left_alone(resource)) return;
  if (const auto from = may_heal_from(resource); from && now < *from) return;

  const std::string because = reasons_in(resource.status);
  std::string refused = "the plan is empty";
  try {
    const Engine::Accepted accepted = heal_(resource, because);
    if (accepted.operation) {
      ++healed_;
      care.refusals = 0;
      care.wanted_healing = false;
      log::info("{} '{}' is healed by {}: {}", resource.kind, resource.name, accepted.operation->id,
                because);
      return;
    }
  } catch (const std::exception& error) {
    refused = error.what();
  }
  const Millis pause = heal_pause(++care.refusals);
  care.heal_after = now + pause;
  log::warning("{} '{}' wants healing ({}), which was refused: {}; trying again in {}",
               resource.kind, resource.name, because, refused, to_human(pause));
}

bool Keeper::wants_healing(const Resource& resource) const {
  const Kind* kind = kinds_.find(resource.kind);
  if (kind == nullptr || !kind->wants_healing) return false;
  const bool can = std::ranges::find(kind->actions, "heal", &Action::name) != kind->actions.end();
  return can && kind->wants_healing(resource.spec, resource.status);
}

/// A failed change waits for the person who asked for it: they may retry it, or cancel it.
bool Keeper::is_left_alone(const Resource& resource) {
  const auto latest =
      store_.find_operation(resource.organization_id, resource.current_operation_id);
  return latest && latest->state == OperationState::kFailed && latest->action != "heal";
}

/// From the stored history, so that a restart does not begin again without a pause.
std::optional<Time> Keeper::may_heal_from(const Resource& resource) {
  const auto history =
      store_.list_operations(resource.organization_id, resource.id, {"", kMostConsidered});
  int heals = 0;
  Time since = clock_.now();
  for (const Operation& operation : history.items) {
    const Time ended = operation.finished_at.value_or(operation.created_at);
    if (operation.action != "heal" || since - ended > kSeries) break;
    since = operation.created_at;
    ++heals;
  }
  if (heals == 0) return std::nullopt;
  const Operation& latest = history.items.front();
  return latest.finished_at.value_or(latest.created_at) + heal_pause(heals);
}

/// Between half and one and a half of it. The caller holds the lock.
Millis Keeper::jittered(Millis pause) {
  const double factor = std::uniform_real_distribution<double>(0.5, 1.5)(random_);
  return Millis{static_cast<long long>(static_cast<double>(pause.count()) * factor)};
}

}  // namespace ashlar::engine
