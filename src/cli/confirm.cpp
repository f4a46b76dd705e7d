// Asking before anything is done: "yes" for most plans, the name for those that destroy or weaken.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <istream>
#include <ostream>

#include "cli/act.hpp"
#include "cli/commands.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Whoever names what no plan is about has mistaken something.
void refuse_other_names(const Names& confirmed, const std::vector<Json>& plans) {
  Names planned;
  for (const Json& plan : plans) planned.push_back(text_of(plan, "resourceName"));
  for (const std::string& name : confirmed)
    if (!holds(planned, name))
      throw Error(ErrorCode::kInvalidInput, fmt::format("--confirm names '{}'", name),
                  fmt::format("the plan is about {}", fmt::join(planned, ", ")));
}

std::string options_for(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + ("--confirm " + name);
  return text;
}

Names names_not_confirmed(const std::vector<Json>& plans, const Names& confirmed) {
  Names names;
  for (const Json& plan : plans)
    if (const std::string name = text_of(plan, "resourceName");
        is_dangerous(plan) && !holds(confirmed, name))
      names.push_back(name);
  return names;
}

bool asks_for_yes(const std::vector<Json>& plans, const Names& confirmed) {
  return std::ranges::any_of(plans, [&](const Json& plan) {
    return !changes_nothing(plan) && !is_dangerous(plan) &&
           !holds(confirmed, text_of(plan, "resourceName"));
  });
}

}  // namespace

bool is_dangerous(const Json& plan) {
  return !list_of(plan, "dangers").empty();
}

bool answered(const Context& context, const std::string& question, const std::string& expected,
              const std::string& option) {
  if (!context.in_is_terminal)
    throw Error(ErrorCode::kInvalidInput, "there is no terminal to ask on",
                fmt::format("look at the plan, then give {}", option));
  context.in_charge() << "\n" << question << " Type '" << expected << "' to go on: " << std::flush;
  std::string answer;
  std::getline(context.in, answer);
  if (answer == expected) return true;
  context.in_charge() << "Nothing was changed.\n";
  return false;
}

bool consented(const Context& context, const Consent& consent, const std::vector<Json>& plans) {
  refuse_other_names(consent.confirmed, plans);
  const Names dangerous = names_not_confirmed(plans, consent.confirmed);
  if (!dangerous.empty() && consent.yes)
    throw Error(ErrorCode::kNotConfirmed,
                fmt::format("--yes does not cover what this plan destroys or weakens of {}",
                            fmt::join(dangerous, ", ")),
                fmt::format("to accept it, add {}", options_for(dangerous)));
  for (const std::string& name : dangerous)
    if (!answered(
            context,
            context.style.red(fmt::format("This destroys or weakens {}, as told above.", name)),
            name, options_for(dangerous)))
      return false;
  if (consent.yes || !asks_for_yes(plans, consent.confirmed)) return true;
  return answered(context, "Carry this out?", "yes", "--yes");
}

void add_confirmation(http::Headers& headers, const std::vector<Json>& plans) {
  Names names;
  for (const Json& plan : plans)
    if (is_dangerous(plan)) names.push_back(text_of(plan, "resourceName"));
  if (!names.empty()) headers["Ashlar-Confirm"] = fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace ashlar::cli
