#pragma once

#include <string>
#include <vector>

#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

/// What is allowed and should be thought over, a sentence each. Pure.
std::vector<std::string> advice(const Spec& spec);

/// Topics of which no broker can stop without an interruption: they have no more replicas than must
/// be in sync.
std::vector<std::string> unsparing_topics(const Spec& spec);

}  // namespace ashlar::kafka
