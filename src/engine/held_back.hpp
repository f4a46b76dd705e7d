#pragma once
// A failed change waits for the person who asked for it: it may be retried or cancelled, and Ashlar
// leaves alone meanwhile what it was about, and nothing else.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/kind.hpp"
#include "model/operation.hpp"
#include "store/store.hpp"

namespace ashlar::engine {

struct HeldBack {
  Operation operation;
  /// Those that its unfinished steps are about; none: unknown, so it may be all.
  std::optional<std::set<std::string>> nodes;

  /// What is wrong with the resource as a whole is not for Ashlar to judge meanwhile, nor is a node
  /// that the change has yet to finish with; and what cannot be limited to a node waits, too.
  bool concerns(const Task& task) const {
    return !nodes || !task.by_node || task.node.empty() || nodes->contains(task.node);
  }
};

/// What is waited for, what Ashlar leaves alone meanwhile, and what to do; for people.
std::string in_words(const HeldBack& held);

/// Neither begun by Ashlar itself nor by somebody to make what was declared hold again.
bool is_change(const KindRegistry& kinds, const Operation& operation);

/// The failed change that the tasks of the resource wait for; nothing: there is none.
std::optional<HeldBack> held_back(store::Store& store, const KindRegistry& kinds,
                                  const Resource& resource);

/// Of a forward run the steps that are not done, of an undo those that are not undone.
std::vector<const StepRecord*> unfinished(const std::vector<StepRecord>& steps);

}  // namespace ashlar::engine
