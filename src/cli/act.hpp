#pragma once
// What every action on a resource shares: show the plan, ask, start it, follow it.

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace ashlar::cli {

/// What to do without asking, and what not to wait for.
struct ActOptions {
  std::vector<std::string> words;  // NAME or KIND NAME
  bool yes = false;
  bool no_wait = false;
};

/// PATCH /servers/{id}/<action> with `arguments`. Only the plan that was shown is carried out:
/// throws Error(kPrecondition) when someone changed the resource since.
int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const Json& arguments);

/// If-Match of the generation that a plan was made for; none when it is about nothing that exists.
http::Headers only_if_as_planned(const Json& plan);
/// A failed If-Match, said as what happened to the person.
Error changed_since_planned();

/// True when there is nothing to carry out and nothing to store.
bool changes_nothing(const Json& plan);

/// The options' `no_wait`: says how to follow the operation later. Otherwise follows it.
int follow_or_leave(ApiClient& api, const Context& context, const Json& answer, bool no_wait);

}  // namespace ashlar::cli
