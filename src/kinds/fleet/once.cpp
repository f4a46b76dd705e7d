#include "kinds/fleet/once.hpp"

#include <fmt/format.h>

namespace ashlar::fleet {
namespace {

constexpr const char* kSentAt = "create_sent_at";

}  // namespace

std::optional<Time> PendingCreate::sent_at() const {
  if (!data_.is_object() || !data_.contains(kSentAt)) return std::nullopt;
  const auto parsed = from_rfc3339(data_.at(kSentAt).get_ref<const std::string&>());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

void PendingCreate::about_to_send() {
  data_[kSentAt] = to_rfc3339(context_.clock.now());
  context_.remember(data_);
}

void PendingCreate::was_refused() {
  data_.erase(kSentAt);
  context_.remember(data_);
}

std::optional<engine::Wait> wait_for_lost(const Tools& tools, const StepContext& context,
                                          PendingCreate pending, const std::string& what) {
  if (!pending.sent_at()) return std::nullopt;
  const Time now = context.clock.now();
  // The clock was set back: the time begins anew, from what it says now.
  if (now < *pending.sent_at()) pending.about_to_send();
  const Time until = *pending.sent_at() + tools.shows_within;
  if (now >= until) return std::nullopt;
  return engine::Wait{.pause = kLookAgain,
                      .because = fmt::format(
                          "the provider never answered the request for {}; until {} it is looked "
                          "whether it was made all the same",
                          what, to_rfc3339(until))};
}

}  // namespace ashlar::fleet
