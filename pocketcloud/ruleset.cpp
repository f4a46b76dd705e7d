#include "pocketcloud/ruleset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pocketcloud/network_names.hpp"

namespace ashlar::pocketcloud {
namespace {

struct Ports {
  int first = 0;
  int last = 0;
};

std::optional<Ports> parse_ports(std::string_view text) {
  if (text == "all" || text == "0") return Ports{1, 65535};
  const size_t dash = text.find('-');
  const auto port = [](std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
  };
  const int first = port(text.substr(0, dash));
  const int last = dash == std::string_view::npos ? first : port(text.substr(dash + 1));
  if (first < 1 || last > 65535 || last < first) return std::nullopt;
  return Ports{first, last};
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos;
}

class RuleChecker {
 public:
  RuleChecker(std::string_view peers_field, const State& state)
      : peers_field_(peers_field), state_(state) {}

  Parsed<Json> check(const Json& rules) {
    Json checked = Json::array();
    if (rules.is_null()) return checked;
    if (!rules.is_array()) {
      bad("rules must be a list");
    } else {
      for (const auto& rule : rules) checked.push_back(check_rule(rule));
    }
    if (!faults_.empty()) return std::unexpected(faults_);
    return checked;
  }

 private:
  void bad(std::string message) {
    faults_.push_back({std::string(peers_field_), std::move(message)});
  }

  Json check_rule(const Json& rule) {
    if (!rule.is_object()) {
      bad("a rule must be an object");
      return {};
    }
    const std::string protocol =
        rule.value("protocol", Json("")).is_string() ? rule.value("protocol", std::string()) : "";
    if (protocol != "tcp" && protocol != "udp" && protocol != "icmp") {
      bad("protocol is invalid: must be tcp, udp or icmp");
    }
    Json checked = {{"protocol", protocol}, {"ports", check_ports(rule, protocol)}};
    checked[peers_field_] = check_peers(rule);
    return checked;
  }

  std::string check_ports(const Json& rule, const std::string& protocol) {
    if (protocol == "icmp") return "0";
    const Json ports = rule.value("ports", Json("all"));
    const std::string text = ports.is_string() ? ports.get<std::string>() : "";
    if (!parse_ports(text)) bad("ports are invalid: a port, a range such as 8000-9000, or all");
    return text == "all" ? "0" : text;
  }

  Json check_peers(const Json& rule) {
    if (!rule.contains(peers_field_) || !rule.at(std::string(peers_field_)).is_object()) {
      bad(fmt::format("{} must be given", peers_field_));
      return Json::object();
    }
    Json checked = Json::object();
    for (const auto& [key, value] : rule.at(std::string(peers_field_)).items()) {
      if (value.is_null() || (value.is_array() && value.empty())) continue;
      if (!value.is_array()) {
        bad(key + " must be a list");
      } else if (key == "addresses") {
        check_addresses(value);
        checked[key] = value;
      } else if (key == "tags") {
        check_tags(value);
        checked[key] = value;
      } else if (key == "droplet_ids") {
        check_droplets(value);
        checked[key] = value;
      } else {
        bad(key + " is not offered by this cloud");
      }
    }
    if (checked.empty())
      bad(fmt::format("{} must name addresses, tags or droplet_ids", peers_field_));
    return checked;
  }

  void check_addresses(const Json& addresses) {
    for (const auto& address : addresses) {
      const std::string text = address.is_string() ? address.get<std::string>() : "";
      if (!is_ipv6(text) && !Cidr::parse(text, true)) {
        bad(fmt::format("'{}' is not an address or a CIDR range", text));
      }
    }
  }

  void check_tags(const Json& tags) {
    for (const auto& tag : tags) {
      if (!tag.is_string() || !state_.tags.contains(tag.get<std::string>())) {
        bad(fmt::format("tag {} does not exist", dump(tag)));
      }
    }
  }

  void check_droplets(const Json& ids) {
    for (const auto& id : ids) {
      if (!id.is_number_integer() || !state_.droplets.contains(id.get<long>())) {
        bad(fmt::format("droplet {} does not exist", dump(id)));
      }
    }
  }

