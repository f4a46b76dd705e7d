#pragma once
// The commands, one file each. All return the process's exit code and throw ashlar::Error.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/act.hpp"
#include "cli/context.hpp"

namespace ashlar::cli {

/// What applying the files would do; touches nothing.
int plan(const Context& context, const std::vector<std::string>& files);

struct ApplyOptions {
  std::vector<std::string> files;
  Consent consent;
  bool no_wait = false;  // end as soon as the operations are accepted
};
int apply(const Context& context, const ApplyOptions& options);

/// Lists all resources (no words), those of a kind (KIND), or shows one (KIND NAME).
int get(const Context& context, const std::vector<std::string>& words);

struct DescribeOptions {
  std::vector<std::string> words;  // NAME or KIND NAME
  bool stored = false;             // the stored status, instead of looking at the machines now
};
int describe(const Context& context, const DescribeOptions& options);

/// `yes` is enough: the command names what it destroys.
int remove(const Context& context, const ActOptions& options);

/// What kinds of infrastructure there are, or one of them with its roles, actions and examples.
int list_kinds(const Context& context, const std::vector<std::string>& words);

/// `ashlar KIND`, `ashlar KIND TABLE NAME` and `ashlar KIND ACTION NAME [ARGUMENT=VALUE]...`: what
/// only the server knows of its kinds. Throws Error(kInvalidInput), which lists what there is.
int of_kind(const Context& context, const ActOptions& options);
/// From ARGUMENT=VALUE, each; a value is JSON where it is some, else a text.
Json arguments_from(const std::vector<std::string>& texts);

struct CredentialsOptions {
  std::vector<std::string> words;
  std::string field;     // print this one's value and nothing else
  bool connect = false;  // how to connect, without any secret
  bool hosts = false;    // the nodes' names as lines for a hosts file
  bool zone = false;     // the same as a zone
};
int credentials(const Context& context, const CredentialsOptions& options);

struct ResizeOptions {
  ActOptions act;
  std::map<std::string, std::string> sizes;  // by role
  bool up = true;
  std::string strategy;  // in-place, replace; empty: as the spec says
};
int resize(const Context& context, const ResizeOptions& options);
/// From ROLE=SIZE, each. Throws Error(kInvalidInput) for another text, and for a role given twice.
std::map<std::string, std::string> sizes_by_role(const std::vector<std::string>& texts);
/// `--ROLE SIZE` (or `--ROLE=SIZE`), where that is no option of the command, is short for `--size
/// ROLE=SIZE`. Pure.
std::vector<std::string> spell_out_sizes(std::vector<std::string> words,
                                         const std::function<bool(const std::string&)>& is_option);

int stop(const Context& context, const ActOptions& options);
int start(const Context& context, const ActOptions& options);

struct SwitchoverOptions {
  ActOptions act;
  std::string group;  // empty: the only one
  std::string to;     // empty: the server chooses
};
int switchover(const Context& context, const SwitchoverOptions& options);

struct RotateOptions {
  ActOptions act;
  bool passwords = false;
  bool certificates = false;
  std::filesystem::path password_file;  // empty: one is generated
  std::optional<int> overlap_seconds;  // both passwords are valid that long; none: as the spec says
};
int rotate(const Context& context, const RotateOptions& options);

int heal(const Context& context, const ActOptions& options);

/// What is there otherwise than declared; kExitDrift when something is.
int drift(const Context& context, const DescribeOptions& options);

int operations(const Context& context, const std::vector<std::string>& resource_words);

/// An operation's id, or a resource (its last operation).
struct SteerOptions {
  std::vector<std::string> words;
  bool no_wait = false;
  bool output = false;  // what steps say while they are at work, too
};
int watch(const Context& context, const SteerOptions& options);
int cancel(const Context& context, const SteerOptions& options);
int retry(const Context& context, const SteerOptions& options);

/// The id that `words` mean: `op_...` itself, or the last operation of the named resource.
std::string operation_id_of(ApiClient& api, const std::vector<std::string>& words);

struct OrphansOptions {
  std::vector<std::string> destroy;  // TYPE/ID; empty: list
  bool yes = false;                  // do not ask
};
/// What was left behind at the providers and belongs to no resource.
int orphans(const Context& context, const OrphansOptions& options);

/// The organization's tokens, without themselves.
int tokens(const Context& context);
/// Prints the token, which the server answers this once.
int create_token(const Context& context, const std::string& name,
                 const std::vector<std::string>& permissions);
/// Ends a token, and the sessions begun with it.
int revoke(const Context& context, const std::string& id);

int doctor(const Context& context);
int version(const Context& context);

}  // namespace ashlar::cli
