#include "pocketcloud/cloud.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/log.hpp"
#include "base/process.hpp"
#include "pocketcloud/catalog.hpp"
#include "pocketcloud/cgroup.hpp"
#include "pocketcloud/console_log.hpp"
#include "pocketcloud/supervisor.hpp"

namespace ashlar::pocketcloud {
namespace {

/// Machines that boot at once. More would only make each slower, and a host of two processors busy
/// with nothing else.
constexpr size_t kMostBoots = 12;
/// DigitalOcean numbers droplets in the hundreds of millions; clients must not assume small ids.
constexpr long kFirstId = 400'000'001;

int signal_for(const Action& action) {
  if (action.type == "power_off") return kHardOffSignal;
  if (action.type == "shutdown") return kShutdownSignal;
  if (action.type == "reboot") return kRebootSignal;
  return kResetSignal;
}

/// This program, also when its file was replaced since it started (a rebuild).
std::string own_program() {
  const fs::path path = fs::read_symlink("/proc/self/exe");
  return fs::exists(path) ? path.string() : "/proc/self/exe";
}

/// Why a machine that does not run any more ended; empty when it ended in order.
std::string reason_of_end(const std::optional<DropletRun>& run) {
  if (!run) return "its supervisor ended before it reported anything";
  if (run->phase == "failed") return run->reason;
  if (run->phase == "stopped") return "";
  return "its supervisor was killed, as in a power failure";
}

bool boots_again(const Action& action) {
  return action.type == "reboot" || action.type == "power_cycle";
}

}  // namespace

Cloud::Cloud(CloudOptions options)
    : options_(std::move(options)),
      file_(options_.data / "state.json"),
      state_(load_state()),
      network_(options_.name, options_.public_pool, options_.vpc_pool),
      graveyard_(options_.data / "graveyard"),
      host_room_(real_host(), options_.name),
      queue_(6,
             [this](long droplet) {
               try {
                 converge(droplet);
               } catch (const std::exception& error) {
                 log::error("droplet {}: {}; trying again in 1 s", droplet, error.what());
                 queue_.add(droplet, Millis{1000});
               }
             }),
      watcher_([this](long droplet) { queue_.add(droplet); }) {
  reconcile();
}

Cloud::~Cloud() {
  queue_.stop();
}

State Cloud::load_state() {
  if (auto state = file_.load()) return std::move(*state);
  State state;
  state.account_id = new_uuid();
  state.next_id = kFirstId;
  // Each region has a default VPC from the start, as a team's account has once it used the region.
  for (const auto& region : regions()) {
    const auto range = free_subrange(
        options_.vpc_pool, std::max(24, options_.vpc_pool.prefix), [&](const Cidr& candidate) {
          return std::ranges::any_of(state.vpcs, [&](const auto& entry) {
            return entry.second.range().overlaps(candidate);
          });
        });
    if (!range)
      throw Error(ErrorCode::kInvalidInput,
                  "the VPC pool is too small: it needs a /24 for each region",
                  "give --vpc-pool a /20 or larger");
    Vpc vpc{.id = new_uuid(),
            .name = "default-" + std::string(region.slug),
            .region = std::string(region.slug),
            .ip_range = range->text(),
            .created_at = timestamp(clock_.now()),
            .is_default = true,
            .index = state.next_bridge++};
    state.vpcs[vpc.id] = vpc;
  }
  file_.save(state);
  return state;
}

void Cloud::reconcile() {
  host_room_.make(kDropletLimit);
  fs::create_directories(options_.data / "droplets");
  remove_orphans();
  network_.ensure();
  std::vector<Vpc> vpcs;
  std::vector<long> droplets;
  read([&](const State& state) {
    for (const auto& [id, droplet] : state.droplets) droplets.push_back(id);
    for (const auto& [id, vpc] : state.vpcs) {
      const bool used = std::ranges::any_of(
          state.droplets, [&](const auto& entry) { return entry.second.vpc == id; });
      if (used) vpcs.push_back(vpc);
    }
  });
  for (const auto& vpc : vpcs) network_.ensure_vpc(vpc);
  apply_firewalls();
  for (const long id : droplets) {
    fs::create_directories(files(id).directory());
    watcher_.watch_directory(id, files(id).directory());
    if (const pid_t supervisor = files(id).supervisor()) watcher_.watch_process(id, supervisor);
    if (ended_by_itself(id)) boots_.with([&](Boots& boots) { boots.started.insert(id); });
    kick(id);
  }
}

/// Whether a machine that should run was started before and must not be started again: it runs, or
/// it ended in order while this process was away. One that was torn down with the host starts
/// again.
bool Cloud::ended_by_itself(long id) const {
  if (files(id).supervisor() != 0) return true;
  const auto run = run_of(id);
  const bool starts_anyway = read([&](const State& state) {
    const auto action = state.actions.find(state.droplets.at(id).pending_action);
    return action != state.actions.end() && action->second.type == "power_on";
  });
  return run && !starts_anyway && (run->phase == "stopped" || run->phase == "failed");
}

/// Directories whose droplet never made it into the state: the process died between the two.
void Cloud::remove_orphans() {
  for (const auto& entry : fs::directory_iterator(options_.data / "droplets")) {
    const long id = std::strtol(entry.path().filename().c_str(), nullptr, 10);
    const bool known = read([&](const State& state) { return state.droplets.contains(id); });
    if (!known) fs::remove_all(entry.path());
  }
}

DropletFiles Cloud::files(long droplet) const {
  return DropletFiles(options_.data / "droplets" / std::to_string(droplet));
}

fs::path Cloud::snapshot_file(long snapshot) const {
  return options_.data / "snapshots" / fmt::format("{}.img", snapshot);
}

/// Of a droplet that is off: its disk is a file that nobody writes to. A copy that was interrupted
/// is made anew.
void Cloud::take_snapshot(const Droplet& droplet) {
  const long id = read([&](const State& state) -> long {
    for (const auto& [number, snapshot] : state.snapshots)
      if (snapshot.droplet == droplet.id && snapshot.status == "pending") return number;
    return 0;
  });
  if (id == 0) return;
  fs::create_directories(snapshot_file(id).parent_path());
  copy_disk(files(droplet.id).disk_image(), snapshot_file(id));
  change([&](State& state) {
    const auto found = state.snapshots.find(id);
    if (found != state.snapshots.end()) found->second.status = "available";
  });
}

void Cloud::prepare(long droplet, const Seed& seed) {
  const fs::path directory = files(droplet).directory();
  fs::remove_all(directory);
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);
  files(droplet).write_seed(seed);
  watcher_.watch_directory(droplet, directory);
}