  std::string_view peers_field_;
  const State& state_;
  std::vector<FieldError> faults_;
};

/// The peers of a rule as nftables operands: ranges one by one (they may overlap, which a set
/// refuses), the addresses of droplets as one set.
std::vector<std::string> operands(const Json& peers, const State& state) {
  std::vector<std::string> result;
  for (const auto& address : peers.value("addresses", Json::array())) {
    if (const auto range = Cidr::parse(address.get<std::string>(), true))
      result.push_back(range->text());
  }
  std::set<Address> addresses;
  const auto take = [&](const Droplet& droplet) {
    addresses.insert(droplet.public_address);
    addresses.insert(droplet.private_address);
  };
  for (const auto& tag : peers.value("tags", Json::array())) {
    for (const auto* droplet : state.droplets_tagged(tag)) take(*droplet);
  }
  for (const auto& id : peers.value("droplet_ids", Json::array())) {
    const auto found = state.droplets.find(id.get<long>());
    if (found != state.droplets.end()) take(found->second);
  }
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const Address address : addresses) texts.push_back(to_string(address));
  if (!texts.empty()) result.push_back(fmt::format("{{ {} }}", fmt::join(texts, ", ")));
  return result;
}

std::string match_of(const Json& rule) {
  const std::string protocol = rule.at("protocol");
  if (protocol == "icmp") return "ip protocol icmp";
  const Ports ports = parse_ports(rule.at("ports").get<std::string>()).value();
  return fmt::format("{} dport {}-{}", protocol, ports.first, ports.last);
}

/// `return` hands the packet on to the other side's chain; the end of a chain drops it.
void render_direction(std::string& text, const State& state, const Droplet& droplet,
                      std::string_view direction) {
  const bool inbound = direction == "in";
  fmt::format_to(std::back_inserter(text), "  chain {}_{} {{\n", direction, droplet.id);
  for (const auto& [id, firewall] : state.firewalls) {
    if (!state.guards(firewall, droplet)) continue;
    for (const auto& rule : inbound ? firewall.inbound : firewall.outbound) {
      for (const auto& peer : operands(rule.at(inbound ? "sources" : "destinations"), state)) {
        fmt::format_to(std::back_inserter(text), "    ip {} {} {} return\n",
                       inbound ? "saddr" : "daddr", peer, match_of(rule));
      }
    }
  }
  text += "    drop\n  }\n";
}

bool is_guarded(const State& state, const Droplet& droplet) {
  return std::ranges::any_of(
      state.firewalls, [&](const auto& entry) { return state.guards(entry.second, droplet); });
}

std::string jump_map(const std::vector<const Droplet*>& guarded, std::string_view direction) {
  std::vector<std::string> entries;
  for (const auto* droplet : guarded) {
    for (const Address address : {droplet->public_address, droplet->private_address}) {
      entries.push_back(fmt::format("{} : jump {}_{}", to_string(address), direction, droplet->id));
    }
  }
  return fmt::format("{}", fmt::join(entries, ", "));
}

std::string bridge_names(const State& state) {
  std::vector<std::string> names;
  names.reserve(state.vpcs.size());
  for (const auto& [id, vpc] : state.vpcs) names.push_back(fmt::format("\"{}\"", vpc.bridge()));
  return fmt::format("{}", fmt::join(names, ", "));
}

void render_guard(std::string& text, const State& state) {
  std::vector<const Droplet*> guarded;
  for (const auto& [id, droplet] : state.droplets) {
    if (is_guarded(state, droplet)) guarded.push_back(&droplet);
  }
  for (const auto* droplet : guarded) {
    render_direction(text, state, *droplet, "in");
    render_direction(text, state, *droplet, "out");
  }
  text += "  chain guard {\n";
  if (!guarded.empty()) {
    text += fmt::format("    ip saddr vmap {{ {} }}\n", jump_map(guarded, "out"));
    text += fmt::format("    ip daddr vmap {{ {} }}\n", jump_map(guarded, "in"));
  }
  text += "    accept\n  }\n";
}

/// A frame that stays on its bridge has the bridge on both sides (br_netfilter). What is routed
/// between bridges is dropped, except between the host and a VPC.
void render_forward(std::string& text, const State& state, const FabricLayout& layout) {
  const std::string host = to_string(layout.host);
  text += "  chain forward {\n    type filter hook forward priority 0; policy drop;\n";
  text += "    ct state established,related accept\n";
  text += "    iifname \"pub\" oifname \"pub\" goto guard\n";
  for (const auto& [id, vpc] : state.vpcs) {
    fmt::format_to(std::back_inserter(text), "    iifname \"{0}\" oifname \"{0}\" goto guard\n",
                   vpc.bridge());
  }
  if (!state.vpcs.empty()) {
    fmt::format_to(std::back_inserter(text),
                   "    iifname \"pub\" ip saddr {} oifname {{ {} }} goto guard\n", host,
                   bridge_names(state));
  }
  text += "  }\n";
  // The host appears on each VPC as that VPC's gateway, so that answers find their way back.
  text += "  chain postrouting {\n    type nat hook postrouting priority 100;\n";
  if (!state.vpcs.empty()) {
    fmt::format_to(std::back_inserter(text), "    ip saddr {} oifname {{ {} }} masquerade\n", host,
                   bridge_names(state));
  }
  text += "  }\n";
}

void render_bridge_table(std::string& text, const State& state, const FabricLayout& layout) {
  std::vector<std::string> cut;
  for (const auto& [id, droplet] : state.droplets) {
    if (!droplet.partitioned) continue;
    cut.push_back(fmt::format("\"{}\"", public_port(id)));
    cut.push_back(fmt::format("\"{}\"", private_port(id)));
  }
  const std::string ports = fmt::format("{}", fmt::join(cut, ", "));
  const std::string host = to_string(layout.host);
  text +=
      "table bridge cloud {\n  chain prerouting {\n    type filter hook prerouting priority "
      "-300;\n";
  if (!cut.empty()) text += fmt::format("    iifname {{ {} }} drop\n", ports);
  // Nobody passes for the host, and the host passes nothing on to elsewhere.
  text += fmt::format("    iifname != \"host\" ip saddr {} drop\n", host);
  text += "    ether type ip6 drop\n  }\n";
  text += "  chain postrouting {\n    type filter hook postrouting priority -300;\n";
  if (!cut.empty()) text += fmt::format("    oifname {{ {} }} drop\n", ports);
  text += fmt::format("    oifname \"host\" ether type ip ip daddr != {} drop\n  }}\n}}\n", host);
}

}  // namespace

Parsed<Json> check_rules(const Json& rules, std::string_view peers_field, const State& state) {
  return RuleChecker(peers_field, state).check(rules);
}

std::string render_ruleset(const State& state, const FabricLayout& layout) {
  // Adding before deleting makes the deletion valid on the first load; all is one transaction.
  std::string text;
  for (const std::string_view family : {"inet", "bridge"}) {
    text += fmt::format("add table {0} cloud\ndelete table {0} cloud\n", family);
  }
  text += "table inet cloud {\n";
  render_guard(text, state);
  render_forward(text, state, layout);
  text += "}\n";
  render_bridge_table(text, state, layout);
  return text;
}

}  // namespace ashlar::pocketcloud
