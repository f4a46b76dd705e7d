#include "engine/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.hpp"

namespace ashlar::engine {

StoredSecrets::StoredSecrets(store::Store& store, Ledger& ledger, const Resource& resource)
    : store_(store),
      ledger_(ledger),
      organization_id_(resource.organization_id),
      owner_(resource.id) {}

std::optional<Secret> StoredSecrets::find(const std::string& name) {
  std::optional<Secret> found = store_.find_secret(organization_id_, owner_, name);
  if (found) register_secret(found->reveal());
  return found;
}

Secret StoredSecrets::ensure(const std::string& name, const std::function<Secret()>& make) {
  if (std::optional<Secret> found = find(name)) return *found;
  const Secret made = make();
  register_secret(made.reveal());
  Secret counts;
  ledger_.write([&](store::Transaction& tx) {
    tx.put_secret(organization_id_, owner_, name, made, /*keep_existing=*/true);
    counts = tx.secret(organization_id_, owner_, name).value();
  });
  register_secret(counts.reveal());
  return counts;
}

void StoredSecrets::put(const std::string& name, const Secret& value) {
  register_secret(value.reveal());
  ledger_.write([&](store::Transaction& tx) {
    tx.put_secret(organization_id_, owner_, name, value, /*keep_existing=*/false);
  });
}

void StoredSecrets::remove(const std::string& name) {
  ledger_.write([&](store::Transaction& tx) { tx.remove_secret(organization_id_, owner_, name); });
}

void StoredSecrets::remove_all() {
  ledger_.write([&](store::Transaction& tx) { tx.remove_secrets(organization_id_, owner_); });
}

StoredMachines::StoredMachines(store::Store& store, Ledger& ledger, const Clock& clock,
                               const Resource& resource)
    : store_(store),
      ledger_(ledger),
      clock_(clock),
      organization_id_(resource.organization_id),
      resource_id_(resource.id) {}

std::vector<Machine> StoredMachines::all() {
  return store_.list_machines(organization_id_, resource_id_);
}

std::optional<Machine> StoredMachines::find_node(const std::string& node) {
  for (Machine& machine : all())
    if (machine.node == node) return std::move(machine);
  return std::nullopt;
}

void StoredMachines::put(const Machine& machine) {
  Machine stored = machine;
  stored.organization_id = organization_id_;
  stored.resource_id = resource_id_;
  const std::optional<Machine> before = find_node(machine.node);
  if (stored.id.empty()) stored.id = before ? before->id : new_id("mch");
  if (stored.created_at == Time{}) stored.created_at = before ? before->created_at : clock_.now();
  ledger_.write([&](store::Transaction& tx) { tx.put_machine(stored); });
}

void StoredMachines::exchange(const std::string& node, const std::string& other) {
  ledger_.write([&](store::Transaction& tx) {
    const std::vector<Machine> machines = tx.machines(resource_id_);
    const auto one = std::ranges::find(machines, node, &Machine::node);
    const auto two = std::ranges::find(machines, other, &Machine::node);
    if (one == machines.end() || two == machines.end())
      throw Error(ErrorCode::kNotFound,
                  fmt::format("{} and {} cannot change places: {} has no machine", node, other,
                              one == machines.end() ? node : other));
    // Both go first: two machines of one node are never stored, not even for a moment.
    tx.remove_machine(resource_id_, node);
    tx.remove_machine(resource_id_, other);
    Machine first = *one;
    Machine second = *two;
    std::swap(first.node, second.node);
    tx.put_machine(first);
    tx.put_machine(second);
  });
}

void StoredMachines::remove_node(const std::string& node) {
  ledger_.write([&](store::Transaction& tx) { tx.remove_machine(resource_id_, node); });
}

FindStep steps_of(store::Store& store, const Resource& resource) {
  return [&store, organization_id = resource.organization_id, resource_id = resource.id](
             const std::string& id) { return store.find_step(organization_id, resource_id, id); };
}

}  // namespace ashlar::engine
