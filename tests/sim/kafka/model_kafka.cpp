#include "tests/sim/kafka/model_kafka.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <stdexcept>

namespace ashlar::sim {
namespace {

constexpr Millis kPulse{250};
constexpr Millis kSession{9'000};   // broker.session.timeout.ms
constexpr Millis kLagTime{30'000};  // replica.lag.time.max.ms
constexpr long kKnownAgain = 5;
constexpr size_t kCopiedAtOnce = 300;
constexpr long long kUnwritten = 3'000;  // milliseconds that a disk may lack after a loss of power

/// "1@10.0.0.4:9094:DIRECTORY,2@…", as formatting takes it.
std::set<Voter> voters_in(const std::string& initial_controllers) {
  std::set<Voter> voters;
  for (size_t begin = 0; begin < initial_controllers.size();) {
    const size_t end = std::min(initial_controllers.find(',', begin), initial_controllers.size());
    const std::string one = initial_controllers.substr(begin, end - begin);
    voters.insert({std::stoi(one), one.substr(one.rfind(':') + 1)});
    begin = end + 1;
  }
  return voters;
}

Voter voter_of(const KafkaProcess& process) {
  return {process.number, process.data->directory};
}

bool contains(const std::vector<int>& list, int number) {
  return std::ranges::find(list, number) != list.end();
}

}  // namespace

// Processes.

KafkaModel::KafkaModel(KafkaNetwork& network, std::string id)
    : network_(network), id_(std::move(id)) {
  network_.time.after(kPulse, [this] { pulse(); });
}

void KafkaModel::starts(KafkaProcess& process) {
  // Of one digit each, as far as this world goes.
  const std::string release = process.version.substr(0, process.version.rfind('.'));
  if (!release_.empty() && release < release_)
    throw std::runtime_error(
        fmt::format("Kafka {} cannot read metadata of version {}", process.version, release_));
  process.former = std::exchange(process.data->ended_as, std::nullopt);
  running_[process.address] = &process;
}

void KafkaModel::stops(KafkaProcess& process) {
  if (!runs(process)) return;
  const auto registered = brokers_.find(process.number);
  const bool is_known = registered != brokers_.end() && registered->second.process == &process;
  if (is_known && can_agree(process)) fence(process.number, false);
  process.data->ended_as = process.registration;  // its disk has all, whoever heard of it
  dies(process, false);
}

void KafkaModel::dies(KafkaProcess& process, bool power_lost) {
  if (!runs(process)) return;
  running_.erase(process.address);
  forgotten_.erase(&process);
  if (active_ == &process) active_ = nullptr;
  if (const auto found = brokers_.find(process.number);
      found != brokers_.end() && found->second.process == &process)
    found->second.process = nullptr;
  if (!power_lost) return;
  const Time safe = network_.time.now() - network_.dice.between(0, kUnwritten);
  for (auto& [name, log] : process.data->logs) {
    const size_t before = log.size();
    std::erase_if(log, [&](const Entry& entry) { return entry.written_at > safe; });
    const PartitionModel* partition = find(name);
    const bool alone = partition && partition->in_sync == std::set<int>{process.number};
    lost_records_ = lost_records_ || (alone && log.size() < before);
  }
}

bool KafkaModel::runs(const KafkaProcess& process) const {
  const auto found = running_.find(process.address);
  return found != running_.end() && found->second == &process;
}

bool KafkaModel::has_started(const KafkaProcess& process) const {
  return runs(process) && network_.time.now() >= process.started_at + process.start_takes;
}

bool KafkaModel::serves(const KafkaProcess& process) const {
  return process.broker && serving(process.number) == &process;
}

// What happens by itself.

void KafkaModel::pulse() {
  network_.time.after(kPulse, [this] { pulse(); });
  if (voters_.empty()) form_quorum();
  lead_controllers();
  hear_brokers();
  for (auto& [topic, model] : topics_)
    for (size_t i = 0; i < model.partitions.size(); ++i)
      replicate({topic, static_cast<int>(i)}, model.partitions[i]);
}

/// Once, and never again: by those that were told that they form it.
void KafkaModel::form_quorum() {
  for (const auto& [address, process] : running_) {
    const auto voters = voters_in(process->data->initial_controllers);
    if (!voters.contains(voter_of(*process)) || !leads_majority(*process, voters)) continue;
    voters_ = voters;
    release_ = process->version.substr(0, process->version.rfind('.'));
    network_.trace.say("{}: {} controllers form a quorum", id_, voters.size());
    return;
  }
}

bool KafkaModel::is_voter(const KafkaProcess& process) const {
  return process.controller && voters_.contains(voter_of(process));
}

bool KafkaModel::leads_majority(const KafkaProcess& process, const std::set<Voter>& voters) {
  if (!has_started(process)) return false;
  size_t reached = 0;
  for (const auto& [address, other] : running_)
    if (other->controller && voters.contains(voter_of(*other)) && has_started(*other) &&
        network_.connects(process, *other))
      ++reached;
  return reached > voters.size() / 2;
}

/// An election takes a while, in which nothing can be agreed on.
void KafkaModel::lead_controllers() {
  if (active_ && (!is_voter(*active_) || !leads_majority(*active_, voters_))) active_ = nullptr;
  const Time now = network_.time.now();
  if (active_) {
    for (const auto& [address, process] : running_)
      if (has_started(*process) && network_.connects(*process, *active_))
        seen_at_[voter_of(*process)] = now;
    return;
  }
  std::vector<KafkaProcess*> candidates;
  for (const auto& [address, process] : running_)
    if (is_voter(*process) && leads_majority(*process, voters_)) candidates.push_back(process);
  if (candidates.empty()) return election_at_.reset();
  if (!election_at_) election_at_ = now + network_.dice.between(500, 2'500);
  if (now < *election_at_) return;
  election_at_.reset();
  active_ = network_.dice.one_of(candidates);
  ++epoch_;
  network_.trace.say("{}: {} is the active controller", id_, active_->name);
}

KafkaProcess* KafkaModel::controller_for(const KafkaProcess& process) {
  return active_ && network_.connects(process, *active_) ? active_ : nullptr;
}

bool KafkaModel::can_agree(const KafkaProcess& process) {
  return controller_for(process) != nullptr;
}

// Brokers.

void KafkaModel::hear_brokers() {
  if (!active_) return;
  const Time now = network_.time.now();
  std::vector<KafkaProcess*> heard;
  for (const auto& [address, process] : running_)
    if (process->broker && has_started(*process) && network_.connects(*process, *active_))
      heard.push_back(process);
  for (KafkaProcess* process : heard) {
    if (may_register(*process)) register_broker(*process);
    const auto found = brokers_.find(process->number);
    if (found == brokers_.end() || found->second.process != process) continue;
    found->second.last_heartbeat = now;
    found->second.fenced = false;
  }
  for (auto& [number, broker] : brokers_)
    if (!broker.fenced && now - broker.last_heartbeat > kSession) fence(number, false);
}

/// A number is refused to another process for as long as the former one counts as alive.
bool KafkaModel::may_register(const KafkaProcess& process) const {
  if (forgotten_.contains(&process)) return false;
  const auto found = brokers_.find(process.number);
  return found == brokers_.end() || found->second.process == nullptr ||
         (found->second.process != &process && found->second.fenced);
}

/// One whose last registration did not end in order may lack what it had confirmed.
void KafkaModel::register_broker(KafkaProcess& process) {
  if (const auto before = brokers_.find(process.number); before != brokers_.end())
    fence(process.number, process.former != before->second.number);
  process.registration = ++registrations_;
  brokers_[process.number] = {&process,     true,           registrations_, network_.time.now(),
                              process.rack, process.address};
  network_.trace.say("{}: {} is registered", id_, process.name);
}

KafkaProcess* KafkaModel::serving(int number) const {
  const auto found = brokers_.find(number);
  return found == brokers_.end() || found->second.fenced ? nullptr : found->second.process;
}

void KafkaModel::fence(int number, bool lost_its_way) {
  brokers_[number].fenced = true;
  for (auto& [name, topic] : topics_)
    for (auto& partition : topic.partitions) {
      leave_sync(topic, partition, number);
      if (lost_its_way && partition.eligible.size() + partition.in_sync.size() > 1) {
        partition.eligible.erase(number);
        partition.in_sync.erase(number);
      }
      if (partition.leader == number) elect(partition);
    }
}

/// The last one in sync stays so.
void KafkaModel::leave_sync(const TopicModel& topic, PartitionModel& partition, int number) {
  if (partition.in_sync.size() <= 1 || !partition.in_sync.erase(number)) return;
  if (static_cast<int>(partition.in_sync.size()) < least_in_sync(topic, partition))
    partition.eligible.insert(number);
}

// Partitions.

std::vector<int> PartitionModel::adding() const {
  std::vector<int> numbers;
  if (moves())
    std::ranges::copy_if(target, std::back_inserter(numbers),
                         [&](int number) { return !contains(before, number); });
  return numbers;
}

std::vector<int> PartitionModel::removing() const {
  std::vector<int> numbers;
  if (moves())
    std::ranges::copy_if(before, std::back_inserter(numbers),
                         [&](int number) { return !contains(target, number); });
  return numbers;
}

const PartitionModel* KafkaModel::find(const PartitionName& name) const {
  const auto topic = topics_.find(name.topic);
  if (topic == topics_.end()) return nullptr;
  const auto& partitions = topic->second.partitions;
  const auto index = static_cast<size_t>(name.number);
  return index < partitions.size() ? &partitions[index] : nullptr;
}

PartitionModel* KafkaModel::find(const PartitionName& name) {
  return const_cast<PartitionModel*>(std::as_const(*this).find(name));
}

/// Whoever is eligible, when nobody in sync is there, has all that was confirmed, and then is the
/// only one in sync.
void KafkaModel::elect(PartitionModel& partition) {
  partition.leader.reset();
  for (const auto* candidates : {&partition.in_sync, &partition.eligible})
    for (const int number : partition.replicas)
      if (!partition.leader && candidates->contains(number) && serving(number))
        partition.leader = number;
  if (!partition.leader || partition.in_sync.contains(*partition.leader)) return;
  partition.in_sync = {*partition.leader};
  partition.eligible.erase(*partition.leader);
}

void KafkaModel::replicate(const PartitionName& name, PartitionModel& partition) {
  if (!partition.leader && active_) elect(partition);
  KafkaProcess* leader = partition.leader ? serving(*partition.leader) : nullptr;
  if (!leader) return;
  partition.caught_up_at[leader->number] = network_.time.now();
  for (const int number : partition.replicas) {
    KafkaProcess* follower = serving(number);
    if (follower && follower != leader && network_.connects(*follower, *leader))
      copy(name, partition, *leader, *follower);
  }
  if (!can_agree(*leader)) return;
  shrink(topics_.at(name.topic), partition, *leader);
  if (partition.moves()) end_move(partition);
}

/// A follower drops what its leader does not have, and takes what comes next.
void KafkaModel::copy(const PartitionName& name, PartitionModel& partition, KafkaProcess& leader,
                      KafkaProcess& follower) {
  const auto& from = leader.data->logs[name];
  auto& to = follower.data->logs[name];
  size_t common = std::min(from.size(), to.size());
  while (common > 0 && from[common - 1].record != to[common - 1].record) --common;
  to.resize(common);
  const Time now = network_.time.now();
  const size_t end = std::min(from.size(), common + kCopiedAtOnce);
  for (size_t i = common; i < end; ++i) to.push_back({from[i].record, now});
  if (to.size() < from.size()) return;
  partition.caught_up_at[follower.number] = now;
  if (can_agree(leader)) partition.in_sync.insert(follower.number);
}

void KafkaModel::shrink(const TopicModel& topic, PartitionModel& partition, KafkaProcess& leader) {
  const Time now = network_.time.now();
  const std::set<int> before = partition.in_sync;
  for (const int number : before)
    if (number != leader.number && partition.caught_up_at[number] + kLagTime < now)
      leave_sync(topic, partition, number);
  if (static_cast<int>(partition.in_sync.size()) >= least_in_sync(topic, partition))
    partition.eligible.clear();
}

void KafkaModel::end_move(PartitionModel& partition) {
  const bool all_there = std::ranges::all_of(
      partition.target, [&](int number) { return partition.in_sync.contains(number); });
  if (!all_there) return;
  partition.replicas = std::exchange(partition.target, {});
  partition.before.clear();
  std::erase_if(partition.in_sync,
                [&](int number) { return !contains(partition.replicas, number); });
  std::erase_if(partition.eligible,
                [&](int number) { return !contains(partition.replicas, number); });
  if (!contains(partition.replicas, *partition.leader)) elect(partition);
}

int KafkaModel::least_in_sync(const TopicModel& topic, const PartitionModel& partition) const {
  const auto set = topic.settings.find("min.insync.replicas");
  int least = 1;
  if (set != topic.settings.end())
    least = std::stoi(set->second);
  else if (!running_.empty())
    least = running_.begin()->second->least_in_sync;
  return std::min(least, static_cast<int>(partition.replicas.size()));
}

// Clients.

KafkaProcess* KafkaModel::leader_for(const std::string& client, const PartitionName& name) {
  const PartitionModel* partition = find(name);
  KafkaProcess* leader = partition && partition->leader ? serving(*partition->leader) : nullptr;
  return leader && network_.reaches(client, leader->address) ? leader : nullptr;
}

bool KafkaModel::admits(const std::string& user, const std::string& password) const {
  const auto known = users_.find(user);
  return known != users_.end() && known->second == password;
}

bool KafkaModel::may_write(const std::string& user, const std::string& topic) const {
  return std::ranges::any_of(acls_, [&](const Json& acl) {
    const std::string name = acl.at("resourceName");
    const bool named = acl.at("patternType") == "prefixed" ? topic.starts_with(name)
                                                           : name == topic || name == "*";
    return named && acl.at("resourceType") == "topic" && acl.at("principal") == "User:" + user &&
           (acl.at("operation") == "write" || acl.at("operation") == "all");
  });
}

bool KafkaModel::append(const PartitionName& name, Record record) {
  PartitionModel* partition = find(name);
  KafkaProcess* leader = partition && partition->leader ? serving(*partition->leader) : nullptr;
  if (!leader) return false;
  auto& log = leader->data->logs[name];
  // Kafka knows the latest records of a producer again.
  const auto latest = log | std::views::reverse | std::views::take(kKnownAgain);
  if (std::ranges::find(latest, record, &Entry::record) != latest.end()) return true;
  if (static_cast<int>(partition->in_sync.size()) <
      least_in_sync(topics_.at(name.topic), *partition))
    return false;
  log.push_back({record, network_.time.now()});
  return true;
}

bool KafkaModel::is_committed(const PartitionName& name, Record record) {
  const PartitionModel* partition = find(name);
  KafkaProcess* leader = partition && partition->leader ? serving(*partition->leader) : nullptr;
  if (!leader) return false;
  const std::set<int> replicas(partition->replicas.begin(), partition->replicas.end());
  // A leader that does not hear who has left waits for everyone.
  const std::set<int>& awaited = can_agree(*leader) ? partition->in_sync : replicas;
  if (static_cast<int>(awaited.size()) < least_in_sync(topics_.at(name.topic), *partition))
    return false;
  return std::ranges::all_of(awaited, [&](int number) { return has(number, name, record); });
}

bool KafkaModel::has(int number, const PartitionName& name, Record record) const {
  const KafkaProcess* process = serving(number);
  if (!process) return false;
  const auto log = process->data->logs.find(name);
  return log != process->data->logs.end() &&
         std::ranges::any_of(log->second.rbegin(), log->second.rend(),
                             [&](const Entry& entry) { return entry.record == record; });
}

std::optional<std::vector<Record>> KafkaModel::records_of(const PartitionName& name) const {
  const PartitionModel* partition = find(name);
  const KafkaProcess* leader =
      partition && partition->leader ? serving(*partition->leader) : nullptr;
  if (!leader) return std::nullopt;
  std::vector<Record> records;
  if (const auto log = leader->data->logs.find(name); log != leader->data->logs.end())
    for (const Entry& entry : log->second) records.push_back(entry.record);
  return records;
}

int KafkaModel::partitions_of(const std::string& topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? 0 : static_cast<int>(found->second.partitions.size());
}

// What must hold.

std::vector<std::string> KafkaModel::throttles() const {
  std::vector<std::string> found;
  const auto look = [&](const std::string& owner, const auto& settings) {
    for (const auto& [name, value] : settings)
      if (name.find(".throttled.") != std::string::npos)
        found.push_back(fmt::format("{} {}={}", owner, name, value));
  };
  for (const auto& [name, topic] : topics_) look(name, topic.settings);
  for (const auto& [number, settings] : broker_settings_) look("broker " + number, settings);
  return found;
}

bool KafkaModel::is_whole() const {
  return active_ && std::ranges::all_of(topics_, [&](const auto& topic) {
           return std::ranges::all_of(
               topic.second.partitions, [&](const PartitionModel& partition) {
                 return partition.leader && serving(*partition.leader) && !partition.moves() &&
                        partition.in_sync.size() == partition.replicas.size();
               });
         });
}

// The network that they live in.

KafkaNetwork::KafkaNetwork(uint64_t seed, bool spoken) : Network(seed, spoken) {}
KafkaNetwork::~KafkaNetwork() = default;

KafkaModel& KafkaNetwork::cluster(const std::string& id) {
  auto& found = clusters_[id];
  if (!found) found = std::make_unique<KafkaModel>(*this, id);
  return *found;
}

}  // namespace ashlar::sim
