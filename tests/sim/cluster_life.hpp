#pragma once
// One cluster of a world: what is asked for it, and what must hold of it.

#include <set>
#include <string>
#include <vector>

#include "tests/sim/seeds.hpp"
#include "tests/sim/world.hpp"

namespace ashlar::sim {

class ClusterLife {
 public:
  ClusterLife(World& world, std::string name) : world_(world), name_(std::move(name)) {
    world_.cluster_number(name_);
  }
  virtual ~ClusterLife() = default;
  ClusterLife(const ClusterLife&) = delete;
  ClusterLife& operator=(const ClusterLife&) = delete;

  // What is asked for. Each returns false when there was nothing to do, and throws Error when it is
  // refused; the operation is then to be run.
  bool apply(const Json& spec);
  bool act(const std::string& action, const Json& arguments);
  void remove();

  struct Run {
    int cancel_after = 0;  // rounds; 0: never
    int most_retries = 3;
  };
  /// Runs the latest operation to its end: succeeded, cancelled, or failed again and again.
  OperationState run(const Run& how);
  /// Takes back an operation that failed again and again, or goes on with it where there is no way
  /// back. When that fails, too, only healing is left.
  OperationState give_up();
  /// Everything up to a healthy cluster, by healing; throws Violation when that cannot be had.
  void recover();
  bool is_healthy();

  Operation operation();
  Resource resource();
  bool exists() { return world_.find(name_).has_value(); }
  /// Clients of what it declares now, besides those that are there.
  virtual void start_clients() = 0;

  /// Whether the operation that was asked for last has such a step.
  bool plans(const std::string& step_type);

  // What must hold.
  /// Every declared node has its record, and there is no other.
  void expect_recorded();
  /// So it is, and the provider has these machines and no other.
  void expect_standing();
  /// Of what clients were promised, nothing is lost.
  virtual void expect_data() = 0;
  /// Its clients had a write confirmed a moment ago.
  virtual void expect_served() = 0;
  void expect_nothing_left();
  /// Nothing that a change only sets for a while is left.
  virtual void expect_tidy() {}

  /// What an end state is compared by.
  std::string end_state();
  /// Confirmed writes that were lost to what the service is known not to keep, by which it was.
  virtual Counts excused() const { return {}; }
  World& world() { return world_; }
  const std::string& name() const { return name_; }

 protected:
  virtual std::set<std::string> nodes_of(const Json& spec) const = 0;

 private:
  bool try_to_cancel();
  void mend(int attempt);
  void tell_events();
  void expect_explained(const Operation& operation) const;

  World& world_;
  const std::string name_;
  std::string operation_id_;
  std::string told_operation_;
  long long told_events_ = 0;
};

}  // namespace ashlar::sim
