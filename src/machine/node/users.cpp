// user.

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

struct WantedUser {
  std::string name;
  std::string home;
  std::string shell;
};

void run_tool(const std::vector<std::string>& argv) {
  const ProcessResult result = run_process({.argv = argv});
  if (!result.succeeded()) throw Failure(argv[0] + ": " + result.complaint());
}

Outcome ensure_user(const WantedUser& wanted, bool check_only) {
  const auto account = find_account(wanted.name);
  if (account && account->home == wanted.home && account->shell == wanted.shell)
    return {.message = "in place"};
  const std::string what = account ? "home and shell" : "new user";
  if (check_only) return {.changed = true, .message = what};
  if (account)
    run_tool({"usermod", "--home", wanted.home, "--shell", wanted.shell, wanted.name});
  else if (find_group_id(wanted.name))
    run_tool({"useradd", "--system", "--gid", wanted.name, "--no-create-home", "--home-dir",
              wanted.home, "--shell", wanted.shell, wanted.name});
  else
    run_tool({"useradd", "--system", "--user-group", "--no-create-home", "--home-dir", wanted.home,
              "--shell", wanted.shell, wanted.name});
  return {.changed = true, .message = what};
}

}  // namespace

Work prepare_user(Fields& fields) {
  WantedUser wanted{.name = fields.word("name"),
                    .home = fields.word_or("home", "/nonexistent"),
                    .shell = fields.word_or("shell", "/usr/sbin/nologin")};
  if (!wanted.name.empty() && !is_plain_name(wanted.name, "_-", 32))
    fields.fault("name", "must be 1 to 32 letters, digits, `_` or `-`");
  if (wanted.name == "root") fields.fault("name", "must not be root");
  for (const std::string* path : {&wanted.home, &wanted.shell})
    if (!path->starts_with('/') || path->find_first_of(":\n") != std::string::npos)
      fields.fault(path == &wanted.home ? "home" : "shell", "must be an absolute path");
  return [wanted](const Context& context) { return ensure_user(wanted, context.check_only); };
}

}  // namespace ashlar::node
