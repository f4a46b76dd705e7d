#include "kinds/redis/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kinds/fleet/fleet.hpp"
#include "kinds/fleet/job.hpp"
#include "kinds/redis/observe/observe.hpp"
#include "kinds/redis/observe/proof.hpp"
#include "kinds/redis/observe/status.hpp"
#include "kinds/redis/plan/difference.hpp"
#include "kinds/redis/plan/planned.hpp"
#include "kinds/redis/server/batches.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/steps/work.hpp"

namespace ashlar::redis {
namespace {

constexpr Millis kFailoverWithin{20'000};

StepOutcome make_credentials(Work& work) {
  ensure_credentials(work.context.secrets, work.spec, work.context.clock.now());
  return Done{};
}

StepOutcome install(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  const machine::Batch batch =
      install_batch(work.spec, work.part().holds_data(), work.args().value("keepVersion", false));
  const fleet::Job job{"install", batch, "its packages are being installed"};
  const auto outcome = fleet::run_as_job(work.tools, work.context, machine, job);
  if (const auto* wait = std::get_if<Wait>(&outcome)) return *wait;
  const auto& result = std::get<machine::BatchResult>(outcome);
  throw_unless_offered(result, machine.name);
  if (failed_only_on_kernel_parameter(batch, result)) {
    // In a container it belongs to the host; Redis works, but a snapshot may lack memory.
    work.context.log(fmt::format("{} does not let vm.overcommit_memory be set: {}", machine.name,
                                 result.results.back().message));
    return Done{{{"kernelParameters", false}}};
  }
  result.or_throw(machine.name);
  return Done{{{"kernelParameters", true}}};
}

ServerConfig server_config(const Work& work, const Machine& machine) {
  const int port = work.part().holds_data() ? kRedisPort : kSentinelPort;
  const std::string address = address_of(machine);
  return {.self = {address, port},
          .bind_addresses = {address, "127.0.0.1"},
          .tls = work.spec.tls,
          .paths = {}};
}

std::optional<TlsFiles> tls_files(const Work& work, const Machine& machine) {
  if (!work.spec.tls) return std::nullopt;
  CertificateRequest request = certificate_request(work.spec, machine);
  // Until they are destroyed, machines that it replaced lead their clients to it.
  for (const Machine& former : work.context.machines.all())
    if (machine.role == "sentinel" && former.node != machine.node &&
        base_of(former.node) == base_of(machine.node) && !address_of(former).empty())
      request.addresses.push_back(address_of(former));
  return ensure_tls_files(work.context.secrets, request, machine.name, work.spec.certificate_days,
                          work.context.clock.now());
}

/// A master that has just died must not come back before the sentinels have chosen another one: its
/// data may be older than what its replicas have confirmed, and they would drop that. Why to wait;
/// empty: no longer, or not at all.
std::string await_failover(Work& work, const Machine& machine) {
  const bool repairs = work.args().value("repair", false);
  if (!repairs || !work.spec.sentinel || is_running(work, work.part(), machine)) return {};
  const auto sentinel = named_as_master(work, address_of(machine));
  if (sentinel.empty()) return {};
  Json data = work.context.step.state_data;
  if (!data.is_object()) data = Json::object();
  const Time now = work.context.clock.now();
  const auto since = from_rfc3339(data.value("awaitingSince", ""));
  if (!since) {
    data["awaitingSince"] = to_rfc3339(now);
    work.context.remember(data);
  }
  // Where there is nobody to choose, it is the only one that has any data; but what made way by
  // itself had followers, and without persistence it comes back empty.
  const bool comes_back_empty =
      data.value("madeWay", false) && work.spec.persistence == Persistence::kNone;
  if (since && !comes_back_empty &&
      now - *since > Millis{work.spec.down_after_milliseconds} + kFailoverWithin)
    return {};
  return fmt::format("{} to name another master than {}", sentinel, work.part().name);
}

/// What ran all the time, and only did not answer Ashlar, may have other users or directives than
/// its files. Nothing: all is as it should be.
std::optional<StepOutcome> finish_repair(Work& work, const Machine& machine) {
  if (!work.args().value("repair", false)) return std::nullopt;
  if (auto outcome = readmit(work, machine)) return outcome;
  restore(work);
  return std::nullopt;
}

/// Another one may have been promoted since the plan was made. Who joins the former one would let
/// it go on confirming writes that are lost when it is corrected.
Machine leader_now(const Work& work, const Group& group, const std::string& planned) {
  if (work.args().value("joins", false))
    if (const auto master = master_by_sentinels(work, group.name)) return *master;
  return work.machine_of(planned);
}

StepOutcome configure(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  if (const auto why = await_failover(work, machine); !why.empty()) return Wait{Millis{500}, why};
  const Group& group = work.topology.group(work.args().at("group").get<std::string>());
  DataNodeConfig config{.server = server_config(work, machine),
                        .leader = std::nullopt,
                        .persistence = work.spec.persistence,
                        .max_memory_bytes = work.args().at("maxMemoryBytes"),
                        .max_memory_policy = work.spec.max_memory_policy,
                        .replicas_in_group = group.replicas.size(),
                        .guard_writes = work.spec.production() && group.replicas.size() >= 2,
                        .client_rights = work.spec.client_rights};
  if (const Json& leader = work.args().at("follows"); leader.is_string())
    config.leader = Endpoint{address_of(leader_now(work, group, leader)), kRedisPort};
  const auto batch =
      start_redis_batch(config, read_passwords(work.context.secrets), tls_files(work, machine));
  const auto result = work.run(machine, batch, kStartTimeout);
  result.or_throw(machine.name);
  if (auto outcome = finish_repair(work, machine)) return *std::move(outcome);
  return Done{{{"changed", result.changed()}}};
}

Endpoint endpoint_of(const Machine& machine, int port) {
  return {address_of(machine), port};
}

WatchedGroup watched_group(const Work& work, const std::string& name, const std::string& master) {
  WatchedGroup group{name, endpoint_of(work.machine_of(master), kRedisPort), {}};
  for (const auto& member : work.topology.group(name).members())
    if (const auto machine = work.find_machine(member); machine && member != master)
      group.replicas.push_back(endpoint_of(*machine, kRedisPort));
  return group;
}

/// As planned, or as an earlier step of the plan found it: `decidedBy` is that step's type.
std::string master_named(const Work& work, const std::string& group, const Json& planned) {
  if (planned.is_string()) return planned;
  const std::string step = work.args().value("decidedBy", "redis.arbitrate");
  return work.context.output_of(step + "/" + group).at("master");
}

/// A sentinel that was stopped with its cluster remembers who led then. Once only: what it has
/// learned since it was started counts.
bool must_begin_anew(const Work& work) {
  const Json& data = work.context.step.state_data;
  const bool began = data.is_object() && data.value("beganAnew", false);
  return work.args().value("fresh", false) && !began;
}

StepOutcome configure_sentinel(Work& work) {
  const Machine machine = work.machine_of(work.part().name);
  SentinelConfig config{.server = server_config(work, machine),
                        .id = sentinel_id(work.context.resource.id, work.part().name),
                        .peers = {},
                        .groups = {},
                        .quorum = work.args().at("quorum"),
                        .down_after_milliseconds = work.spec.down_after_milliseconds};
  for (const auto& node : work.topology.nodes) {
    if (node.holds_data() || node.name == work.part().name) continue;
    if (const auto peer = work.find_machine(node.name))
      config.peers.push_back(
          {sentinel_id(work.context.resource.id, node.name), endpoint_of(*peer, kSentinelPort)});
  }
  for (const auto& [group, master] : work.args().at("masters").items())
    config.groups.push_back(watched_group(work, group, master_named(work, group, master)));
  auto batch =
      start_sentinel_batch(config, read_passwords(work.context.secrets), tls_files(work, machine));
  const bool anew = must_begin_anew(work);
  if (anew) {
    // One that runs would go on with what it knows, and write its file again. Who was dead when the
    // cluster was stopped has been started by its machine.
    const std::vector<Json> forgetting{machine::systemd_unit(kSentinelUnit, false, "stopped"),
                                       machine::remove_path(config.server.paths.sentinel_conf())};
    batch.operations.insert(batch.operations.begin(), forgetting.begin(), forgetting.end());
  }
  const auto result = work.run(machine, batch, kStartTimeout);
  result.or_throw(machine.name);
  if (anew) work.keep("beganAnew", true);
  if (auto outcome = finish_repair(work, machine)) return *std::move(outcome);
  return Done{{{"changed", result.changed()}}};
}

/// A replica that follows someone else (a former master, after a failover during the deployment) is
/// told whom to follow. A node that calls itself master is left alone: it may hold writes.
void correct_leader(Work& work, const NodeView& replica, const NodeView& master) {
  if (replica.is_master() || text_of(replica.info, "master_host") == master.address()) return;
  work.context.log(fmt::format("{} follows {}; it is told to follow {}", replica.part.name,
                               text_of(replica.info, "master_host"), master.part.name));
  machine::Batch batch;
  batch.operations.push_back(redis_operation(
      work.speaker(replica.part, *replica.machine),
      {{"REPLICAOF", master.address(), std::to_string(kRedisPort)}, {"CONFIG", "REWRITE"}}, false,
      true));
  work.run(*replica.machine, batch, kAskTimeout).or_throw(replica.machine->name);
}

/// Bytes that a first synchronization still has to bring, over all replicas of the group.
long long bytes_left(const std::vector<NodeView>& nodes) {
  long long left = 0;
  for (const auto& node : nodes) left += number_of(node.info, "master_sync_left_bytes");
  return left;
}

/// The group's members, but for those that could not be set up. What lacks them says so itself, and
/// the proof will not pass without them.
std::vector<std::string> members_set_up(const Work& work, const std::string& group) {
  std::vector<std::string> members = work.topology.group(group).members();
  const auto& planned = work.context.step.planned.after_ended;
  std::erase_if(members, [&](const std::string& member) {
    const std::string key = configure_key(member);
    return std::ranges::find(planned, key) != planned.end() && !work.context.is_done(key);
  });
  return members;
}

StepOutcome check_replication(Work& work) {
  const std::string name = work.args().at("group");
  const ClusterView view = observe_members(work.observer(), members_set_up(work, name));
  if (view.groups.empty())
    return Fail{Error(ErrorCode::kMachine, fmt::format("no node of {} could be set up", name))};
  const auto faults = faults_of(view);
  if (faults.empty()) return Done{{{"master", view.groups.front().master}}};

  // Where two call themselves master, or someone does not answer, the sentinels know better.
  const auto members = view.members_of(name);
  const bool clear = std::ranges::all_of(members, &NodeView::active) &&
                     std::ranges::count_if(members, &NodeView::is_master) == 1;
  const NodeView* leader = view.find_node(view.groups.front().master);
  if (const NodeView* master = clear ? leader : nullptr)
    for (const NodeView* node : view.members_of(name))
      if (node != master && node->active() && master->active())
        correct_leader(work, *node, *master);
  const long long left = bytes_left(view.nodes);
  const bool progress = left > 0 && left != work.context.step.state_data.value("bytesLeft", 0LL);
  if (progress) work.keep("bytesLeft", left);
  return Wait{progress ? Millis{1'000} : kSoon, in_brief(faults), progress};
}

StepOutcome check_tls(Work& work) {
  const NodePart& part = work.part();
  const Machine machine = work.machine_of(part.name);
  const TlsFiles wanted = *tls_files(work, machine);
  const Speaker speaker = work.speaker(part, machine);
  machine::Batch batch;
  batch.operations.push_back(machine::file_content(speaker.paths.certificate()));
  // The handshake checks the chain up to the authority, and that the address is in the certificate.
  batch.operations.push_back(redis_operation(speaker, {{"PING"}}, true, true));
  const auto result = work.run(machine, batch, kAskTimeout);
  result.or_throw(machine.name);
  const auto present = read_certificate(result.results[0].data.value("content", std::string()));
  if (present.fingerprint != read_certificate(wanted.certificate).fingerprint)
    throw Error(
        ErrorCode::kUntrusted,
        fmt::format("{} has another certificate than the one that was made for it", machine.name),
        "someone replaced the file; delete and deploy the cluster again, or put it back");
  return Done{{{"expiresAt", to_rfc3339(present.expires_at)},
               {"fingerprint", present.fingerprint},
               {"path", speaker.paths.certificate()},
               {"authorityPath", speaker.paths.authority()}}};
}

StepOutcome prove(Work& work) {
  const Observer observer = work.observer();
  const ClusterView view = observe_cluster(observer);
  if (const auto faults = faults_of(view); !faults.empty()) return Wait{kSoon, in_brief(faults)};
  if (const auto faults = prove_writes(observer, view); !faults.empty())
    return Wait{kSoon, in_brief(faults)};
  const Time now = work.context.clock.now();
  const Kept kept = proved(view, now);
  const Json status = status_of(view, kept, work.context.resource.id, now);
  work.context.patch_status(status);
  return Done{{{"proof", kept.proof}, {"sentinels", status.at("connection").at("sentinels")}}};
}

}  // namespace

std::vector<engine::StepType> step_types(std::shared_ptr<const fleet::Tools> tools) {
  const auto step = [&](const char* name, Body run, Body undo = nullptr) {
    return engine::StepType{
        .name = name, .run = cluster::guarded(tools, run), .undo = cluster::guarded(tools, undo)};
  };
  auto use_passwords_step = step("redis.password.use", use_passwords);
  use_passwords_step.irreversible = true;  // the former ones are not kept
  auto transport_step = step("redis.transport", change_transport);
  transport_step.irreversible = true;  // half of the nodes could not speak to the other half
  return {use_passwords_step,
          transport_step,
          step("redis.settled", wait_until_settled),
          step("redis.credentials", make_credentials),
          step("redis.install", install),
          step("redis.configure", configure, undo_join),
          step("redis.sentinel", configure_sentinel),
          step("redis.replication", check_replication),
          step("redis.tls", check_tls),
          step("redis.synced", wait_until_synced),
          step("redis.agreed", wait_until_agreed),
          step("redis.adopt", adopt, undo_adopt),
          step("redis.leave", leave, undo_leave),
          step("redis.withdraw", withdraw, undo_withdraw),
          step("redis.resume", resume, undo_resume),
          step("redis.switchover", switch_over, undo_switch_over),
          step("redis.restore", restore),
          step("redis.settings", apply_settings, undo_settings),
          step("redis.watch", watch_groups),
          step("redis.follow", follow_group),
          step("redis.password.make", make_passwords, undo_make_passwords),
          step("redis.password.add", add_passwords, undo_add_passwords),
          step("redis.password.drop", drop_passwords),
          step("redis.certificate", renew_certificate),
          step("redis.fetch", fetch_package),
          step("redis.package", change_package, undo_change_package),
          step("redis.save", save_and_stop, undo_save_and_stop),
          step("redis.arbitrate", arbitrate, undo_arbitrate),
          step("redis.forget", forget),
          step("redis.prove", prove)};
}

}  // namespace ashlar::redis