void Cloud::apply_firewalls() {
  // Rendered inside the lock, so that an older state never follows a newer one.
  const std::lock_guard lock(network_mutex_);
  network_.load(read([&](const State& state) { return render_ruleset(state, network_.layout()); }));
}

void Cloud::converge(long id) {
  const auto [known, droplet, action] = read([&](const State& state) {
    const auto found = state.droplets.find(id);
    if (found == state.droplets.end()) return std::tuple(false, Droplet{}, Action{});
    const auto pending = state.actions.find(found->second.pending_action);
    return std::tuple(true, found->second,
                      pending == state.actions.end() ? Action{} : pending->second);
  });
  if (!known) return;
  const pid_t supervisor = files(id).supervisor();
  const bool alive = supervisor != 0 || watcher_.has_process(id);

  if (droplet.destroying) {
    if (supervisor != 0) {
      if (!watcher_.has_process(id)) watcher_.watch_process(id, supervisor);
      ::kill(supervisor, kHardOffSignal);
      kick(id, Millis{500});  // in case it was too young to listen
    } else if (alive) {
      kick(id, Millis{20});  // started, but not at its lock yet
    } else {
      remove_droplet(droplet);
    }
    return;
  }
  if (droplet.wanted_on && !alive &&
      !boots_.with([&](Boots& boots) { return boots.started.contains(id); })) {
    if (ready_to_start(droplet)) start(droplet);
    return;
  }
  if (supervisor != 0 && action.id != 0) command(droplet, action, supervisor);
  if (action.type == "snapshot" && !alive) take_snapshot(droplet);
  observe(droplet, alive);
}

bool Cloud::ready_to_start(const Droplet& droplet) {
  if (droplet.boot_fault == "never") return false;
  const long wait = droplet.not_before_ms - clock_.now().time_since_epoch().count();
  if (wait > 0) {
    kick(droplet.id, Millis{wait});
    return false;
  }
  return boots_.with([&](Boots& boots) {
    if (boots.slots.size() >= kMostBoots && !boots.slots.contains(droplet.id)) {
      boots.queued.insert(droplet.id);
      return false;
    }
    boots.queued.erase(droplet.id);
    boots.slots.insert(droplet.id);
    boots.started.insert(droplet.id);
    return true;
  });
}

