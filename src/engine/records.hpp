#pragma once
// A resource's secrets and machines as steps and observations see them, over the store.

#include <string>
#include <vector>

#include "engine/ledger.hpp"
#include "engine/step.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

/// Secrets owned by one resource. Whatever is read or written is registered with redact().
class StoredSecrets final : public Secrets {
 public:
  StoredSecrets(store::Store& store, Ledger& ledger, const Resource& resource);

  std::optional<Secret> find(const std::string& name) override;
  Secret ensure(const std::string& name, const std::function<Secret()>& make) override;
  void put(const std::string& name, const Secret& value) override;
  void remove(const std::string& name) override;
  void remove_all() override;

 private:
  store::Store& store_;
  Ledger& ledger_;
  std::string organization_id_;
  std::string owner_;
};

class StoredMachines final : public MachineRecords {
 public:
  StoredMachines(store::Store& store, Ledger& ledger, const Clock& clock, const Resource& resource);

  std::vector<Machine> all() override;
  std::optional<Machine> find_node(const std::string& node) override;
  /// Fills in id, organization, resource and time of creation where they are missing.
  void put(const Machine& machine) override;
  void remove_node(const std::string& node) override;
  void exchange(const std::string& node, const std::string& other) override;

 private:
  store::Store& store_;
  Ledger& ledger_;
  const Clock& clock_;
  std::string organization_id_;
  std::string resource_id_;
};

/// Reads the steps of one resource's operations. `store` must outlive it.
FindStep steps_of(store::Store& store, const Resource& resource);

}  // namespace ashlar::engine
