#include "engine/accept.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

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

Error not_found(const std::string& resource_id) {
  return Error(ErrorCode::kNotFound, fmt::format("there is no resource {}", resource_id));
}

void register_secrets(const AcceptedSpec& accepted) {
  for (const auto& [name, secret] : accepted.secrets) register_secret(secret.reveal());
}

void throw_if_wrong(const std::string& what, std::vector<FieldError> wrong) {
  if (wrong.empty()) return;
  const std::string message =
      fmt::format("{} has {} fault{}", what, wrong.size(), wrong.size() == 1 ? "" : "s");
  throw Error(ErrorCode::kInvalidInput, message, std::move(wrong));
}

std::vector<FieldError> redacted(std::vector<FieldError> errors) {
  for (FieldError& error : errors) error.message = redact(error.message);
  return errors;
}

bool is_unchanged(const std::optional<Resource>& before, const std::optional<Resource>& now) {
  if (before.has_value() != now.has_value()) return false;
  return !before || (before->id == now->id && before->generation == now->generation &&
                     before->current_operation_id == now->current_operation_id);
}

const Action& action_named(const Kind& kind, const std::string& name) {
  const auto found = std::ranges::find(kind.actions, name, &Action::name);
  if (found != kind.actions.end()) return *found;
  throw Error(ErrorCode::kNotFound,
              fmt::format("a resource of the kind {} has no action '{}'", kind.name, name));
}

/// A password that was sent as a number is one all the same.
std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump(value);
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

/// Stores the operation and its first event; a plan without steps is over at once. `before`: the
/// resource as it was, when the operation changes one; `given`: the secrets that will be put.
Operation insert(Ledger::Session& session, const Plan& plan, Resource& resource,
                 const std::optional<Resource>& before = std::nullopt,
                 const std::map<std::string, Secret>& given = {}, const std::string& because = {}) {
  Proposal proposal = propose(plan, resource, session.now());
  if (before) {
    // The operation before this one is history now, and can no longer be cancelled.
    if (const auto earlier = session.tx().operation(before->current_operation_id))
      forget_what_was_before(session.tx(), *earlier);
    keep_what_was_before(session.tx(), proposal.operation, *before, given);
  }
  session.tx().insert_operation(proposal.operation, proposal.steps, "");
  resource.current_operation_id = proposal.operation.id;
  resource.updated_at = session.now();
  session.tx().update_resource(resource);
  Json details{{"generation", resource.generation}};
  if (!because.empty()) details["because"] = redact(because);
  session.tx().append_event(operation_event(
      proposal.operation, "operation.accepted",
      because.empty() ? fmt::format("{}: accepted", plan.summary)
                      : fmt::format("{}: begun by Ashlar itself: {}", plan.summary, because),
      session.now(), std::move(details)));
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

Resource Acceptor::existing_resource(const std::string& organization_id,
                                     const std::string& resource_id) {
  std::optional<Resource> resource = store_.find_resource(organization_id, resource_id);
  if (!resource || resource->state == ResourceState::kDeleted) throw not_found(resource_id);
  return *std::move(resource);
}

std::vector<AcceptedSpec> Acceptor::parse_all(const std::string& organization_id, const Kind& kind,
                                              const Catalog& catalog,
                                              const std::vector<Json>& specs) const {
  const auto stored_spec = [&](const Json& input) -> Json {
    const auto name = input.find("name");
    if (name == input.end() || !name->is_string()) return nullptr;
    const auto stored = store_.find_resource_by_name(organization_id, kind.name, *name);
    return stored ? stored->spec : Json(nullptr);
  };
  std::vector<AcceptedSpec> accepted;
  std::vector<FieldError> wrong;
  std::set<std::string> names;
  for (size_t i = 0; i < specs.size(); ++i) {
    const std::string prefix = specs.size() > 1 ? fmt::format("[{}].", i) : std::string();
    Parsed<AcceptedSpec> parsed = kind.parse(specs[i], stored_spec(specs[i]), catalog);
    if (!parsed) {
      for (FieldError& error : parsed.error())
        wrong.push_back({prefix + error.path, redact(error.message), error.line});
      continue;
    }
    register_secrets(*parsed);
    if (!names.insert(parsed->name).second)
      wrong.push_back({prefix + "name", fmt::format("'{}' is given twice", parsed->name)});
    accepted.push_back(*std::move(parsed));
  }
  throw_if_wrong(fmt::format("the {} specification", kind.name), std::move(wrong));
  return accepted;
}

Engine::Preview Acceptor::plan(const Kind& kind, const Catalog& catalog, Intent intent,
                               std::optional<Resource> existing) {
  const Json observed = existing ? observer_.observe(*existing) : Json(nullptr);
  PlanInput input{intent.accepted.spec, observed, catalog, std::move(intent.once), {}};
  if (existing) input.changed_secrets = changed_secrets(*existing, intent.accepted);
  Plan plan = kind.plan(input);
  check_plan(kind, plan);
  return {std::move(intent.accepted), std::move(existing), std::move(plan)};
}

Engine::Preview Acceptor::plan_action(const Resource& resource, const std::string& name,
                                      const Json& arguments) {
  const Kind& kind = kind_named(resource.kind);
  const Action& action = action_named(kind, name);
  for (const std::string& member : action.secret_arguments)
    if (arguments.is_object() && arguments.contains(member))
      register_secret(text_of(arguments[member]));
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  Parsed<Intent> intent = action.intend(resource.spec, arguments, catalog);
  if (!intent)
    throw_if_wrong(fmt::format("the request to {} '{}'", name, resource.name),
                   redacted(std::move(intent.error())));
  register_secrets(intent->accepted);
  Engine::Preview preview = plan(kind, catalog, *std::move(intent), resource);
  // History shows what was asked for; a deployment that never ended stays one.
  if (preview.plan.action == "update") preview.plan.action = name;
  return preview;
}

Engine::Preview Acceptor::preview(const std::string& organization_id, const std::string& kind_name,
                                  const Json& spec) {
  const Kind& kind = kind_named(kind_name);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  AcceptedSpec accepted = parse_all(organization_id, kind, catalog, {spec}).front();
  auto existing = store_.find_resource_by_name(organization_id, kind.name, accepted.name);
  return plan(kind, catalog, {std::move(accepted), nullptr}, std::move(existing));
}

Engine::Preview Acceptor::preview_action(const std::string& organization_id,
                                         const std::string& resource_id, const std::string& action,
                                         const Json& arguments) {
  return plan_action(existing_resource(organization_id, resource_id), action, arguments);
}

Engine::Preview Acceptor::preview_delete(const std::string& organization_id,
                                         const std::string& resource_id) {
  Resource resource = existing_resource(organization_id, resource_id);
  const Kind& kind = kind_named(resource.kind);
  const Catalog catalog = kind.catalog ? kind.catalog() : Catalog{};
  Plan plan = kind.plan_delete(resource.spec, observer_.observe(resource), catalog);
  check_plan(kind, plan);
  AcceptedSpec unchanged{resource.name, resource.spec, {}};
  return {std::move(unchanged), std::move(resource), std::move(plan)};
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
  const std::vector<AcceptedSpec> accepted = parse_all(organization_id, kind, catalog, specs);
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
      drafts.push_back(plan(kind, catalog, {spec, nullptr}, std::move(existing)));
    }
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
    refuse_while_running(resource);
    const Engine::Preview draft = plan_action(resource, action, arguments);
    return store_all(organization_id, kind_named(resource.kind), {draft}, options, digest).front();
  });
}

