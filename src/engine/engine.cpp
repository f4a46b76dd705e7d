#include "engine/engine.hpp"

#include <fmt/format.h>

#include "engine/accept.hpp"
#include "engine/keeper.hpp"
#include "engine/ledger.hpp"
#include "engine/observer.hpp"
#include "engine/scheduler.hpp"

namespace ashlar::engine {
namespace {

void refuse_unless_latest(store::Transaction& tx, const Resource& resource,
                          const std::string& operation_id) {
  const std::string& latest = resource.current_operation_id;
  if (latest == operation_id) return;
  const auto current = tx.operation(latest);
  if (current && current->beside == operation_id)
    throw Error(ErrorCode::kConflict,
                fmt::format("operation {} waits until {} ({}) is over", operation_id, latest,
                            current->summary),
                "try again when it is: the nodes that it mends have nothing to do with this one");
  throw Error(ErrorCode::kConflict,
              fmt::format("operation {} is history: {} is the latest", operation_id, latest),
              "steer the latest operation instead");
}

}  // namespace

struct Engine::Impl {
  Impl(store::Store& the_store, const KindRegistry& kinds, const Clock& clock,
       const EngineOptions& options)
      : store(the_store),
        ledger(store, kinds, clock, options.after_transition),
        observer(store, ledger, kinds, clock),
        acceptor(store, ledger, observer, kinds, clock),
        scheduler(store, ledger, observer, kinds, clock, options),
        keeper(store, observer, kinds, clock, options,
               [this](const Resource& resource, const std::string& action, const Json& arguments,
                      const Engine::AcceptOptions& how) {
                 return begin(resource, action, arguments, how);
               }) {}

  Engine::Accepted begin(const Resource& resource, const std::string& action, const Json& arguments,
                         Engine::AcceptOptions how) {
    // What a task may destroy, the policy in the spec has confirmed.
    how.confirmed = {resource.name};
    Engine::Accepted accepted =
        acceptor.act(resource.organization_id, resource.id, action, arguments, how);
    scheduler.notify();
    return accepted;
  }

  Operation steer(const std::string& organization_id, const std::string& operation_id,
                  const Actor& by, void (Run::*change)(const Actor&, Time));

  store::Store& store;
  Ledger ledger;
  Observer observer;
  Acceptor acceptor;
  Scheduler scheduler;
  Keeper keeper;
};

Engine::Engine(store::Store& store, const KindRegistry& kinds, const Clock& clock,
               const EngineOptions& options)
    : impl_(std::make_unique<Impl>(store, kinds, clock, options)) {}

Engine::~Engine() {
  stop();
}

void Engine::start() {
  impl_->scheduler.start();
  impl_->keeper.start();
}
void Engine::stop() {
  impl_->keeper.stop();
  impl_->scheduler.stop();
}

Engine::Preview Engine::preview(const std::string& organization_id, const std::string& kind,
                                const Json& spec, bool must_be_new) {
  return impl_->acceptor.preview(organization_id, kind, spec, must_be_new);
}

Engine::Preview Engine::preview_delete(const std::string& organization_id,
                                       const std::string& resource_id) {
  return impl_->acceptor.preview_delete(organization_id, resource_id);
}

Engine::Preview Engine::preview_action(const std::string& organization_id,
                                       const std::string& resource_id, const std::string& action,
                                       const Json& arguments) {
  return impl_->acceptor.preview_action(organization_id, resource_id, action, arguments);
}

Engine::Accepted Engine::act(const std::string& organization_id, const std::string& resource_id,
                             const std::string& action, const Json& arguments,
                             const AcceptOptions& options) {
  Accepted accepted = impl_->acceptor.act(organization_id, resource_id, action, arguments, options);
  impl_->scheduler.notify();
  return accepted;
}

std::vector<Engine::Accepted> Engine::apply(const std::string& organization_id,
                                            const std::string& kind, const std::vector<Json>& specs,
                                            const AcceptOptions& options) {
  std::vector<Accepted> accepted = impl_->acceptor.apply(organization_id, kind, specs, options);
  impl_->scheduler.notify();
  return accepted;
}

Operation Engine::remove(const std::string& organization_id, const std::string& resource_id,
                         const AcceptOptions& options) {
  Operation operation = impl_->acceptor.remove(organization_id, resource_id, options);
  impl_->scheduler.notify();
  return operation;
}

Operation Engine::cancel(const std::string& organization_id, const std::string& operation_id,
                         const Actor& by) {
  return impl_->steer(organization_id, operation_id, by, &Run::cancel);
}

Operation Engine::retry(const std::string& organization_id, const std::string& operation_id,
                        const Actor& by) {
  return impl_->steer(organization_id, operation_id, by, &Run::retry);
}

Operation Engine::Impl::steer(const std::string& organization_id, const std::string& operation_id,
                              const Actor& by, void (Run::*change)(const Actor&, Time)) {
  Operation steered;
  ledger.commit([&](Ledger::Session& session) {
    const std::optional<Operation> stored = session.tx().operation(operation_id);
    if (!stored || stored->organization_id != organization_id)
      throw Error(ErrorCode::kNotFound, fmt::format("there is no operation {}", operation_id));
    const std::optional<Resource> resource = session.tx().resource(stored->resource_id);
    if (resource) refuse_unless_latest(session.tx(), *resource, operation_id);
    Run& run = session.run_with_fresh_leases(operation_id);
    (run.*change)(by, session.now());
    steered = run.operation();
  });
  scheduler.notify();
  return steered;
}

Resource Engine::refresh(const std::string& organization_id, const std::string& resource_id) {
  return impl_->observer.refresh(organization_id, resource_id);
}

Engine::Counters Engine::counters() const {
  Counters counters = impl_->scheduler.counters();
  const Keeper::Counters kept = impl_->keeper.counters();
  counters.observation_rounds = kept.rounds;
  counters.observed = kept.observed;
  counters.glances = kept.glances;
  counters.tasks = kept.tasks;
  return counters;
}

}  // namespace ashlar::engine
