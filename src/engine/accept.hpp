#pragma once
// From a spec to a stored operation.

#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/ledger.hpp"
#include "engine/observer.hpp"

namespace ashlar::engine {

/// Thread-safe. Observation happens before the transaction; inside it the resource is checked to be
/// the one that was observed, so that no plan is stored against a state that has changed meanwhile.
class Acceptor {
 public:
  Acceptor(store::Store& store, Ledger& ledger, Observer& observer, const KindRegistry& kinds,
           const Clock& clock);

  Engine::Preview preview(const std::string& organization_id, const std::string& kind,
                          const Json& spec, bool must_be_new);
  Engine::Preview preview_delete(const std::string& organization_id,
                                 const std::string& resource_id);
  Engine::Preview preview_action(const std::string& organization_id, const std::string& resource_id,
                                 const std::string& action, const Json& arguments);
  std::vector<Engine::Accepted> apply(const std::string& organization_id, const std::string& kind,
                                      const std::vector<Json>& specs,
                                      const Engine::AcceptOptions& options);
  Engine::Accepted act(const std::string& organization_id, const std::string& resource_id,
                       const std::string& action, const Json& arguments,
                       const Engine::AcceptOptions& options);
  Operation remove(const std::string& organization_id, const std::string& resource_id,
                   const Engine::AcceptOptions& options);

 private:
  const Kind& kind_named(const std::string& name) const;
  Resource existing_resource(const std::string& organization_id, const std::string& resource_id);
  std::vector<AcceptedSpec> parse_all(const std::string& organization_id, const Kind& kind,
                                      const Catalog& catalog, const std::vector<Json>& specs,
                                      bool must_be_new) const;
  std::vector<FieldError> faults_in(const std::string& organization_id, const Kind& kind,
                                    const Catalog& catalog, const Json& input, bool must_be_new,
                                    AcceptedSpec& accepted) const;
  Engine::Preview plan(const Kind& kind, const Catalog& catalog, Intent intent,
                       std::optional<Resource> existing);
  Intent intent_of(const Resource& resource, const Action& action, const Json& arguments,
                   const Catalog& catalog) const;
  Engine::Preview plan_action(const Resource& resource, const std::string& action,
                              const Json& arguments);
  std::vector<std::string> changed_secrets(const Resource& existing, const AcceptedSpec& accepted);
  /// What a live action asks for.
  Engine::Accepted adjust(const Resource& before, const Action& action, const Json& arguments,
                          const Engine::AcceptOptions& options, const std::string& digest);
  std::vector<Engine::Accepted> store_all(const std::string& organization_id, const Kind& kind,
                                          const std::vector<Engine::Preview>& drafts,
                                          const Engine::AcceptOptions& options,
                                          const std::string& digest);
  Engine::Accepted store_one(Ledger::Session& session, const std::string& organization_id,
                             const Kind& kind, const Engine::Preview& draft,
                             const Engine::AcceptOptions& options);
  std::optional<std::vector<Engine::Accepted>> first_answer(const std::string& organization_id,
                                                            const std::string& key,
                                                            const std::string& digest);
  void refuse_while_running(const Resource& resource);

  store::Store& store_;
  Ledger& ledger_;
  Observer& observer_;
  const KindRegistry& kinds_;
  const Clock& clock_;
};

}  // namespace ashlar::engine
