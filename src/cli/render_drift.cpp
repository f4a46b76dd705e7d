#include <fmt/format.h>

#include <sstream>

#include "cli/json_view.hpp"
#include "cli/render.hpp"

namespace ashlar::cli {
namespace {

/// Under which policy Ashlar mends it, as what will happen.
std::string mended_by(const std::string& heals) {
  if (heals == "safe") return "safe";
  if (heals == "replace") return "replace";
  return "you";
}

std::string value_of(const Json& change, const char* side) {
  const auto found = change.find(side);
  if (found == change.end() || found->is_null()) return "-";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

std::string render_drift(const Json& drift, const Style& style) {
  const std::string what = fmt::format("{} {}", text_of(drift, "kind"), text_of(drift, "name"));
  const Json& items = list_of(drift, "items");
  const std::string waiting = render_healing(object_of(drift, "healing"), style);
  if (items.empty())
    return fmt::format("{} is as declared ({}).\n", what,
                       text_of(object_of(drift, "condition"), "word", "not observed")) +
           waiting;
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items)
    rows.push_back(
        {text_of(item, "node", "-"), text_of(item, "what"), mended_by(text_of(item, "heals"))});
  std::istringstream lines(table({"NODE", "WHAT", "HEALED BY"}, rows, style));
  std::string line;
  std::getline(lines, line);
  std::string text = line + "\n";
  // What was found is a sentence: it stands below its row, whole.
  for (const Json& item : items) {
    std::getline(lines, line);
    text += line + "\n";
    for (const std::string& part :
         wrap(text_of(item, "message"), static_cast<size_t>(style.width) - 4))
      text += "    " + part + "\n";
  }
  return text +
         fmt::format("\n{} has drifted. 'ashlar heal {}' mends what its policy allows.\n", what,
                     what) +
         waiting;
}

namespace {

std::string task_line(const Json& task) {
  std::string line = fmt::format("{} ({}): {}", text_of(task, "action"), actor_words(task),
                                 text_of(task, "because"));
  if (const std::string waits = text_of(task, "waitsBecause"); !waits.empty())
    line += fmt::format("; waits, since {}", waits);
  if (const std::string time = text_of(task, "notBefore"); !time.empty())
    line +=
        fmt::format("; the last attempt did not help, the next is not before {}", shown_time(time));
  return line;
}

std::string paragraph(const std::string& words, const Style& style) {
  std::string text;
  for (const std::string& line : wrap(words, static_cast<size_t>(style.width) - 2))
    text += "  " + line + "\n";
  return text;
}

}  // namespace

std::string render_healing(const Json& healing, const Style& style) {
  std::string text;
  if (const std::string message = text_of(healing, "message"); !message.empty())
    text += "\n" + style.yellow("A failed operation waits:") + "\n" + paragraph(message, style);
  const Json& tasks = list_of(healing, "tasks");
  if (!tasks.empty()) text += "\n" + style.bold("Ashlar is going to do by itself:") + "\n";
  for (const Json& task : tasks) text += paragraph(task_line(task), style);
  return text;
}

std::string render_spec_changes(const Json& changes, const Style& style) {
  if (changes.empty()) return {};
  std::string text = fmt::format("\n  {}\n", style.bold("The spec"));
  for (const Json& change : changes) {
    const std::string line = fmt::format("{}: {} → {}", text_of(change, "path", "all"),
                                         value_of(change, "before"), value_of(change, "after"));
    std::string_view lead = "  ~ ";
    for (const std::string& part : wrap(line, static_cast<size_t>(style.width) - 4)) {
      text += fmt::format("{}{}\n", lead, shorten(part, static_cast<size_t>(style.width) - 4));
      lead = "    ";
    }
  }
  return text;
}

}  // namespace ashlar::cli
