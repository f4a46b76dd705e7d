#include "engine/accept.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "base/id.hpp"
#include "engine/proposal.hpp"

namespace ashlar::engine {
namespace {

constexpr int kMostPlannings = 3;

/// The resource is no longer what was observed: plan again.
struct Stale : std::exception {
  explicit Stale(std::string changed) : name(std::move(changed)) {}
  std::string name;
};

Error not_found(const std::string& resource_id) {
  return Error(ErrorCode::kNotFound, fmt::format("there is no resource {}", resource_id));
}

bool is_unchanged(const std::optional<Resource>& before, const std::optional<Resource>& now) {
  if (before.has_value() != now.has_value()) return false;
  return !before || (before->id == now->id && before->generation == now->generation &&
                     before->current_operation_id == now->current_operation_id);
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
      if (error.code() != ErrorCode::kConflict) throw;
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

/// Stores the operation and its first event; a plan without steps is over at once.
Operation insert(Ledger::Session& session, const Plan& plan, Resource& resource) {
  Proposal proposal = propose(plan, resource, session.now());
  session.tx().insert_operation(proposal.operation, proposal.steps, "");
  resource.current_operation_id = proposal.operation.id;
  resource.updated_at = session.now();
  session.tx().update_resource(resource);
  session.tx().append_event(operation_event(proposal.operation, "operation.accepted",
                                            fmt::format("{}: accepted", plan.summary),
                                            session.now(), {{"generation", resource.generation}}));
  if (proposal.steps.empty()) {
    session.run(proposal.operation.id).settle(session.now());
    session.flush();
  }
  return session.run(proposal.operation.id).operation();
}

}  // namespace

Acceptor::Acceptor(store::Store& store, Ledger& ledger, Observer& observer,
                   const KindRegistry& kinds, const Clock& clock)
    : store_(store), ledger_(ledger), observer_(observer), kinds_(kinds), clock_(clock) {}

const Kind& Acceptor::kind_named(const std::string& name) const {
  if (const Kind* kind = kinds_.find(name)) return *kind;
  throw Error(ErrorCode::kNotFound, fmt::format("there is no kind '{}'", name),
              fmt::format("known kinds: {}", fmt::join(kinds_.names(), ", ")));
}

std::vector<AcceptedSpec> Acceptor::parse_all(const Kind& kind, const Catalog& catalog,
                                              const std::vector<Json>& specs) const {
  std::vector<AcceptedSpec> accepted;
  std::vector<FieldError> wrong;
  std::set<std::string> names;
  for (size_t i = 0; i < specs.size(); ++i) {
    const std::string prefix = specs.size() > 1 ? fmt::format("[{}].", i) : std::string();
    Parsed<AcceptedSpec> parsed = kind.parse(specs[i], catalog);
    if (!parsed) {
      for (FieldError& error : parsed.error())
        wrong.push_back({prefix + error.path, redact(error.message), error.line});
      continue;
    }
    for (const auto& [name, secret] : parsed->secrets) register_secret(secret.reveal());
    if (!names.insert(parsed->name).second)
      wrong.push_back({prefix + "name", fmt::format("'{}' is given twice", parsed->name)});
    accepted.push_back(*std::move(parsed));
  }
  if (!wrong.empty())
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the {} specification has {} fault{}", kind.name, wrong.size(),
                            wrong.size() == 1 ? "" : "s"),
                wrong);
  return accepted;
}

Engine::Preview Acceptor::plan(const std::string& organization_id, const Kind& kind,
                               const Catalog& catalog, AcceptedSpec accepted,
                               std::optional<Resource> existing) {
  if (!existing) existing = store_.find_resource_by_name(organization_id, kind.name, accepted.name);
  const Json observed = existing ? observer_.observe(*existing) : Json(nullptr);
  Plan plan = kind.plan(accepted.spec, observed, catalog);
  check_plan(kind, plan);
  return {std::move(accepted), std::move(existing), std::move(plan)};
}

Engine::Preview Acceptor::preview(const std::string& organization_id, const std::string& kind_name,
                                  const Json& spec) {
  const Kind& kind = kind_named(kind_name);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  return plan(organization_id, kind, catalog, parse_all(kind, catalog, {spec}).front(),
              std::nullopt);
}

