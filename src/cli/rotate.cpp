#include "base/secret_file.hpp"
#include "cli/commands.hpp"

namespace ashlar::cli {

int rotate(const Context& context, const RotateOptions& options) {
  if (options.passwords == options.certificates)
    throw Error(ErrorCode::kInvalidInput, "what to renew is not clear",
                "give either --passwords or --certificates");
  if (!options.password_file.empty() && !options.passwords)
    throw Error(ErrorCode::kInvalidInput, "--password-file is only for --passwords");
  if (options.overlap_seconds && !options.passwords)
    throw Error(ErrorCode::kInvalidInput, "--overlap is only for --passwords");
  Json arguments{{"what", options.passwords ? "passwords" : "certificates"}};
  if (options.overlap_seconds) arguments["overlapSeconds"] = *options.overlap_seconds;
  if (options.password_file.empty()) return carry_out(context, options.act, "rotate", arguments);
  // From a file, since arguments can be seen by everyone on the machine.
  const Secret password = read_secret_file(options.password_file);
  return carry_out(context, options.act, "rotate", [&](const KindView& kind) {
    const std::string argument = kind.secret_argument_of("rotate");
    if (argument.empty())
      throw Error(ErrorCode::kInvalidInput,
                  "a password of the kind " + kind.name + " cannot be given",
                  "leave --password-file out: then it is generated");
    arguments[argument] = password.reveal();
    return arguments;
  });
}

}  // namespace ashlar::cli
