#include "engine/attempt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/program_output.hpp"
#include "engine/records.hpp"

namespace ashlar::engine {
namespace {

constexpr int kDeepestNesting = 48;

int depth_of(const Json& value, int limit) {
  if (!value.is_structured() || limit == 0) return 0;
  int deepest = 0;
  for (const Json& inner : value) deepest = std::max(deepest, depth_of(inner, limit - 1));
  return deepest + 1;
}

/// The store's reader bounds how deep JSON may nest: what is deeper could be written, and then no
/// one could read the operation any more.
void refuse_unless_readable(const Json& value) {
  if (depth_of(value, kDeepestNesting + 1) > kDeepestNesting)
    throw Error(ErrorCode::kInternal,
                fmt::format("the step's data is nested deeper than {} levels", kDeepestNesting));
}

template <class Body>
StepOutcome guarded(Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    return outcome_of(error);
  } catch (const std::exception& error) {
    return Fail{Error(ErrorCode::kInternal, error.what())};
  } catch (...) {
    return Fail{Error(ErrorCode::kInternal, "an exception of an unknown type")};
  }
}

Resource resource_of(const AttemptTools& tools, const Operation& operation) {
  std::optional<Resource> resource =
      tools.store.find_resource(operation.organization_id, operation.resource_id);
  if (!resource)
    throw Error(ErrorCode::kInternal, fmt::format("resource {} of operation {} is not stored",
                                                  operation.resource_id, operation.id));
  return *std::move(resource);
}

/// Lives as long as the call of the step, which holds references into it.
class Context {
 public:
  Context(const AttemptTools& tools, const Attempt& attempt)
      : tools_(tools),
        attempt_(attempt),
        resource_(resource_of(tools, attempt.operation)),
        secrets_(tools.store, tools.ledger, resource_),
        machines_(tools.store, tools.ledger, tools.clock, resource_) {}

  StepOutcome call(const StepFn& step) {
    StepContext context{attempt_.operation,
                        attempt_.step,
                        resource_,
                        tools_.clock,
                        secrets_,
                        machines_,
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {},
                        {}};
    context.output_of = [this](const std::string& key) -> const Json& { return output_of(key); };
    context.is_done = [this](const std::string& key) {
      return tools_.ledger.is_done(attempt_.operation.id, key);
    };
    context.remember = [this](Json data) { remember(std::move(data)); };
    context.log = [this](const std::string& message) { log(message); };
    context.patch_status = [this](const Json& patch) { patch_status(patch); };
    context.find_step = steps_of(tools_.store, resource_);
    context.stopping = [this] { return tools_.server_stops || *attempt_.cancelling; };
    context.write_output = [this](const std::string& source, const std::string& text,
                                  long long source_end) { write_output(source, text, source_end); };
    context.output_position = [this](const std::string& source) {
      return tools_.store.output_position(attempt_.step.id, source);
    };
    return step(context);
  }

 private:
  const Json& output_of(const std::string& key) {
    const auto known = outputs_.find(key);
    if (known != outputs_.end()) return known->second;
    return outputs_.emplace(key, tools_.ledger.output_of(attempt_.operation.id, key)).first->second;
  }

  void remember(Json data) {
    refuse_unless_readable(data);
    tools_.ledger.commit([&](Ledger::Session& session) {
      const std::optional<StepRecord> stored = session.fresh(attempt_.step.id);
      if (!stored || stored->lease_owner != attempt_.step.lease_owner)
        throw Error(ErrorCode::kConflict, "the lease of this attempt was lost");
      session.run(stored->operation_id).remember(stored->id, data);
    });
  }

  void log(const std::string& message) {
    Event event = step_event(attempt_.step, "step.log", message, tools_.clock.now());
    event.actor = attempt_.operation.actor;
    tools_.ledger.write([&](store::Transaction& tx) { tx.append_event(event); });
  }

  /// The store redacts it: nothing else puts output there.
  void write_output(const std::string& source, const std::string& text, long long source_end) {
    OutputPiece piece;
    piece.operation_id = attempt_.step.operation_id;
    piece.step_id = attempt_.step.id;
    piece.text = plain_lines(text);
    piece.source = source;
    piece.source_end = source_end;
    piece.at = tools_.clock.now();
    tools_.ledger.write([&](store::Transaction& tx) { tx.append_output(piece); });
  }

  void patch_status(const Json& patch) {
    refuse_unless_readable(patch);
    tools_.ledger.write([&](store::Transaction& tx) {
      std::optional<Resource> stored = tx.resource(resource_.id);
      if (!stored) return;
      stored->status.merge_patch(patch);
      stored->updated_at = tools_.clock.now();
      tx.update_resource(*stored);
    });
  }

  const AttemptTools& tools_;
  const Attempt& attempt_;
  const Resource resource_;
  StoredSecrets secrets_;
  StoredMachines machines_;
  std::map<std::string, Json> outputs_;  // references into it stay valid
};

/// The operation's last step is done: look at the result before the operation counts as succeeded,
/// so that whoever sees it succeeded also sees its status.
void observe_result(const AttemptTools& tools, const Attempt& attempt, Finished& finished) {
  const bool forward = attempt.step.state == StepState::kRunning;
  if (!forward || !std::holds_alternative<Done>(finished.outcome)) return;
  if (attempt.operation.action == "delete") return;
  if (!tools.ledger.is_last(attempt.operation.id, attempt.step.id)) return;
  std::optional<Json> status = tools.observer.try_observe(resource_of(tools, attempt.operation));
  if (status) refuse_unless_readable(*status);
  finished.status = std::move(status);
}

}  // namespace

Finished run_attempt(const AttemptTools& tools, const Attempt& attempt) {
  Finished finished{attempt.step, attempt.operation.kind, Done{}, 0, std::nullopt};
  finished.outcome = guarded([&]() -> StepOutcome {
    const StepType& type = tools.kinds.step_type(attempt.operation.kind, attempt.step.planned.type);
    finished.most_retries = type.most_retries;
    const bool undo = attempt.step.state == StepState::kUndoing;
    if (undo && !type.undo) return Done{};
    StepOutcome outcome = Context(tools, attempt).call(undo ? type.undo : type.run);
    if (const Done* done = std::get_if<Done>(&outcome)) refuse_unless_readable(done->outputs);
    if (const Wait* wait = std::get_if<Wait>(&outcome)) refuse_unless_readable(wait->figures);
    return outcome;
  });
  try {
    observe_result(tools, attempt, finished);
  } catch (const std::exception&) {
    // The status stays as the steps left it; a refresh can be asked for at any time.
  }
  return finished;
}

}  // namespace ashlar::engine
