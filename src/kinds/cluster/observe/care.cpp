#include "kinds/cluster/observe/care.hpp"

#include <fmt/format.h>

#include "kinds/cluster/spec/actions.hpp"
#include "kinds/cluster/spec/words.hpp"

namespace ashlar::cluster {
namespace {

/// What is unknown is not healed.
Heal policy_in(const Json& object, const char* member) {
  const std::string text = object.is_object() ? object.value(member, std::string("none")) : "none";
  for (const Heal policy : {Heal::kSafe, Heal::kReplace})
    if (text == to_string(policy)) return policy;
  return Heal::kNone;
}

constexpr Millis kCorrectedByItself{20'000};
/// A machine that reboots, or is cut off for a moment, is not to be replaced; nor is one destroyed
/// at first sight.
constexpr Millis kBeyondDoubt{40'000};

std::string text_in(const Json& item, const char* member) {
  const auto found = item.find(member);
  return found != item.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::vector<engine::Fault> faults_to_heal(const Json& spec, const Json& observed,
                                          const std::set<std::string>& corrected) {
  if (spec.value("power", std::string("on")) == "off" || !observed.is_object()) return {};
  const auto drift = observed.find("drift");
  if (drift == observed.end() || !drift->is_array()) return {};
  const Heal policy = policy_in(spec, "heal");
  // Services that stopped and machines that are off do not come back by themselves.
  const auto lasts_at_least = [&](const std::string& what, Heal needed) {
    if (needed == Heal::kReplace || what == "unrecorded-machine") return kBeyondDoubt;
    return corrected.contains(what) ? kCorrectedByItself : Millis{0};
  };
  std::vector<engine::Fault> faults;
  for (const Json& item : *drift) {
    const Heal needed = policy_in(item, "heals");
    if (needed == Heal::kNone || needed > policy) continue;
    const std::string what = text_in(item, "what");
    faults.push_back(
        {text_in(item, "node"), what, text_in(item, "message"), lasts_at_least(what, needed)});
  }
  return faults;
}

std::set<std::string> nodes_touched(const Json& spec, const PlannedStep& step) {
  if (!step.node.empty()) return {step.node.substr(0, step.node.find('~'))};
  const auto names = node_names(spec);
  return {names.begin(), names.end()};
}

std::vector<FieldError> vpc_faults(const fleet::Tools& tools, const Json& spec,
                                   const Json& stored) {
  const Json wanted = spec.value("vpcUUID", Json());
  if (!wanted.is_string() || wanted.get_ref<const std::string&>().empty() ||
      (stored.is_object() && stored.value("vpcUUID", Json()) == wanted))
    return {};
  const std::string id = wanted;
  const std::string fault =
      fleet::vpc_fault(tools.cloud.find_vpc(id), spec.at("region").get<std::string>());
  if (fault.empty()) return {};
  return {{"vpcUUID", fmt::format("{} {}", id, fault), 0, FaultOf::kRule}};
}

}  // namespace ashlar::cluster
