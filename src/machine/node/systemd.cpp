#include "machine/node/systemd.hpp"

#include "machine/node/fields.hpp"
#include "machine/node/operation.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {

std::map<std::string, std::string> unit_properties(const std::string& unit,
                                                   const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  const ProcessResult shown =
      run_process({.argv = {"systemctl", "show", "--no-pager", "--property=" + list, "--", unit}});
  if (!shown.succeeded()) throw Failure("systemctl show " + unit + ": " + shown.complaint());
  std::map<std::string, std::string> properties;
  for (const std::string& line : split(shown.out, '\n'))
    if (const size_t equals = line.find('='); equals != std::string::npos)
      properties[line.substr(0, equals)] = line.substr(equals + 1);
  return properties;
}

void systemctl(std::vector<std::string> arguments, const std::string& unit, int timeout_ms) {
  std::string what = "systemctl";
  for (const std::string& argument : arguments) what += " " + argument;
  arguments.insert(arguments.begin(), {"systemctl", "--no-ask-password"});
  if (!unit.empty()) arguments.insert(arguments.end(), {"--", unit});
  const ProcessResult result = run_process({.argv = arguments, .timeout_ms = timeout_ms});
  if (result.succeeded()) return;
  const std::string journal = unit.empty() ? "" : journal_tail(unit, 20);
  throw Failure(what + " " + unit + ": " + result.complaint() +
                    (journal.empty() ? "" : "\nlast lines of its journal:\n" + journal),
                {{"journal", journal}});
}

std::string journal_tail(const std::string& unit, int lines) {
  const std::vector<std::string> argv = {"journalctl",     "--no-pager",
                                         "--quiet",        "--output=cat",
                                         "--unit=" + unit, "--lines=" + std::to_string(lines)};
  try {
    return run_process({.argv = argv, .timeout_ms = 10'000, .most_output = 16'384}).out;
  } catch (const Failure&) {
    return {};  // a machine without a journal: the caller has an error of its own to tell
  }
}

bool is_unit_name(const std::string& name) {
  return is_plain_name(name, ":-_.\\@", 255);
}

}  // namespace ashlar::node
