#pragma once
// Making an object at the provider once, although answers get lost, lists show new objects late,
// and the control plane may die at any line (cloud/cloud.hpp, 2).

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "cloud/cloud.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {

/// A step's request to make something, kept in the step's data from before it is sent: whoever
/// comes after a lost answer or a crash knows that the object may exist.
class PendingCreate {
 public:
  explicit PendingCreate(StepContext& context) : PendingCreate(context, context.step.state_data) {}
  /// `data`: what the step's data holds; kept along.
  PendingCreate(StepContext& context, Json data) : context_(context), data_(std::move(data)) {}

  /// Nothing: the step never asked, or was refused.
  std::optional<Time> sent_at() const;
  /// Durable when it returns.
  void about_to_send();
  void was_refused();

 private:
  StepContext& context_;
  Json data_;
};

template <class Object>
struct Making {
  std::string what;                             // "the machine prod-node-1", for people
  std::function<std::optional<Object>()> find;  // at the provider, by what only this object has
  std::function<cloud::Created<Object>()> create;
};

/// How often a step looks for what was never answered. Lists may be as old, so that a whole
/// deployment that got no answers shares its looks.
inline constexpr Millis kLookAgain{1'500};

/// Whether what was asked for may still show, and how that is waited for.
std::optional<engine::Wait> wait_for_lost(const Tools& tools, const StepContext& context,
                                          PendingCreate pending, const std::string& what);

/// The object, found or made; or the step waits for one whose making was never answered. It asks
/// again only when Tools::shows_within has passed since. Throws what the provider refuses.
template <class Object>
std::expected<Object, engine::Wait> make_once(const Tools& tools, StepContext& context,
                                              PendingCreate pending, const Making<Object>& making) {
  if (auto found = making.find()) return *std::move(found);
  if (auto wait = wait_for_lost(tools, context, pending, making.what))
    return std::unexpected(*std::move(wait));
  const bool again = pending.sent_at().has_value();
  pending.about_to_send();
  try {
    auto made = making.create();
    if (made) return *std::move(made);
    context.log("the request for " + making.what + " got no answer: " + made.error().message());
  } catch (const Error& error) {
    // One exists and does not show yet: somebody was faster. But not for ever.
    if (error.code() != ErrorCode::kConflict || again) {
      pending.was_refused();
      throw;
    }
  }
  return std::unexpected(*wait_for_lost(tools, context, pending, making.what));
}

}  // namespace ashlar::fleet
