#pragma once
// How a resource is, in one word with its reason: what lists, pages and commands show of it.

#include <optional>
#include <string>
#include <string_view>

#include "model/operation.hpp"
#include "model/resource.hpp"
#include "model/resource_summary.hpp"

namespace ashlar {

/// How much people should care.
enum class Severity { kGood, kBusy, kOff, kWarning, kError };
std::string_view to_string(Severity);

struct Condition {
  std::string word;  // healthy, degraded, down, stopped, or what is being done: deploying, ...
  Severity severity = Severity::kGood;
  std::string reason;  // one sentence; empty when the word says all
};

/// From what the operations left, what was observed, and the latest operation: one word, so that no
/// two of them are shown beside each other. `latest`: null when it is not known. Pure.
Condition condition_of(const ResourceSummary& summary, const Operation* latest);

Json to_json(const Condition&);

}  // namespace ashlar
