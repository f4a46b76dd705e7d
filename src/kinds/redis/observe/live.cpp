#include "kinds/redis/observe/live.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace ashlar::redis {
namespace {

std::string text_in(const Json& reply) {
  return reply.is_string() ? reply.get<std::string>() : std::string();
}

std::string error_in(const Json& reply) {
  return reply.is_object() && reply.contains("error") ? text_in(reply["error"]) : std::string();
}

bool has_flag(const Info& entry, std::string_view flag) {
  const std::string flags = "," + text_of(entry, "flags") + ",";
  return flags.find(fmt::format(",{},", flag)) != std::string::npos;
}

/// The addresses of replicas or sentinels; those without a working connection also in `unreached`.
std::vector<std::string> read_peers(const Json& reply, std::vector<std::string>& unreached) {
  std::vector<std::string> addresses;
  if (!reply.is_array()) return addresses;
  for (const auto& item : reply) {
    const Info entry = parse_flat_map(item);
    addresses.push_back(text_of(entry, "ip"));
    if (has_flag(entry, "s_down") || has_flag(entry, "disconnected"))
      unreached.push_back(addresses.back());
  }
  return addresses;
}

void read_masters(NodeView& view, const Topology& topology, const Json& reply) {
  if (!reply.is_array()) return;
  for (const auto& item : reply) {
    const Info entry = parse_flat_map(item);
    const std::string name = text_of(entry, "name");
    if (topology.find_group(name) == nullptr) continue;
    SentinelView& watched = view.watched[name];
    watched.master_address = text_of(entry, "ip");
    watched.master_down = has_flag(entry, "s_down") || has_flag(entry, "o_down");
    watched.failing_over = has_flag(entry, "failover_in_progress");
    watched.remembered_replicas = static_cast<size_t>(number_of(entry, "num-slaves"));
    watched.quorum_needed = static_cast<int>(number_of(entry, "quorum"));
    watched.down_after_milliseconds = static_cast<int>(number_of(entry, "down-after-milliseconds"));
  }
}

/// The node that most sentinels name as the master of a group.
std::string by_sentinels(const std::string& group, const std::vector<NodeView>& nodes) {
  std::map<std::string, int> votes;
  int voters = 0;
  for (const auto& node : nodes) {
    if (!node.active() || !node.watched.contains(group)) continue;
    ++votes[node.watched.at(group).master_address];
    ++voters;
  }
  for (const auto& [address, count] : votes)
    if (count * 2 > voters)
      for (const auto& node : nodes)
        if (node.part.group == group && node.address() == address) return node.part.name;
  return {};
}

/// With two that call themselves master, the one that has seen more writes.
std::string by_their_own_word(const std::string& group, const std::vector<NodeView>& nodes) {
  const NodeView* best = nullptr;
  for (const auto& node : nodes) {
    if (node.part.group != group || !node.active() || !node.is_master()) continue;
    if (best == nullptr ||
        number_of(node.info, "master_repl_offset") > number_of(best->info, "master_repl_offset"))
      best = &node;
  }
  return best == nullptr ? std::string() : best->part.name;
}

std::set<std::string> set_of(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

/// One group as the data nodes themselves show it.
void check_links(const ClusterView& view, const GroupView& group,
                 std::vector<std::string>& faults) {
  const NodeView* master = view.find_node(group.master);
  if (master == nullptr) {
    faults.push_back(fmt::format("{} has no master", group.name));
    return;
  }
  if (master->active() && !master->is_master())
    faults.push_back(
        fmt::format("{} should be master of {}, but is a replica", group.master, group.name));
  for (const NodeView* node : view.members_of(group.name)) {
    if (node == master || !node->active()) continue;
    if (node->is_master())
      faults.push_back(fmt::format("{} is a master of its own beside {} in {}", node->part.name,
                                   group.master, group.name));
    else if (text_of(node->info, "master_host") != master->address())
      faults.push_back(fmt::format("{} follows {}, not {}", node->part.name,
                                   text_of(node->info, "master_host"), group.master));
    else if (text_of(node->info, "master_link_status") != "up")
      faults.push_back(fmt::format("{} is not connected to {}", node->part.name, group.master));
  }
}

/// One group as one sentinel sees it.
void check_watch(const ClusterView& view, const GroupView& group, const NodeView& sentinel,
                 std::vector<std::string>& faults) {
  const auto found = sentinel.watched.find(group.name);
  const auto say = [&](const std::string& what) {
    faults.push_back(fmt::format("{} {} {}", sentinel.part.name, what, group.name));
  };
  if (found == sentinel.watched.end()) return say("does not watch");
  const SentinelView& watched = found->second;
  const NodeView* master = view.find_node(group.master);
  if (master != nullptr && watched.master_address != master->address())
    return say(fmt::format("names {} as master of", watched.master_address));
  if (watched.failing_over) return say("is failing over");
  if (watched.master_down) return say("sees no answer from the master of");

  std::set<std::string> replicas;
  for (const NodeView* node : view.members_of(group.name))
    if (node != master) replicas.insert(node->address());
  if (set_of(watched.replicas) != replicas)
    say(fmt::format("knows {} of {} replicas of", watched.replicas.size(), replicas.size()));
  if (watched.remembers_hidden()) say("remembers replicas that left");
  std::set<std::string> others;
  for (const NodeView* node : view.sentinels())
    if (node != &sentinel) others.insert(node->address());
  if (set_of(watched.sentinels) != others)
    say(fmt::format("knows {} of {} other sentinels for", watched.sentinels.size(), others.size()));
  for (const auto& address : watched.unreached) say(fmt::format("does not reach {} of", address));
  if (!watched.has_quorum) say(fmt::format("has no quorum ({}) for", watched.quorum_message));
}

}  // namespace

Info parse_info(const std::string& text) {
  Info result;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    const auto colon = line.find(':');
    if (colon != std::string::npos && !line.starts_with('#'))
      result[line.substr(0, colon)] = line.substr(colon + 1);
    begin = end + 1;
  }
  return result;
}

