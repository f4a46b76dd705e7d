#pragma once
// Names and tags by which the parts of a fleet find each other at the provider.

#include <optional>
#include <string>
#include <vector>

#include "model/resource.hpp"

namespace ashlar::fleet {

inline constexpr const char* kTagPrefix = "ashlar-";
/// What a step's machine is tagged with, so that a repeated step finds it. `round` counts the
/// machines that the step gave up and replaced.
inline constexpr const char* kStepTagPrefix = "ashlar-step-";
inline std::string step_tag(const std::string& step_id, int round = 0) {
  return kStepTagPrefix + step_id + (round > 0 ? "-r" + std::to_string(round) : "");
}

/// The resource whose tag, as of tag_of(), is among these; nothing when there is none.
std::optional<std::string> resource_of(const std::vector<std::string>& tags);

/// The step whose tag is among these; nothing when there is none.
std::optional<std::string> step_of(const std::vector<std::string>& tags);

/// What is found by its name at the provider: the name that people read in the plan, and the end of
/// the resource's id, for the same reason as in tag_of().
std::string name_at_provider(const Resource& resource, const std::string& name);

/// On all machines of the resource's organization. Ids are drawn at random, so whatever carries it
/// was made by this control plane, or by one that goes on with its data.
std::string owner_tag(const std::string& organization_id);

/// What is written on objects that carry no tags.
std::string description_of(const Resource& resource);

inline std::string vpc_name(const std::string& resource_name) {
  return resource_name + "-vpc";
}
inline std::string firewall_name(const std::string& resource_name) {
  return resource_name + "-fw";
}
/// The machine that is to take over from replica-1's (`replica-1~2`) is named `...-replica-1-v2`.
inline std::string machine_name(const std::string& resource_name, const std::string& node) {
  const auto mark = node.find('~');
  return resource_name + "-" + node.substr(0, mark) +
         (mark == std::string::npos ? "" : "-v" + node.substr(mark + 1));
}

inline constexpr const char* kSshKeyKey = "ssh-key";
inline constexpr const char* kVpcKey = "vpc";

}  // namespace ashlar::fleet
