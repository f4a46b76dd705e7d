#include <fmt/format.h>

#include <map>
#include <set>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

struct Mark {
  std::string_view sign;
  std::string_view word;
  std::string (Style::*paint)(std::string_view) const;
};

const Mark& mark_of(const std::string& action) {
  static const std::map<std::string, Mark, std::less<>> marks{
      {"create", {"+", "made", &Style::green}},
      {"update", {"~", "changed", &Style::yellow}},
      {"replace", {"-/+", "replaced", &Style::yellow}},
      {"destroy", {"-", "destroyed", &Style::red}},
  };
  static const Mark unknown{"?", "unknown", &Style::yellow};
  const auto found = marks.find(action);
  return found == marks.end() ? unknown : found->second;
}

/// What a line costs: one price, or two when it changes.
std::string price_of(const Json& change) {
  const double before = number_of(change, "monthlyUsdBefore");
  const double after = number_of(change, "monthlyUsdAfter");
  if (before == 0 && after == 0) return {};
  if (before == after || before == 0) return money(after);
  if (after == 0) return "-" + money(before);
  return money(before) + " → " + money(after);
}

size_t widest(const Json& changes, const char* key, size_t most) {
  size_t width = 0;
  for (const Json& change : changes) width = std::max(width, columns(text_of(change, key)));
  return std::min(width, most);
}

std::string change_lines(const Json& changes, const Style& style) {
  size_t price_width = 0;
  for (const Json& change : changes) price_width = std::max(price_width, columns(price_of(change)));
  const size_t what_width = widest(changes, "what", 12);
  const size_t name_width = widest(changes, "name", 32);
  const size_t fixed = 2 + 3 + 1 + what_width + 2 + name_width + 2 + 2 + price_width;
  const size_t detail_width =
      static_cast<size_t>(style.width) > fixed + 8 ? style.width - fixed : 8;
  std::string text;
  for (const Json& change : changes) {
    const Mark& mark = mark_of(text_of(change, "action"));
    std::string line = fmt::format("  {} {}  {}", (style.*mark.paint)(fit_right(mark.sign, 3)),
                                   fit(text_of(change, "what"), what_width),
                                   fit(text_of(change, "name"), name_width));
    line += "  " + fit(text_of(change, "detail"), detail_width);
    if (price_width > 0) line += "  " + fit_right(price_of(change), price_width);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string counts_line(const Json& changes, const Style& style) {
  std::string text;
  for (const char* action : {"create", "update", "replace", "destroy"}) {
    const auto count = std::ranges::count_if(
        changes, [&](const Json& change) { return text_of(change, "action") == action; });
    if (count == 0) continue;
    const Mark& mark = mark_of(action);
    if (!text.empty()) text += ", ";
    text += (style.*mark.paint)(fmt::format("{} {}", count, mark.word));
  }
  return text.empty() ? "nothing made or destroyed" : text;
}

std::string cost_line(const Json& plan) {
  const double before = number_of(plan, "monthlyUsdBefore");
  const double after = number_of(plan, "monthlyUsdAfter");
  if (before == after) return money(after) + " a month, unchanged";
  return fmt::format("{} → {} a month ({})", money(before), money(after),
                     money_difference(after - before));
}

std::string time_line(const Json& plan) {
  std::set<std::string> phases;
  for (const Json& step : list_of(plan, "steps")) phases.insert(text_of(step, "phase"));
  const size_t steps = list_of(plan, "steps").size();
  return fmt::format("about {} ({} step{} in {} phase{})",
                     to_human(Millis(integer_of(plan, "expectedMs"))), steps, steps == 1 ? "" : "s",
                     phases.size(), phases.size() == 1 ? "" : "s");
}

std::string bullet(std::string lead, std::string_view line, const Style& style) {
  std::string text;
  for (const std::string& part : wrap(line, static_cast<size_t>(style.width) - 4)) {
    text += lead + part + "\n";
    lead = "    ";
  }
  return text;
}

std::string bullets(std::string_view title, const Json& lines, const Style& style) {
  if (lines.empty()) return {};
  std::string text = fmt::format("\n  {}\n", style.bold(title));
  for (const Json& line : lines)
    text += bullet("  - ", line.is_string() ? line.get<std::string>() : line.dump(), style);
  return text;
}

std::string danger_lines(const Json& dangers, const Style& style) {
  if (dangers.empty()) return {};
  std::string text = fmt::format("\n  {}\n", style.red("What this destroys or weakens"));
  for (const Json& danger : dangers)
    text += bullet("  " + style.red("!") + " ", text_of(danger, "message"), style);
  return text;
}

std::string required_lines(const Json& actions, const Style& style) {
  Json lines = Json::array();
  for (const Json& action : actions)
    lines.push_back(fmt::format("{}: {}, {}", text_of(action, "who"), text_of(action, "what"),
                                text_of(action, "until")));
  return bullets("What has to be done", lines, style);
}

std::string address_line(const Json& change) {
  const std::string node = text_of(change, "node");
  const std::string address = text_of(change, "address");
  const std::string fate = text_of(change, "fate");
  const std::string told = fate == "comes"   ? fmt::format("{} gets an address", node)
                           : address.empty() ? fmt::format("{} gets another address", node)
                           : fate == "goes"
                               ? fmt::format("{} at {} goes", node, address)
                               : fmt::format("{} leaves {} for another address", node, address);
  return fmt::format("{} (known to {})", told, text_of(change, "usedBy"));
}

Json address_lines(const Json& changes) {
  Json lines = Json::array();
  for (const Json& change : changes) lines.push_back(address_line(change));
  return lines;
}

}  // namespace

std::string render_plan(const Json& plan, const Style& style) {
  const Json& spec_changes = list_of(plan, "specChanges");
  if (flag_of(plan, "empty")) {
    const std::string what =
        fmt::format("{} {}", text_of(plan, "kind"), text_of(plan, "resourceName"));
    if (!spec_changes.empty())
      return fmt::format("No machine needs to change; the spec of {} does.\n", what) +
             render_spec_changes(spec_changes, style) +
             bullets("Notes", list_of(plan, "notes"), style);
    return fmt::format("Nothing to change: {} is as the spec says.\n", what) +
           bullets("Notes", list_of(plan, "notes"), style);
  }
  std::string text;
  for (const std::string& line : wrap(text_of(plan, "summary"), static_cast<size_t>(style.width)))
    text += style.bold(line) + "\n";
  text += render_spec_changes(spec_changes, style);
  const Json& changes = list_of(plan, "changes");
  if (!changes.empty()) text += "\n" + change_lines(changes, style);
  text += fmt::format("\n  In all  {}\n  Cost    {}\n  Time    {}\n", counts_line(changes, style),
                      cost_line(plan), time_line(plan));
  text += danger_lines(list_of(plan, "dangers"), style);
  text += bullets("What is disrupted meanwhile", list_of(plan, "disruptions"), style);
  text += bullets("Addresses that change", address_lines(list_of(plan, "addressChanges")), style);
  text += required_lines(list_of(plan, "requiredActions"), style);
  for (const std::string& line :
       wrap(text_of(plan, "reassurance"), static_cast<size_t>(style.width) - 2))
    text += "  " + line + "\n";
  return text + bullets("Notes", list_of(plan, "notes"), style);
}

}  // namespace ashlar::cli