void Cloud::start(const Droplet& droplet) {
  const DropletFiles files = this->files(droplet.id);
  kill_leftovers(droplet.id);
  fs::remove(files.run());  // what an earlier run reported must not be taken for this one's
  count_boots_anew(droplet.id);
  const auto fail = [&](std::string reason) {
    files.write_run({.phase = "failed", .reason = std::move(reason)});
    kick(droplet.id);
  };
  if (droplet.boot_fault == "fails") return fail("a fault on purpose: its boot fails");
  try {
    host_room_.make_before_boot();
    files.write_config(config_of(droplet));
    spawn_supervisor(droplet);
  } catch (const std::exception& error) {
    fail(fmt::format("its supervisor could not be started: {}", error.what()));
  }
}

DropletConfig Cloud::config_of(const Droplet& droplet) const {
  const auto vpc = read([&](const State& state) { return state.vpcs.at(droplet.vpc); });
  const auto snapshot = read([&](const State& state) -> std::optional<Snapshot> {
    const Snapshot* found = state.usable_snapshot(droplet.image);
    return found ? std::optional(*found) : std::nullopt;
  });
  const Cidr range = vpc.range();
  return {.id = droplet.id,
          .name = droplet.name,
          .instance = options_.name,
          .image_root = options_.image.root.string(),
          .mirror = options_.image.mirror.string(),
          .disk_from = snapshot ? snapshot_file(snapshot->id).string() : "",
          .disk_gb = droplet.disk_gb,
          .memory_mb = find_size(droplet.size)->memory_mb,
          .links = {.droplet = droplet.id,
                    .fabric = network_.name(),
                    .bridge = vpc.bridge(),
                    .public_address = fmt::format("{}/{}", to_string(droplet.public_address),
                                                  options_.public_pool.prefix),
                    .private_address =
                        fmt::format("{}/{}", to_string(droplet.private_address), range.prefix),
                    .gateway = to_string(network_.layout().gateway)}};
}

void Cloud::spawn_supervisor(const Droplet& droplet) {
  const DropletFiles files = this->files(droplet.id);
  std::vector<std::string> argv{own_program(), "run-droplet", files.directory().string()};
  if (systemd_runs()) {
    // The machine's own unit: systemd must not take its processes for ours, and must let it manage
    // its own control group.
    const std::string unit = fmt::format("pocketcloud-{}-{}.service", options_.name, droplet.id);
    argv.insert(argv.begin(),
                {"systemd-run", "--quiet", "--collect", "--wait", "--unit=" + unit, "-p",
                 "Delegate=yes", "-p", "KillMode=mixed", "-p",
                 fmt::format("MemoryMax={}M", find_size(droplet.size)->memory_mb + 64)});
  }
  watcher_.watch_process(droplet.id, spawn_detached(argv, files.log()));
}

/// A supervisor counts from one; a reboot that was asked of an earlier one is done with its first
/// boot.
void Cloud::count_boots_anew(long droplet) {
  const auto stale = [&](auto& state) {
    const auto found = state.actions.find(state.droplets.at(droplet).pending_action);
    return found != state.actions.end() && found->second.boots_before > 0;
  };
  if (!read(stale)) return;
  change([&](State& state) {
    state.actions.at(state.droplets.at(droplet).pending_action).boots_before = 0;
  });
}

void Cloud::command(const Droplet& droplet, const Action& action, pid_t supervisor) {
  const bool is_command =
      action.type == "power_off" || action.type == "shutdown" || boots_again(action);
  if (!is_command) return;
  // A machine that boots anyway needs no second boot.
  const auto run = run_of(droplet.id);
  if (boots_again(action) && (!run || run->phase != "running" || run->boots > action.boots_before))
    return;
  const bool first = boots_.with([&](Boots& boots) {
    return std::exchange(boots.commanded[droplet.id], action.id) != action.id;
  });
  // After a restart of this process the signal may be sent a second time; each is harmless twice,
  // and a reboot that happened already shows in the count of boots.
  if (first) ::kill(supervisor, signal_for(action));
}

