#pragma once
// What happens to machines and networks by themselves: processes are killed, machines lose their
// power, hang, are cut off, or are gone for good.

#include "tests/sim/seeds.hpp"
#include "tests/sim/world.hpp"

namespace ashlar::sim {

struct TroubleOptions {
  int most = 0;  // troubles in a life
  /// One at a time, and the next only when everyone has recovered: what a cluster with one replica
  /// must survive without losing anything. Otherwise they come as they like.
  bool one_at_a_time = true;
  bool for_good = false;  // a machine may never come back
};

class Troubles {
 public:
  Troubles(World& world, TroubleOptions options) : world_(world), options_(options) {}

  void start() { plan_next(); }
  /// None begins any more; those under way end by themselves.
  void stop() { stopped_ = true; }
  /// No machine is lost for good until the next call with false.
  void spare_machines(bool spare) { spares_machines_ = spare; }
  bool under_way() const { return under_way_ > 0; }
  /// None is under way, and everyone has recovered from the last one.
  bool calm() const;
  const Counts& counts() const { return counts_; }

 private:
  void plan_next();
  void strike();
  void kill(MachineModel& machine);
  void cut_power(MachineModel& machine);
  void cut_off(MachineModel& machine);
  void cut_off_control_plane();
  void hang(MachineModel& machine);
  void lose_for_good(MachineModel& machine);
  void ends_after(Millis duration, std::function<void()> end);

  World& world_;
  const TroubleOptions options_;
  int begun_ = 0;
  int under_way_ = 0;
  bool stopped_ = false;
  bool spares_machines_ = false;
  Time last_end_{};
  Counts counts_;
};

}  // namespace ashlar::sim
