#pragma once
// A store whose transactions fail at their end when a test says so, as on a full disk: everything
// the body did is rolled back. Or whose caller dies just after them: everything is stored.

#include <functional>

#include "base/guarded.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace ashlar::engine::testing {

class FaultyStore final : public store::Store {
 public:
  explicit FaultyStore(store::Store& real) : real_(real) {}

  /// May throw; sees what the transaction is about to commit. Empty: no fault.
  void before_commit(std::function<void(store::Transaction&)> fault) {
    fault_.with([&](auto& current) { current = std::move(fault); });
  }
  /// May throw: the transaction counts, but whoever wrote it never learns so. Set before use.
  std::function<void()> after_commit;

  void write(const std::function<void(store::Transaction&)>& body) override {
    const auto fault = fault_.with([](auto& current) { return current; });
    real_.write([&](store::Transaction& tx) {
      body(tx);
      if (fault) fault(tx);
    });
    if (after_commit) after_commit();
  }

  std::optional<Secret> ensure_first_organization(Time now) override {
    return real_.ensure_first_organization(now);
  }
  std::vector<store::Organization> organizations() override { return real_.organizations(); }
  store::Organization create_organization(const std::string& name, Time now) override {
    return real_.create_organization(name, now);
  }
  std::optional<store::Principal> authenticate(const Secret& token) override {
    return real_.authenticate(token);
  }
  store::NewToken create_token(const std::string& organization, const std::string& name,
                               const std::vector<std::string>& permissions, Time now) override {
    return real_.create_token(organization, name, permissions, now);
  }
  std::vector<store::Token> list_tokens(const std::string& organization) override {
    return real_.list_tokens(organization);
  }
  bool revoke_token(const std::string& organization, const std::string& token) override {
    return real_.revoke_token(organization, token);
  }
  Secret create_session(const std::string& token, Time now, Time expires_at) override {
    return real_.create_session(token, now, expires_at);
  }
  std::optional<store::Session> find_session(const Secret& id, Time now) override {
    return real_.find_session(id, now);
  }
  void remove_session(const Secret& id) override { real_.remove_session(id); }
  store::Page<Resource> list_resources(const std::string& organization, const std::string& kind,
                                       const store::PageRequest& request) override {
    return real_.list_resources(organization, kind, request);
  }
  store::CountedPage<store::ListedResource> search_resources(
      const std::string& organization, const store::ResourceQuery& query,
      const store::PageRequest& request) override {
    return real_.search_resources(organization, query, request);
  }
  store::CountedPage<Operation> search_operations(const std::string& organization,
                                                  const store::OperationQuery& query,
                                                  const store::PageRequest& request) override {
    return real_.search_operations(organization, query, request);
  }
  store::Page<Event> list_resource_events(const std::string& organization,
                                          const std::string& resource,
                                          const store::PageRequest& request) override {
    return real_.list_resource_events(organization, resource, request);
  }
  std::vector<store::Sample> list_samples(const std::string& organization,
                                          const std::string& resource, Time since) override {
    return real_.list_samples(organization, resource, since);
  }
  std::optional<Resource> find_resource(const std::string& organization,
                                        const std::string& id) override {
    return real_.find_resource(organization, id);
  }
  std::optional<Resource> find_resource_by_name(const std::string& organization,
                                                const std::string& kind,
                                                const std::string& name) override {
    return real_.find_resource_by_name(organization, kind, name);
  }
  std::vector<Machine> list_machines(const std::string& organization,
                                     const std::string& resource) override {
    return real_.list_machines(organization, resource);
  }
  store::Page<Operation> list_operations(const std::string& organization,
                                         const std::string& resource,
                                         const store::PageRequest& request) override {
    return real_.list_operations(organization, resource, request);
  }
  std::optional<Operation> find_operation(const std::string& organization,
                                          const std::string& id) override {
    return real_.find_operation(organization, id);
  }
  std::vector<StepRecord> list_steps(const std::string& organization,
                                     const std::string& operation) override {
    return real_.list_steps(organization, operation);
  }
  std::vector<Event> list_events(const std::string& organization, const std::string& operation,
                                 long long after, int limit) override {
    return real_.list_events(organization, operation, after, limit);
  }
  std::optional<StepRecord> find_step(const std::string& organization, const std::string& resource,
                                      const std::string& step) override {
    return real_.find_step(organization, resource, step);
  }
  std::vector<StepRecord> list_steps(const std::string& operation) override {
    return real_.list_steps(operation);
  }
  std::vector<Event> list_events(const std::string& operation, long long after,
                                 int limit) override {
    return real_.list_events(operation, after, limit);
  }
  StepOutput read_output(const std::string& step, long long offset, long long most_bytes) override {
    return real_.read_output(step, offset, most_bytes);
  }
  std::map<std::string, long long> output_ends(const std::string& operation) override {
    return real_.output_ends(operation);
  }
  std::optional<long long> output_position(const std::string& step,
                                           const std::string& source) override {
    return real_.output_position(step, source);
  }
  void wait_for_events(const std::string& operation, long long after, Millis most) override {
    real_.wait_for_events(operation, after, most);
  }
  std::optional<Secret> find_secret(const std::string& organization, const std::string& owner,
                                    const std::string& name) override {
    return real_.find_secret(organization, owner, name);
  }
  bool healthy() override { return real_.healthy(); }

 private:
  store::Store& real_;
  Guarded<std::function<void(store::Transaction&)>> fault_;
};

}  // namespace ashlar::engine::testing