/// The plan is made from specs, which hold no secrets: it is told which of them are new.
std::vector<std::string> Acceptor::changed_secrets(const Resource& existing,
                                                   const AcceptedSpec& accepted) {
  std::vector<std::string> changed;
  for (const auto& [name, given] : accepted.secrets) {
    const std::optional<Secret> stored =
        store_.find_secret(existing.organization_id, existing.id, name);
    if (!stored || stored->reveal() != given.reveal()) changed.push_back(name);
  }
  return changed;
}

std::vector<Engine::Accepted> Acceptor::store_all(const std::string& organization_id,
                                                  const Kind& kind,
                                                  const std::vector<Engine::Preview>& drafts,
                                                  const Engine::AcceptOptions& options,
                                                  const std::string& digest) {
  std::vector<Engine::Accepted> accepted;
  ledger_.commit([&](Ledger::Session& session) {
    for (const Engine::Preview& draft : drafts)
      accepted.push_back(store_one(session, organization_id, kind, draft, options.because));
    keep_answer(session, organization_id, options.idempotency_key, digest, accepted);
  });
  return accepted;
}

Engine::Accepted Acceptor::store_one(Ledger::Session& session, const std::string& organization_id,
                                     const Kind& kind, const Engine::Preview& draft,
                                     const std::string& because) {
  store::Transaction& tx = session.tx();
  const AcceptedSpec& accepted = draft.accepted;
  std::optional<Resource> current = tx.resource_by_name(organization_id, kind.name, accepted.name);
  if (current && !current->current_operation_id.empty())
    refuse_unless_over(*current, tx.operation(current->current_operation_id));
  if (!is_unchanged(draft.existing, current)) throw Stale(accepted.name);

  Resource resource;
  if (current) {
    resource = *current;
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
  std::optional<Operation> operation;
  if (!draft.plan.empty())
    operation = insert(session, draft.plan, resource, current, accepted.secrets, because);
  for (const auto& [name, secret] : accepted.secrets)
    tx.put_secret(organization_id, resource.id, name, secret, /*keep_existing=*/false);
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