Engine::Preview Acceptor::preview_delete(const std::string& organization_id,
                                         const std::string& resource_id) {
  std::optional<Resource> resource = store_.find_resource(organization_id, resource_id);
  if (!resource || resource->state == ResourceState::kDeleted) throw not_found(resource_id);
  const Kind& kind = kind_named(resource->kind);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  Plan plan = kind.plan_delete(resource->spec, observer_.observe(*resource), catalog);
  check_plan(kind, plan);
  return {{resource->name, resource->spec, {}}, std::move(resource), std::move(plan)};
}

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
  const std::vector<AcceptedSpec> accepted = parse_all(kind, catalog, specs);
  const std::string digest = digest_of("apply " + kind.name, accepted);

  const auto answered = [&] {
    return first_answer(organization_id, options.idempotency_key, digest);
  };
  return until_stored(answered, [&] {
    std::vector<Engine::Preview> drafts;
    for (const AcceptedSpec& spec : accepted) {
      auto existing = store_.find_resource_by_name(organization_id, kind.name, spec.name);
      check_generation(spec.name, existing, options.expected_generation);
      if (existing) refuse_while_running(*existing);
      drafts.push_back(plan(organization_id, kind, catalog, spec, std::move(existing)));
      check_secrets(drafts.back());
    }
    return store_all(organization_id, kind, drafts, options.idempotency_key, digest);
  });
}

/// The plan is made from specs, which hold no secrets: a changed one would be stored and never
/// reach the machines.
void Acceptor::check_secrets(const Engine::Preview& draft) {
  if (!draft.existing) return;
  for (const auto& [name, given] : draft.accepted.secrets) {
    const std::optional<Secret> stored =
        store_.find_secret(draft.existing->organization_id, draft.existing->id, name);
    if (stored && stored->reveal() != given.reveal())
      throw Error(
          ErrorCode::kConflict,
          fmt::format("the secret '{}' of '{}' differs from the one that is in use", name,
                      draft.accepted.name),
          "leave it out to keep the one in use; changing a secret in place is not possible yet");
  }
}

std::vector<Engine::Accepted> Acceptor::store_all(const std::string& organization_id,
                                                  const Kind& kind,
                                                  const std::vector<Engine::Preview>& drafts,
                                                  const std::string& idempotency_key,
                                                  const std::string& digest) {
  std::vector<Engine::Accepted> accepted;
  ledger_.commit([&](Ledger::Session& session) {
    for (const Engine::Preview& draft : drafts)
      accepted.push_back(store_one(session, organization_id, kind, draft));
    keep_answer(session, organization_id, idempotency_key, digest, accepted);
  });
  return accepted;
}

Engine::Accepted Acceptor::store_one(Ledger::Session& session, const std::string& organization_id,
                                     const Kind& kind, const Engine::Preview& draft) {
  store::Transaction& tx = session.tx();
  const AcceptedSpec& accepted = draft.accepted;
  std::optional<Resource> current = tx.resource_by_name(organization_id, kind.name, accepted.name);
  if (current && !current->current_operation_id.empty())
    refuse_unless_over(*current, tx.operation(current->current_operation_id));
  if (!is_unchanged(draft.existing, current)) throw Stale(accepted.name);

  Resource resource;
  if (current) {
    resource = *std::move(current);
    if (resource.spec != accepted.spec) {
      resource.spec = accepted.spec;
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
    resource.created_at = resource.updated_at = session.now();
    if (draft.plan.empty()) resource.state = ResourceState::kActive;
    tx.insert_resource(resource);
  }
  for (const auto& [name, secret] : accepted.secrets)
    tx.put_secret(organization_id, resource.id, name, secret, /*keep_existing=*/false);
  if (draft.plan.empty()) return {resource, std::nullopt};
  const Operation operation = insert(session, draft.plan, resource);
  return {resource, operation};
}

Operation Acceptor::remove(const std::string& organization_id, const std::string& resource_id,
                           const Engine::AcceptOptions& options) {
  const std::string digest = digest_of("delete " + resource_id, {});
  const auto answered = [&]() -> std::optional<Operation> {
    const auto answer = first_answer(organization_id, options.idempotency_key, digest);
    return answer ? answer->at(0).operation : std::nullopt;
  };
  return until_stored(answered, [&] {
    const std::optional<Resource> before = store_.find_resource(organization_id, resource_id);
    if (!before || before->state == ResourceState::kDeleted) throw not_found(resource_id);
    check_generation(before->name, before, options.expected_generation);
    refuse_while_running(*before);
    const Engine::Preview draft = preview_delete(organization_id, resource_id);

    Operation operation;
    ledger_.commit([&](Ledger::Session& session) {
      std::optional<Resource> resource = session.tx().resource(resource_id);
      if (resource && !resource->current_operation_id.empty())
        refuse_unless_over(*resource, session.tx().operation(resource->current_operation_id));
      if (!is_unchanged(before, resource)) throw Stale(before->name);
      operation = insert(session, draft.plan, *resource);
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
