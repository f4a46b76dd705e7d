#pragma once
// A store in memory, for simulations that live thousands of lives: the same answers as the SQL one
// (a test lives the same life over both), without its cost.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "store/transaction.hpp"

namespace ashlar::sim {

/// Not thread-safe. Of organizations it has one; tokens, sessions, pages and waiting for events are
/// not answered: such a call fails the test.
class MemoryStore final : public store::Store {
 public:
  explicit MemoryStore(Time now) : created_at_(now) {}

  std::optional<Secret> ensure_first_organization(Time) override { return std::nullopt; }
  std::vector<store::Organization> organizations() override {
    return {{kOrganization, "default", created_at_}};
  }
  store::Organization create_organization(const std::string&, Time) override {
    unexpected("create_organization");
  }
  std::optional<store::Principal> authenticate(const Secret&) override {
    unexpected("authenticate");
  }
  store::NewToken create_token(const std::string&, const std::string&,
                               const std::vector<std::string>&, Time) override {
    unexpected("create_token");
  }
  std::vector<store::Token> list_tokens(const std::string&) override { unexpected("list_tokens"); }
  bool revoke_token(const std::string&, const std::string&) override { unexpected("revoke_token"); }
  Secret create_session(const std::string&, Time, Time) override { unexpected("create_session"); }
  std::optional<store::Session> find_session(const Secret&, Time) override {
    unexpected("find_session");
  }
  void remove_session(const Secret&) override { unexpected("remove_session"); }
  store::Page<Resource> list_resources(const std::string&, const std::string&,
                                       const store::PageRequest&) override {
    unexpected("list_resources");
  }
  store::CountedPage<store::ListedResource> search_resources(const std::string&,
                                                             const store::ResourceQuery&,
                                                             const store::PageRequest&) override {
    unexpected("search_resources");
  }
  store::CountedPage<Operation> search_operations(const std::string&, const store::OperationQuery&,
                                                  const store::PageRequest&) override {
    unexpected("search_operations");
  }
  store::Page<Event> list_resource_events(const std::string&, const std::string&,
                                          const store::PageRequest&) override {
    unexpected("list_resource_events");
  }
  std::vector<store::Sample> list_samples(const std::string&, const std::string&, Time) override {
    unexpected("list_samples");
  }
  std::optional<Resource> find_resource(const std::string& organization,
                                        const std::string& id) override;
  std::optional<Resource> find_resource_by_name(const std::string& organization,
                                                const std::string& kind,
                                                const std::string& name) override;
  std::vector<Machine> list_machines(const std::string& organization,
                                     const std::string& resource) override;
  store::Page<Operation> list_operations(const std::string&, const std::string&,
                                         const store::PageRequest&) override {
    unexpected("list_operations");
  }
  std::optional<Operation> find_operation(const std::string& organization,
                                          const std::string& id) override;
  std::vector<StepRecord> list_steps(const std::string& organization,
                                     const std::string& operation) override;
  std::optional<StepRecord> find_step(const std::string& organization, const std::string& resource,
                                      const std::string& step) override;
  std::vector<Event> list_events(const std::string& organization, const std::string& operation,
                                 long long after, int limit) override;
  std::vector<StepRecord> list_steps(const std::string& operation) override;
  std::vector<Event> list_events(const std::string& operation, long long after, int limit) override;
  StepOutput read_output(const std::string&, long long, long long) override {
    unexpected("read_output");
  }
  std::map<std::string, long long> output_ends(const std::string&) override {
    unexpected("output_ends");
  }
  std::optional<long long> output_position(const std::string& step,
                                           const std::string& source) override;
  void wait_for_events(const std::string&, long long, Millis) override {
    unexpected("wait_for_events");
  }
  std::optional<Secret> find_secret(const std::string& organization, const std::string& owner,
                                    const std::string& name) override;
  void write(const std::function<void(store::Transaction&)>& body) override;
  bool healthy() override { return true; }

 private:
  class Writing;
  static constexpr const char* kOrganization = "org_simulated";

  [[noreturn]] static void unexpected(const std::string& what);

  struct SecretPlace {
    std::string organization, owner, name;
    auto operator<=>(const SecretPlace&) const = default;
  };
  struct MachinePlace {
    std::string resource, node;
    auto operator<=>(const MachinePlace&) const = default;
  };

  const Time created_at_;
  std::map<std::string, Resource> resources_;
  std::map<MachinePlace, Machine> machines_;
  std::map<std::string, Operation> operations_;
  std::map<std::string, std::vector<StepRecord>> steps_;  // by operation, in the plan's order
  std::map<std::string, std::pair<std::string, size_t>> step_places_;  // operation and position
  std::map<std::string, std::vector<Event>> events_;                   // by operation
  std::map<SecretPlace, Secret> secrets_;
  // How far each source has been read, by step and source. Nobody reads the output itself.
  std::map<std::pair<std::string, std::string>, long long> output_positions_;
};

}  // namespace ashlar::sim
