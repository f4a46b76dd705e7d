#include "kinds/fleet/firewall.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "kinds/fleet/names.hpp"

namespace ashlar::fleet {
namespace {

/// A firewall changes rarely, and the provider tells all of the account at once.
constexpr Millis kFirewallListAge{30'000};

const std::vector<std::string>& everyone() {
  static const std::vector<std::string> ranges{"0.0.0.0/0", "::/0"};
  return ranges;
}

/// Machines may talk to everyone: packages, time, other regions.
std::vector<cloud::FirewallRule> everything_outbound() {
  return {
      {"tcp", "0", everyone(), {}}, {"udp", "0", everyone(), {}}, {"icmp", "0", everyone(), {}}};
}

std::string in_words(const std::string& protocol, const std::string& ports, const std::string& peer,
                     const char* direction) {
  // Providers have several words for all of them; ICMP has no ports.
  const bool all = ports.empty() || ports == "0" || ports == "all" || protocol == "icmp";
  return fmt::format("{} {} {} {}", protocol, all ? "to all ports" : "to port " + ports, direction,
                     peer);
}

/// One text a peer, so that neither the order of rules counts nor how they are grouped.
std::set<std::string> rules_in_words(const std::vector<cloud::FirewallRule>& rules,
                                     const char* direction) {
  std::set<std::string> words;
  for (const auto& rule : rules) {
    for (const auto& address : rule.addresses)
      words.insert(in_words(rule.protocol, rule.ports, address, direction));
    for (const auto& tag : rule.tags)
      words.insert(in_words(rule.protocol, rule.ports, "machines tagged " + tag, direction));
  }
  return words;
}

void compare(const std::set<std::string>& wanted, const std::set<std::string>& found,
             std::vector<std::string>& faults) {
  for (const auto& rule : wanted)
    if (!found.contains(rule)) faults.push_back(fmt::format("it lacks the rule {}", rule));
  for (const auto& rule : found)
    if (!wanted.contains(rule)) faults.push_back(fmt::format("it has the rule {} besides", rule));
}

}  // namespace

std::vector<Opening> all_openings(const Request& request) {
  // From anywhere: the control plane's own address may change, and only its key is let in.
  std::vector<Opening> openings{{"tcp", 22, everyone()}};
  openings.insert(openings.end(), request.openings.begin(), request.openings.end());
  return openings;
}

cloud::FirewallRequest firewall_request(const Resource& resource, const std::string& name,
                                        const std::vector<Opening>& openings) {
  const std::string tag = tag_of(resource);
  cloud::FirewallRequest request{
      .name = name_at_provider(resource, name), .outbound = everything_outbound(), .tags = {tag}};
  for (const auto& opening : openings)
    request.inbound.push_back(
        {opening.protocol, std::to_string(opening.port), opening.addresses, {tag}});
  return request;
}

std::vector<std::string> firewall_faults(const cloud::FirewallRequest& wanted,
                                         const std::optional<cloud::Firewall>& found) {
  if (!found) return {"it is missing"};
  std::vector<std::string> faults;
  compare(rules_in_words(wanted.inbound, "from"), rules_in_words(found->inbound, "from"), faults);
  compare(rules_in_words(wanted.outbound, "at"), rules_in_words(found->outbound, "at"), faults);
  for (const auto& tag : wanted.tags)
    if (std::ranges::find(found->tags, tag) == found->tags.end())
      faults.push_back(fmt::format("machines tagged {} are not behind it", tag));
  return faults;
}

void add_firewall_drift(Json& status, const Tools& tools, const Resource& resource,
                        const Request& request) {
  const auto wanted =
      firewall_request(resource, firewall_name(request.resource_name), all_openings(request));
  const auto all = tools.cloud.list_firewalls(kFirewallListAge);
  const auto named = std::ranges::find(all, wanted.name, &cloud::Firewall::name);
  const auto faults =
      firewall_faults(wanted, named == all.end() ? std::nullopt : std::optional(*named));
  if (faults.empty()) return;
  const std::string found = fmt::format("{}", fmt::join(faults, "; "));
  status["drift"].push_back(
      {{"node", nullptr},
       {"what", "firewall"},
       {"declared", nullptr},
       {"found", found},
       {"heals", "safe"},
       {"monthlyUsd", nullptr},
       {"message", fmt::format("the firewall {}: {}; it is set again", wanted.name, found)}});
}

}  // namespace ashlar::fleet
