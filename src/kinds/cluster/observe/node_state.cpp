#include "kinds/cluster/observe/node_state.hpp"

#include <algorithm>

namespace ashlar::cluster {

std::string address_of(const Machine& machine) {
  return machine.private_address.empty() ? machine.public_address : machine.private_address;
}

std::string NodeState::address() const {
  return machine ? address_of(*machine) : std::string();
}

bool judge_machine(NodeState& node, const std::vector<cloud::CloudMachine>& listed) {
  const auto set = [&](const char* state, const char* error) {
    node.state = state;
    node.error = error;
    return false;
  };
  if (!node.machine) return set("missing", "no machine was made for it yet");
  const auto found = std::ranges::find(listed, node.machine->provider_id, &cloud::CloudMachine::id);
  if (found == listed.end()) return set("missing", "the provider no longer has its machine");
  node.machine_size = found->size;
  node.machine_disk_bytes = found->disk_bytes;
  switch (found->state) {
    case cloud::MachineState::kNew:
      return set("starting", "its machine is being made");
    case cloud::MachineState::kOff:
      return set("off", "its machine is switched off");
    case cloud::MachineState::kArchived:
      return set("missing", "its machine is archived");
    case cloud::MachineState::kActive:
      break;
  }
  if (node.address().empty()) return set("starting", "its machine has no address yet");
  return true;
}

void note_failure(NodeState& node, const Error& error) {
  node.error = error.message();
  node.untrusted = error.code() == ErrorCode::kUntrusted;
  node.shut_out = error.code() == ErrorCode::kForbidden;
}

void ask_each(const Observer& observer, size_t count, const std::function<void(size_t)>& ask) {
  const auto failures = observer.tools.machines.for_each(count, kMostAtOnce, ask);
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace ashlar::cluster
