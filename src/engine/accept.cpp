#include "engine/accept.hpp"

#include <fmt/format.h>

#include "base/id.hpp"
#include "engine/before.hpp"
#include "engine/proposal.hpp"

namespace ashlar::engine {
namespace {

constexpr int kMostPlannings = 3;

/// The resource is no longer what was observed: plan again.
struct Stale : std::exception {
  explicit Stale(std::string changed) : name(std::move(changed)) {}
  std::string name;
};

bool is_unchanged(const std::optional<Resource>& before, const std::optional<Resource>& now) {
  if (before.has_value() != now.has_value()) return false;
  return !before || (before->id == now->id && before->generation == now->generation &&
                     before->current_operation_id == now->current_operation_id);
}

Json without_secrets(const Action& action, Json arguments) {
  if (arguments.is_object())
    for (const std::string& member : action.secret_arguments) arguments.erase(member);
  return arguments;
}

/// Plans and stores, again when the resource changed in between. `first_answer` may know the answer
/// already. A conflict may well be with the same request's own twin, whose answer then counts.
template <class FirstAnswer, class Body>
auto until_stored(FirstAnswer&& first_answer, Body&& body) -> decltype(body()) {
  for (int planning = 1;; ++planning) {
    if (auto answer = first_answer()) return *std::move(answer);
    try {
      return body();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kConflict && error.code() != ErrorCode::kPrecondition) throw;
      if (auto answer = first_answer()) return *std::move(answer);
      throw;
    } catch (const Stale& stale) {
      if (planning == kMostPlannings)
        throw Error(ErrorCode::kConflict,
                    fmt::format("'{}' kept changing while the plan was made", stale.name),
                    "look at its operations, then try again");
    }
  }
}

/// Remembers what an idempotency key was answered with, in the transaction that acts on it.
void keep_answer(Ledger::Session& session, const std::string& organization_id,
                 const std::string& key, const std::string& digest,
                 const std::vector<Engine::Accepted>& accepted) {
  if (key.empty()) return;
  // The same request at the same time got here first: its answer is the answer.
  if (session.tx().find_answer(organization_id, key)) throw Stale(key);
  Json list = Json::array();
  for (const Engine::Accepted& one : accepted)
    list.push_back({{"resource", one.resource.id},
                    {"operation", one.operation ? Json(one.operation->id) : Json(nullptr)}});
  session.tx().put_answer(organization_id, key, {digest, list}, session.now());
}

std::string accepted_from(const Engine::AcceptOptions& options) {
  if (!options.because.empty()) return "begun by Ashlar itself: " + options.because;
  return options.actor.known() ? "accepted, asked for by " + in_words(options.actor) : "accepted";
}

/// Stores the operation and its first event; a plan without steps is over at once. `before`: the
/// resource as it was, when the operation changes one; `given`: the secrets that will be put.
Operation insert(Ledger::Session& session, const Plan& plan, Resource& resource,
                 const std::optional<Resource>& before = std::nullopt,
                 const std::map<std::string, Secret>& given = {},
                 const Engine::AcceptOptions& options = {}) {
  Proposal proposal = propose(plan, resource, session.now());
  proposal.operation.actor = options.actor;
  proposal.operation.tasks = options.tasks;
  proposal.operation.beside = options.beside;
  if (before) {
    // The operation before this one is history now, and can no longer be cancelled.
    const auto earlier = session.tx().operation(before->current_operation_id);
    if (earlier && earlier->id != options.beside) forget_what_was_before(session.tx(), *earlier);
    keep_what_was_before(session.tx(), proposal.operation, *before, given);
  }
  session.tx().insert_operation(proposal.operation, proposal.steps, "");
  resource.current_operation_id = proposal.operation.id;
  resource.updated_at = session.now();
  session.tx().update_resource(resource);
  Json details{{"generation", resource.generation}};
  if (!options.because.empty()) details["because"] = redact(options.because);
  session.tx().append_event(operation_event(proposal.operation, "operation.accepted",
                                            plan.summary + ": " + accepted_from(options),
                                            session.now(), std::move(details)));
  if (proposal.steps.empty()) {
    session.run(proposal.operation.id).settle(session.now());
    session.flush();
  }
  return session.run(proposal.operation.id).operation();
}

/// Who follows the operation that runs, or looks at the last one, sees it.
void note_adjustment(Ledger::Session& session, const Resource& resource, const std::string& what,
                     const Engine::AcceptOptions& options) {
  const auto operation = session.tx().operation(resource.current_operation_id);
  if (!operation) return;
  Event event =
      operation_event(*operation, "resource.adjusted", what + ": " + accepted_from(options),
                      session.now(), {{"generation", resource.generation}});
  event.actor = options.actor;
  session.tx().append_event(event);
}

}  // namespace

