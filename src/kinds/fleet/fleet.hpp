#pragma once
// What every kind that consists of machines needs: SSH key, VPC, firewall, and machines made,
// reached and destroyed, as planned steps. Kinds add their own steps after these.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/step.hpp"
#include "machine/machines.hpp"
#include "mirror/mirror.hpp"
#include "model/catalog.hpp"
#include "model/plan.hpp"

namespace ashlar::fleet {

/// What the steps work with; outlives them. All members are thread-safe.
struct Tools {
  cloud::Cloud& cloud;
  machine::Machines& machines;
  std::string ssh_public_key;  // the control plane's, given to every machine
  Millis boot_limit{120'000};  // a booting machine without progress for this long counts as dead
  /// How long the provider may take to show what it made without answering. Only after that is it
  /// asked again.
  Millis shows_within{60'000};
  mirror::Mirror* mirror = nullptr;  // what machines get from outside; null: nothing can be had
};

struct Node {
  std::string name;  // master-1: unique in the resource
  std::string role;  // master
  std::string size;
};

/// Who may open connections to a port: these addresses (CIDR), and all machines of the resource.
struct Opening {
  std::string protocol;  // tcp, udp
  int port = 0;
  std::vector<std::string> addresses;
};

/// What is wanted. Machines are named `<resource_name>-<node name>`.
struct Request {
  std::string resource_name;
  std::string region;
  std::string vpc_id;  // empty: a VPC `<resource_name>-vpc` is made, and deleted with the resource
  std::string image = "debian-12-x64";
  std::vector<std::string> extra_tags;
  std::vector<Opening> openings;  // SSH for the control plane is added
  std::vector<Node> nodes;
};

/// What is wrong with the VPC that was found under the id that a spec names, as the end of a
/// sentence about it; empty when machines of `region` can be put into it. Pure: plans and steps
/// judge by it.
std::string vpc_fault(const std::optional<cloud::Vpc>& found, const std::string& region);

// Keys of the planned steps, for dependencies.
std::string create_key(const std::string& node);  // create-machine/<node>
std::string ready_key(const std::string& node);   // machine-ready/<node>
std::string power_key(const std::string& node);   // power/<node>
inline constexpr const char* kFirewallKey = "firewall";
/// Of the step that counts what was made: a kind proves its result after it.
inline constexpr const char* kCountKey = "count-machines";

/// Adds to `plan`: ssh-key, vpc, firewall, then per node create-machine and machine-ready (reached
/// over SSH with the pinned host key; its addresses stored), in the end count-machines (none was
/// made twice), and the priced changes. Pure. `nodes`
/// are those that need a machine: one of that name that the provider still has is replaced. Without
/// nodes nothing is added.
void plan_create(Plan& plan, const Request& request, const Catalog& catalog);

/// Adds the steps that destroy the machines, wait until the provider has none of them left, then
/// delete firewall and VPC (only one that Ashlar made). The machines are those that `observed`
/// counted (see census.hpp); without a count, those of the given nodes. `after`: steps to wait for.
/// The last step's key is returned. Pure. What carries the resource's tag is destroyed too, whether
/// a record knows it or not; records and secrets of the resource are removed at the end.
std::string plan_destroy(Plan& plan, const Request& request, const Json& observed,
                         const Catalog& catalog, const std::vector<std::string>& after);

/// Adds the step that makes the resource's firewall what `request` wants. Pure.
void plan_firewall(Plan& plan, const Request& request);

/// Adds the steps that destroy the machines recorded under the given nodes, each with its record,
/// while the rest of the resource lives on. There is no way back from them. Pure.
void plan_retire(Plan& plan, const Request& request, const std::vector<std::string>& after);

/// Adds the steps that switch the given nodes' machines on or off; returns their keys. Pure.
std::vector<std::string> plan_power(Plan& plan, const Request& request, bool on,
                                    const std::vector<std::string>& after);

/// Adds the steps that give the given nodes' machines the sizes of `request`: switched off,
/// resized, switched on. Address and data stay. `present`: each one's size now, for the way back.
/// Returns the last step's key of each node. Pure.
std::vector<std::string> plan_resize(Plan& plan, const Request& request,
                                     const std::map<std::string, std::string>& present,
                                     const std::vector<std::string>& after);

/// Step types `fleet.*`, to be listed among a kind's own. Each has an undo where it makes
/// something. A machine that makes no progress for `boot_limit` while it boots fails its step; when
/// a person retries, that machine is destroyed and a new one takes its place. `tools` is copied;
/// what it refers to must outlive the steps.
std::vector<engine::StepType> steps(const Tools& tools);

/// On all machines of the resource and its firewall at the provider. It holds the resource's id,
/// since whatever carries it is destroyed with the resource: another organization, or another
/// control plane with the same account, may have a resource of the same name.
std::string tag_of(const Resource& resource);

/// Where SSH finds a stored machine.
machine::Target target_of(const Machine& machine);

}  // namespace ashlar::fleet
