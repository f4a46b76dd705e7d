#pragma once

#include <map>
#include <string>
#include <vector>

namespace ashlar::node {

/// The named properties of a unit (`systemctl show`). Throws Failure when systemd does not answer.
std::map<std::string, std::string> unit_properties(const std::string& unit,
                                                   const std::vector<std::string>& names);

/// Runs `systemctl VERB... UNIT`; throws Failure with the unit's last journal lines.
void systemctl(std::vector<std::string> arguments, const std::string& unit, int timeout_ms);

/// The unit's last lines of the journal.
std::string journal_tail(const std::string& unit, int lines);

/// True for a name that systemd accepts and that is not an option: letters, digits and `:-_.\@`.
bool is_unit_name(const std::string& name);

}  // namespace ashlar::node