Acceptor::Acceptor(store::Store& store, Ledger& ledger, Observer& observer,
                   const KindRegistry& kinds, const Clock& clock)
    : store_(store), ledger_(ledger), observer_(observer), kinds_(kinds), clock_(clock) {}

std::vector<Engine::Accepted> Acceptor::apply(const std::string& organization_id,
                                              const std::string& kind_name,
                                              const std::vector<Json>& specs,
                                              const Engine::AcceptOptions& options) {
  const Kind& kind = kind_named(kind_name);
  if (specs.empty())
    throw Error(ErrorCode::kInvalidInput, "no specification was given", "give at least one");
  if (options.expected_generation && specs.size() > 1)
    throw Error(ErrorCode::kInvalidInput,
                "a precondition is about one resource, but several were given",
                "apply them one at a time, or leave the precondition out");
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  const std::vector<AcceptedSpec> accepted =
      parse_all(organization_id, kind, catalog, specs, options.must_be_new);
  const std::string digest = digest_of("apply " + kind.name, accepted);

  const auto answered = [&] {
    return first_answer(organization_id, options.idempotency_key, digest);
  };
  return until_stored(answered, [&] {
    std::vector<Engine::Preview> drafts;
    for (const AcceptedSpec& spec : accepted) {
      auto existing = store_.find_resource_by_name(organization_id, kind.name, spec.name);
      if (options.must_be_new) check_new(spec.name, existing);
      check_generation(spec.name, existing, options.expected_generation);
      if (existing) refuse_while_running(*existing);
      drafts.push_back(plan(kind, catalog, {spec, nullptr}, std::move(existing)));
    }
    for (const Engine::Preview& draft : drafts) check_confirmed(draft.plan, options.confirmed);
    return store_all(organization_id, kind, drafts, options, digest);
  });
}

Engine::Accepted Acceptor::act(const std::string& organization_id, const std::string& resource_id,
                               const std::string& action, const Json& arguments,
                               const Engine::AcceptOptions& options) {
  const std::string kind_name = existing_resource(organization_id, resource_id).kind;
  const Action& known = action_named(kind_named(kind_name), action);
  const std::string digest = digest_of(fmt::format("{} {}", action, resource_id),
                                       {{action, without_secrets(known, arguments), {}}});
  const auto answered = [&]() -> std::optional<Engine::Accepted> {
    const auto answer = first_answer(organization_id, options.idempotency_key, digest);
    return answer ? std::optional(answer->at(0)) : std::nullopt;
  };
  return until_stored(answered, [&] {
    const Resource resource = existing_resource(organization_id, resource_id);
    check_generation(resource.name, resource, options.expected_generation);
    if (known.live) return adjust(resource, known, arguments, options, digest);
    refuse_while_running(resource);
    const Engine::Preview draft = plan_action(resource, action, arguments);
    check_confirmed(draft.plan, options.confirmed);
    return store_all(organization_id, kind_named(resource.kind), {draft}, options, digest).front();
  });
}

Engine::Accepted Acceptor::adjust(const Resource& before, const Action& action,
                                  const Json& arguments, const Engine::AcceptOptions& options,
                                  const std::string& digest) {
  const Engine::Preview draft = plan_action(before, action.name, arguments);
  Engine::Accepted adjusted{before, std::nullopt, draft.plan.summary};
  ledger_.commit([&](Ledger::Session& session) {
    std::optional<Resource> current = session.tx().resource(before.id);
    // Whatever runs may go on; only another spec would be overwritten.
    if (!current || current->generation != before.generation) throw Stale(before.name);
    if (current->spec != draft.accepted.spec) {
      current->spec = draft.accepted.spec;
      ++current->generation;
      current->updated_at = session.now();
      session.tx().update_resource(*current);
      note_adjustment(session, *current, draft.plan.summary, options);
    }
    adjusted.resource = *current;
    keep_answer(session, before.organization_id, options.idempotency_key, digest, {adjusted});
  });
  return adjusted;
}

