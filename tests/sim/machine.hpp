#pragma once
// One simulated machine: its power, its files, its packages and units. What its units run is a
// kind's own: a class derived from this one has the processes, and answers what they are asked.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kinds/fleet/testing/memory_jobs.hpp"
#include "machine/machines.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/network.hpp"

namespace ashlar::sim {

class MachineModel {
 public:
  struct Identity {
    std::string id;  // the provider's
    std::string name;
    std::string public_address;
    std::string private_address;
    std::string user_data;
    int cluster = 0;
  };
  MachineModel(Network& network, Identity identity);
  virtual ~MachineModel() = default;
  MachineModel(const MachineModel&) = delete;
  MachineModel& operator=(const MachineModel&) = delete;

  const Identity& identity() const { return identity_; }
  bool is_up() const { return up_; }
  /// Units that are enabled start a little later.
  void boot();
  /// As by its own shutdown: every process is asked to end.
  void shut_down();
  /// The power goes.
  void lose_power();

  /// SIGKILL to what runs; its unit starts it again.
  void kill_process();
  /// Somebody edits a file by hand.
  void spoil_file(const std::string& path);
  /// Whatever should run ends, and cannot be started before it is mended.
  void break_service();
  void mend_service();
  /// Somebody stops it: systemctl stop.
  void stop_service();
  /// What shall run on it runs.
  bool is_settled() const;
  bool runs_something() const;

  /// Throws std::logic_error for an operation that nobody foresaw.
  machine::OperationResult perform(const Json& operation, bool check_only);

 protected:
  static machine::OperationResult done(bool changed, Json data = Json::object());
  static machine::OperationResult failed(std::string message);

  // What a kind brings.
  /// Every unit that its machines may have.
  virtual const std::vector<std::string>& unit_names() const = 0;
  virtual bool is_installed(const std::string& unit) const = 0;
  virtual bool active(const std::string& unit) const = 0;
  /// Throws std::runtime_error with what the process would log when it cannot start.
  virtual void start_process(const std::string& unit) = 0;
  /// SIGTERM.
  virtual void stop_process(const std::string& unit) = 0;
  /// SIGKILL; or the power went.
  virtual void end_process(const std::string& unit, bool power_lost) = 0;
  /// Whether an enabled unit still holds its start back after a boot.
  virtual bool waits_after_boot(const std::string&, Millis /*since_boot*/) const { return false; }
  /// What it knows of an operation that not every machine knows; throws std::logic_error otherwise.
  virtual machine::OperationResult perform_own(const Json& operation, bool check_only) = 0;
  /// The versions of a package that the package sources offer, oldest first.
  virtual const std::vector<std::string>& offered(const std::string& package) const = 0;
  virtual void installed_packages_changed() {}

  bool has_package(const std::string& name) const { return packages_.contains(name); }
  Time now() const { return network_.time.now(); }

  Network& network_;
  const Identity identity_;
  Disk disk_;

 private:
  struct Unit {
    bool enabled = false;
    Time started_at{};
  };

  machine::OperationResult write_file(const Json& operation, bool only_when_absent,
                                      bool check_only);
  machine::OperationResult read_file(const Json& operation) const;
  machine::OperationResult remove(const Json& operation, bool check_only);
  machine::OperationResult install(const Json& operation, bool check_only);
  machine::OperationResult installed(const Json& operation) const;
  machine::OperationResult set_unit(const Json& operation, bool check_only);

  void start_unit(const std::string& unit);
  void start_later(const std::string& unit, Millis delay);
  Millis restart_pause(const std::string& unit) const;

  bool up_ = false;
  bool broken_ = false;
  int boots_ = 0;
  Time booted_at_{};
  std::map<std::string, std::string> packages_;  // name -> version
  std::map<std::string, Unit> units_;
  fleet::testing::MemoryJobs jobs_;
};

}  // namespace ashlar::sim
