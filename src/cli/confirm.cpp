#include <istream>
#include <ostream>

#include "cli/commands.hpp"

namespace ashlar::cli {

bool confirmed(const Context& context, const std::string& question, const std::string& expected) {
  if (!context.in_is_terminal)
    throw Error(ErrorCode::kInvalidInput, "there is no terminal to ask on",
                "look at the plan, then give --yes");
  context.in_charge() << "\n" << question << " Type '" << expected << "' to go on: " << std::flush;
  std::string answer;
  std::getline(context.in, answer);
  if (answer == expected) return true;
  context.in_charge() << "Nothing was changed.\n";
  return false;
}

}  // namespace ashlar::cli