/// Takes what the machine reports over into the state.
void Cloud::observe(const Droplet& before, bool alive) {
  const auto run = run_of(before.id);
  const std::string phase = run ? run->phase : "";
  if (alive && phase != "running") return;  // on its way
  release_boot_slot(before.id);
  if (!alive) {
    kill_leftovers(before.id);
    boots_.with([&](Boots& boots) { boots.started.erase(before.id); });
  }
  if (alive && before.pending_action == 0 && before.status == "active") return;
  if (!alive && before.pending_action == 0 && before.status == "off" && !before.wanted_on) return;
  const std::string why = alive ? "" : reason_of_end(run);
  if (!why.empty()) log::error("droplet {} ({}): {}", before.id, before.name, why);
  change([&](State& state) {
    const auto found = state.droplets.find(before.id);
    if (found == state.droplets.end() || found->second.destroying) return;
    Droplet& droplet = found->second;
    const auto pending = state.actions.find(droplet.pending_action);
    const Action* action = pending == state.actions.end() ? nullptr : &pending->second;
    if (!alive) {
      const bool meant = action && (action->type == "power_off" || action->type == "shutdown" ||
                                    action->type == "resize" || action->type == "snapshot");
      droplet.status = "off";
      droplet.wanted_on = false;
      state.finish_action(droplet, meant ? "completed" : "errored", clock_.now(), why);
      return;
    }
    droplet.status = "active";
    if (!action) return;
    const bool done = action->type == "create" || action->type == "power_on" ||
                      (boots_again(*action) && run->boots > action->boots_before);
    if (done) state.finish_action(droplet, "completed", clock_.now());
  });
}

void Cloud::release_boot_slot(long droplet) {
  const auto next = boots_.with([&](Boots& boots) -> long {
    if (boots.slots.erase(droplet) == 0 || boots.queued.empty()) return 0;
    return *boots.queued.begin();
  });
  if (next != 0) kick(next);
}

void Cloud::bury(const Droplet& droplet) {
  const auto run = run_of(droplet.id);
  graveyard_.bury({.droplet = droplet.id,
                   .name = droplet.name,
                   .reason = run ? run->reason : "",
                   .deleted_at = to_rfc3339(clock_.now()),
                   .console = last_console(files(droplet.id).console())},
                  clock_.now());
}

void Cloud::remove_droplet(const Droplet& droplet) {
  kill_leftovers(droplet.id);
  if (fs::exists(files(droplet.id).directory())) bury(droplet);
  network_.forget_droplet(droplet.id);
  fs::remove_all(files(droplet.id).directory());
  change([&](State& state) {
    const auto found = state.droplets.find(droplet.id);
    if (found == state.droplets.end()) return;
    state.finish_action(found->second, "errored", clock_.now(), "the droplet was destroyed");
    state.droplets.erase(found);
    std::erase_if(state.snapshots, [&](const auto& entry) {
      return entry.second.droplet == droplet.id && entry.second.status == "pending";
    });
    for (auto& [id, firewall] : state.firewalls) std::erase(firewall.droplets, droplet.id);
  });
  release_boot_slot(droplet.id);
  boots_.with([&](Boots& boots) {
    boots.queued.erase(droplet.id);
    boots.commanded.erase(droplet.id);
    boots.started.erase(droplet.id);
  });
  apply_firewalls();
}

/// A supervisor that was killed by force left its machine behind.
void Cloud::kill_leftovers(long droplet) {
  const auto run = run_of(droplet);
  if (!run || run->phase == "stopped") return;
  const auto cgroup = MachineCgroup::at(run->cgroup);
  cgroup.kill_all();
  cgroup.remove();
}

DropletRun Cloud::running(long droplet) const {
  auto run = run_of(droplet);
  if (files(droplet).supervisor() == 0 || !run || run->phase != "running") {
    throw Error(ErrorCode::kConflict, fmt::format("droplet {} does not run", droplet));
  }
  return *run;
}

void Cloud::pause(long droplet, bool paused) {
  MachineCgroup::at(running(droplet).cgroup).freeze(paused);
}

void Cloud::limit_rate(long droplet, long kbit) {
  running(droplet);
  network_.limit_rate(droplet, files(droplet).supervisor(), kbit);
}

void Cloud::fill_disk(long droplet, bool full) {
  running(droplet);
  // The disk is mounted in the supervisor's namespace, outside of what the guest sees.
  const fs::path disk = fmt::format("/proc/{}/root{}", files(droplet).supervisor(),
                                    fs::absolute(files(droplet).disk()).string());
  const fs::path filler = disk / "filler";
  if (!full) {
    fs::remove(filler);
    return;
  }
  const int fd = ::open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    throw Error(ErrorCode::kMachine, "cannot fill the disk of droplet " + std::to_string(droplet));
  // Halving reaches the last block; nothing is written to the host's disk, blocks are only
  // reserved.
  for (off_t step = off_t{1} << 40; step >= 4096;) {
    const off_t end = ::lseek(fd, 0, SEEK_END);
    struct statvfs space{};
    ::fstatvfs(fd, &space);
    step = std::min<off_t>(step, static_cast<off_t>(space.f_bfree * space.f_bsize));
    if (step < 4096 || ::fallocate(fd, 0, end, step) != 0) step /= 2;
  }
  ::close(fd);
}

}  // namespace ashlar::pocketcloud