Info parse_flat_map(const Json& reply) {
  Info result;
  if (!reply.is_array()) return result;
  for (size_t i = 0; i + 1 < reply.size(); i += 2)
    result[text_in(reply[i])] = text_in(reply[i + 1]);
  return result;
}

std::string text_of(const Info& info, const std::string& field) {
  const auto found = info.find(field);
  return found == info.end() ? std::string() : found->second;
}

long long number_of(const Info& info, const std::string& field) {
  const std::string text = text_of(info, field);
  long long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::string> SentinelView::stale(const std::vector<std::string>& current) const {
  for (const auto* known : {&replicas, &sentinels})
    for (const auto& address : *known)
      if (std::ranges::find(current, address) == current.end()) return address;
  return std::nullopt;
}

const NodeView* ClusterView::find_node(std::string_view name) const {
  for (const auto& node : nodes)
    if (node.part.name == name) return &node;
  return nullptr;
}

const NodeView* ClusterView::find_address(std::string_view address) const {
  for (const auto& node : nodes)
    if (!address.empty() && node.address() == address) return &node;
  return nullptr;
}

std::vector<const NodeView*> ClusterView::members_of(const std::string& group) const {
  std::vector<const NodeView*> members;
  for (const auto& node : nodes)
    if (node.part.group == group && node.part.holds_data()) members.push_back(&node);
  return members;
}

std::vector<const NodeView*> ClusterView::sentinels() const {
  std::vector<const NodeView*> result;
  for (const auto& node : nodes)
    if (!node.part.holds_data()) result.push_back(&node);
  return result;
}

std::vector<std::string> ClusterView::addresses() const {
  std::vector<std::string> result;
  for (const auto& node : nodes)
    if (node.machine) result.push_back(node.address());
  return result;
}

namespace {

Command get_declared_directives(const Spec& spec) {
  Command get{"CONFIG", "GET"};
  for (const auto& [name, value] : declared_directives(spec, {}, {})) get.push_back(name);
  return get;
}

/// The last reply of an observation.
std::vector<std::string> read_users(const Json& replies) {
  std::vector<std::string> lines;
  if (!replies.back().is_array()) return lines;
  for (const Json& line : replies.back()) lines.push_back(text_in(line));
  return lines;
}

}  // namespace

std::vector<Command> observation_commands(const Spec& spec, const Topology& topology,
                                          const NodePart& node) {
  if (node.holds_data())
    return {{"INFO"},
            {"CONFIG", "GET", "maxmemory", "maxmemory-policy", "appendonly", "save",
             "min-replicas-to-write"},
            get_declared_directives(spec),
            {"ACL", "LIST"}};
  std::vector<Command> commands{{"INFO"}, {"SENTINEL", "MASTERS"}};
  for (const auto& group : topology.groups) {
    if (!spec.sentinel) break;
    commands.push_back({"SENTINEL", "REPLICAS", group.name});
    commands.push_back({"SENTINEL", "SENTINELS", group.name});
    commands.push_back({"SENTINEL", "CKQUORUM", group.name});
  }
  commands.push_back({"ACL", "LIST"});
  return commands;
}

void read_replies(NodeView& view, const Topology& topology, const Json& replies) {
  const size_t expected = view.part.holds_data() ? 1 : 2 + 3 * topology.groups.size();
  if (!replies.is_array() || replies.size() < expected) {
    view.state = "error";
    view.error = "Redis sent fewer replies than it was asked for";
    return;
  }
  if (const auto error = error_in(replies[0]); !error.empty()) {
    // With much data that takes a while, and it is no fault.
    view.state = error.starts_with("LOADING") ? "starting" : "error";
    view.error = error;
    return;
  }
  view.state = "active";
  view.info = parse_info(text_in(replies[0]));
  view.users = read_users(replies);
  if (view.part.holds_data()) {
    if (replies.size() > 1) view.settings = parse_flat_map(replies[1]);
    if (replies.size() > 2) view.directives = parse_flat_map(replies[2]);
    return;
  }
  read_masters(view, topology, replies[1]);
  for (size_t i = 0; i < topology.groups.size(); ++i) {
    const auto watched = view.watched.find(topology.groups[i].name);
    if (watched == view.watched.end()) continue;
    SentinelView& seen = watched->second;
    seen.replicas = read_peers(replies[2 + 3 * i], seen.unreached);
    seen.sentinels = read_peers(replies[3 + 3 * i], seen.unreached);
    const Json& quorum = replies[4 + 3 * i];
    seen.has_quorum = text_in(quorum).starts_with("OK");
    seen.quorum_message = quorum.is_string() ? text_in(quorum) : error_in(quorum);
  }
}

std::vector<GroupView> groups_of(const Topology& topology, const std::vector<NodeView>& nodes) {
  std::vector<GroupView> groups;
  for (const auto& group : topology.groups) {
    std::string master = by_sentinels(group.name, nodes);
    if (master.empty()) master = by_their_own_word(group.name, nodes);
    groups.push_back({group.name, std::move(master), group.members()});
  }
  return groups;
}

std::vector<std::string> faults_of(const ClusterView& view) {
  std::vector<std::string> faults;
  for (const auto& node : view.nodes)
    if (!node.active())
      faults.push_back(fmt::format("{} is {}: {}", node.part.name,
                                   node.state == "error" ? "not working" : node.state, node.error));
  for (const auto& group : view.groups) {
    check_links(view, group, faults);
    for (const NodeView* sentinel : view.sentinels())
      if (sentinel->active()) check_watch(view, group, *sentinel, faults);
  }
  return faults;
}

}  // namespace ashlar::redis
