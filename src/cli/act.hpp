#pragma once
// What every action on a resource shares: show the plan, ask, start it, follow it.

#include <functional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/kinds.hpp"

namespace ashlar::cli {

/// What was said beforehand, so that nobody has to be asked.
struct Consent {
  bool yes = false;                    // --yes: whatever destroys and weakens nothing
  std::vector<std::string> confirmed;  // --confirm NAME: whatever the plan for it says
};

struct ActOptions {
  std::vector<std::string> words;  // NAME or KIND NAME
  Consent consent;
  bool no_wait = false;
};

/// PATCH /servers/{id}/<action> with `arguments`. Only the plan that was shown is carried out:
/// throws Error(kPrecondition) when someone changed the resource since.
int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const Json& arguments);
/// With arguments that depend on the resource's kind.
using ArgumentsFor = std::function<Json(const KindView&)>;
int carry_out(const Context& context, const ActOptions& options, const std::string& action,
              const ArgumentsFor& arguments_for);

/// Whether the plans, which have been shown, may be carried out: as was said beforehand, or as is
/// answered on the terminal. Throws Error(kNotConfirmed) when --yes is given for what needs a name.
bool consented(const Context& context, const Consent& consent, const std::vector<Json>& plans);
/// Asks on the terminal. Throws Error(kInvalidInput), which names the option that answers, when
/// there is no one to ask.
bool answered(const Context& context, const std::string& question, const std::string& expected,
              const std::string& option);
/// True when a plan destroys or weakens something.
bool is_dangerous(const Json& plan);
/// Names to the server what was consented to.
void add_confirmation(http::Headers& headers, const std::vector<Json>& plans);

/// If-Match of the generation that a plan was made for, or If-None-Match when it was made for
/// nothing that exists.
http::Headers only_if_as_planned(const Json& plan);
/// A failed If-Match, said as what happened to the person.
Error changed_since_planned();

/// True when there is nothing to carry out and nothing to store.
bool changes_nothing(const Json& plan);

/// Where clients find the resource from now on, after an operation that has ended well. Prints
/// nothing unless the operation's plan changed addresses.
void print_addresses(ApiClient& api, const Context& context, const Json& plan);

/// The options' `no_wait`: says how to follow the operation later. Otherwise follows it.
int follow_or_leave(ApiClient& api, const Context& context, const Json& answer, bool no_wait);

}  // namespace ashlar::cli
