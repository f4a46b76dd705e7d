#pragma once
// What an observation says of a node before its service is asked: its machine, whether Ashlar can
// work on it, and what on it is not as it was set.

#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/kind.hpp"
#include "kinds/cluster/server/deviation.hpp"
#include "kinds/fleet/fleet.hpp"
#include "model/resource.hpp"

namespace ashlar::cluster {

/// How many machines are spoken to at once.
inline constexpr size_t kMostAtOnce = 32;
/// Lists of the provider may be this old.
inline constexpr Millis kListAge{1'000};

/// What looking at a cluster needs.
struct Observer {
  const fleet::Tools& tools;
  const Resource& resource;
  engine::Secrets& secrets;
  engine::MachineRecords& machines;
};

struct NodeState {
  std::optional<Machine> machine;
  std::string state;  // active, error, missing, off, starting
  std::string error;  // for people; empty when active
  bool reachable = false;
  bool untrusted = false;             // its machine shows another host key
  bool shut_out = false;              // its machine refuses Ashlar's SSH key
  std::vector<Deviation> deviations;  // what on it is not as Ashlar set it
  std::string machine_size;           // what the provider says
  long long machine_disk_bytes = 0;   // the same; 0: unknown
  std::optional<Time> certificate_expires_at;

  bool active() const { return state == "active"; }
  std::string address() const;
};

/// The address that clients and other nodes use: the private one where there is one.
std::string address_of(const Machine& machine);

/// What the provider says of a node's machine; true when it is worth speaking to.
bool judge_machine(NodeState& node, const std::vector<cloud::CloudMachine>& listed);

/// The machine did not let Ashlar in, or did not answer.
void note_failure(NodeState& node, const Error& error);

/// `ask` for each number below `count`, kMostAtOnce at a time. Throws the first thing that one
/// throws.
void ask_each(const Observer& observer, size_t count, const std::function<void(size_t)>& ask);

}  // namespace ashlar::cluster
