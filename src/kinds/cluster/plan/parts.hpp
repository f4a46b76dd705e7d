#pragma once
// What plans are put together from, whatever the service. Pure.

#include <string>
#include <vector>

#include "model/catalog.hpp"
#include "model/plan.hpp"
#include "model/spec_difference.hpp"

namespace ashlar::cluster {

using Keys = std::vector<std::string>;

/// How a step is shown and timed.
struct Shown {
  std::string title;
  const char* phase = "";
  Millis expected{1'000};
  Millis deadline{300'000};
};

/// A step about one node, or about the whole cluster when `node` is empty.
PlannedStep make_step(std::string key, std::string type, const std::string& node, Shown shown,
                      Json args = Json::object());
/// The same; its key is type/node, or the type alone.
PlannedStep step_of(std::string type, const std::string& node, Shown shown,
                    Json args = Json::object());

/// Returns the step's key. `after`: those that must have succeeded; `after_ended`: those that must
/// be over. Each is named once, in the order in which it was named first.
std::string add(Plan& plan, PlannedStep step, Keys after, Keys after_ended = {});
/// Those of the keys that are planned, in the plan's order.
Keys planned_among(const Plan& plan, const Keys& keys);
/// Appended to `keys`.
void extend(Keys& keys, const Keys& more);
/// "(false → true)": a field of the spec, for people.
std::string before_and_after(const SpecChange& change);
/// "1 machine", "3 machines".
std::string count_of(size_t number, const std::string& thing);

}  // namespace ashlar::cluster