std::vector<Engine::Accepted> Acceptor::store_all(const std::string& organization_id,
                                                  const Kind& kind,
                                                  const std::vector<Engine::Preview>& drafts,
                                                  const Engine::AcceptOptions& options,
                                                  const std::string& digest) {
  std::vector<Engine::Accepted> accepted;
  ledger_.commit([&](Ledger::Session& session) {
    for (const Engine::Preview& draft : drafts)
      accepted.push_back(store_one(session, organization_id, kind, draft, options));
    keep_answer(session, organization_id, options.idempotency_key, digest, accepted);
  });
  return accepted;
}

Engine::Accepted Acceptor::store_one(Ledger::Session& session, const std::string& organization_id,
                                     const Kind& kind, const Engine::Preview& draft,
                                     const Engine::AcceptOptions& options) {
  store::Transaction& tx = session.tx();
  const AcceptedSpec& accepted = draft.accepted;
  std::optional<Resource> current = tx.resource_by_name(organization_id, kind.name, accepted.name);
  // First: whoever wants to make something new learns that the name is taken, not that it is busy.
  if (options.must_be_new) check_new(accepted.name, current);
  if (current && !current->current_operation_id.empty())
    refuse_unless_over(*current, tx.operation(current->current_operation_id));
  if (!is_unchanged(draft.existing, current)) throw Stale(accepted.name);

  Resource resource;
  if (current) {
    resource = *current;
    if (resource.spec != accepted.spec) {
      resource.spec = accepted.spec;
      resource.monthly_usd = draft.monthly_usd;
      ++resource.generation;
      resource.updated_at = session.now();
      tx.update_resource(resource);
    }
  } else {
    resource.id = new_id("res");
    resource.organization_id = organization_id;
    resource.kind = kind.name;
    resource.name = accepted.name;
    resource.spec = accepted.spec;
    resource.monthly_usd = draft.monthly_usd;
    resource.created_at = resource.updated_at = session.now();
    if (draft.plan.empty()) resource.state = ResourceState::kActive;
    tx.insert_resource(resource);
  }
  std::optional<Operation> operation;
  if (!draft.plan.empty())
    operation = insert(session, draft.plan, resource, current, accepted.secrets, options);
  for (const auto& [name, secret] : accepted.secrets)
    tx.put_secret(organization_id, resource.id, name, secret, /*keep_existing=*/false);
  return {resource, operation, draft.plan.summary};
}

Operation Acceptor::remove(const std::string& organization_id, const std::string& resource_id,
                           const Engine::AcceptOptions& options) {
  const std::string digest = digest_of("delete " + resource_id, {});
  const auto answered = [&]() -> std::optional<Operation> {
    const auto answer = first_answer(organization_id, options.idempotency_key, digest);
    return answer ? answer->at(0).operation : std::nullopt;
  };
  return until_stored(answered, [&] {
    const Resource before = existing_resource(organization_id, resource_id);
    check_generation(before.name, before, options.expected_generation);
    refuse_while_running(before);
    const Engine::Preview draft = preview_delete(organization_id, resource_id);

    Operation operation;
    ledger_.commit([&](Ledger::Session& session) {
      std::optional<Resource> resource = session.tx().resource(resource_id);
      if (resource && !resource->current_operation_id.empty())
        refuse_unless_over(*resource, session.tx().operation(resource->current_operation_id));
      if (!is_unchanged(before, resource)) throw Stale(before.name);
      operation = insert(session, draft.plan, *resource, std::nullopt, {}, options);
      keep_answer(session, organization_id, options.idempotency_key, digest,
                  {{*resource, operation}});
    });
    return operation;
  });
}

void Acceptor::refuse_while_running(const Resource& resource) {
  if (resource.current_operation_id.empty()) return;
  refuse_unless_over(
      resource, store_.find_operation(resource.organization_id, resource.current_operation_id));
}

std::optional<std::vector<Engine::Accepted>> Acceptor::first_answer(
    const std::string& organization_id, const std::string& key, const std::string& digest) {
  if (key.empty()) return std::nullopt;
  std::optional<store::StoredAnswer> stored;
  store_.write([&](store::Transaction& tx) { stored = tx.find_answer(organization_id, key); });
  if (!stored) return std::nullopt;
  if (stored->request_digest != digest)
    throw Error(ErrorCode::kConflict,
                fmt::format("the idempotency key '{}' was used for another request", key),
                "use a new key for a new request");
  std::vector<Engine::Accepted> answers;
  for (const Json& one : stored->answer) {
    Engine::Accepted& answer = answers.emplace_back();
    answer.resource = store_.find_resource(organization_id, one["resource"]).value();
    if (one["operation"].is_string())
      answer.operation = store_.find_operation(organization_id, one["operation"]);
  }
  return answers;
}

}  // namespace ashlar::engine
