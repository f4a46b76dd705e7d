#pragma once
// A failed change waits for the person who asked for it: it may be retried or cancelled, and what
// it was about is not healed meanwhile. All else is.

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

  /// A fault of the resource as a whole is not for healing to judge meanwhile, nor is one of a node
  /// that the change has yet to finish with.
  bool concerns(const Fault& fault) const {
    return !nodes || fault.node.empty() || nodes->contains(fault.node);
  }
};

/// What healing waits for, what it leaves alone meanwhile, and what to do; for people.
std::string in_words(const HeldBack& held);

/// The failed change that healing of the resource waits for; nothing: there is none.
std::optional<HeldBack> held_back(store::Store& store, const KindRegistry& kinds,
                                  const Resource& resource);

/// Of a forward run the steps that are not done, of an undo those that are not undone.
std::vector<const StepRecord*> unfinished(const std::vector<StepRecord>& steps);

}  // namespace ashlar::engine
