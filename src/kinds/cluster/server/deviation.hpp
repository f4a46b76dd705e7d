#pragma once
// What is not as Ashlar set it. One list of operations sets a node up; the same list, only checked,
// is the look that finds what somebody changed. Pure.

#include <string>
#include <vector>

#include "machine/batch.hpp"

namespace ashlar::cluster {

/// One thing that is not as it was set.
struct Deviation {
  std::string what;   // managed-file, unit, kernel-parameter, or a word of the kind's own
  std::string found;  // for people: what is there instead; never a secret
};

/// What a batch of files, directories, units and kernel parameters found when it was only checked;
/// `results`: those of its operations, in order.
std::vector<Deviation> deviations_in(const machine::Batch& declared,
                                     const std::vector<machine::OperationResult>& results);

}  // namespace ashlar::cluster
