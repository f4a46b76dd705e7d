#include <fmt/format.h>

#include "base/file.hpp"
#include "cli/commands.hpp"

namespace ashlar::cli {
namespace {

/// From a file, since arguments can be seen by everyone on the machine.
std::string password_in(const std::filesystem::path& file) {
  std::string password = read_file(file);
  while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
  if (password.empty())
    throw Error(ErrorCode::kInvalidInput, fmt::format("the file {} is empty", file.string()),
                "put the new password into it, or leave --password-file out to have one generated");
  register_secret(password);
  return password;
}

}  // namespace

int rotate(const Context& context, const RotateOptions& options) {
  if (options.passwords == options.certificates)
    throw Error(ErrorCode::kInvalidInput, "what to renew is not clear",
                "give either --passwords or --certificates");
  if (!options.password_file.empty() && !options.passwords)
    throw Error(ErrorCode::kInvalidInput, "--password-file is only for --passwords");
  Json arguments{{"what", options.passwords ? "passwords" : "certificates"}};
  if (!options.password_file.empty())
    arguments["systemPassword"] = password_in(options.password_file);
  return carry_out(context, options.act, "rotate", arguments);
}

}  // namespace ashlar::cli
