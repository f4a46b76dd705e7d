#pragma once
// What every command has at hand: where the server is, and how to speak to the person.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/api_client.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {

enum class Format { kTable, kJson };

/// Exit codes beyond those of base/error.hpp's table.
inline constexpr int kExitOperationFailed = 8;  // the same as for a provider or a machine
inline constexpr int kExitNotConfirmed = 10;
inline constexpr int kExitDrift = 11;         // what was looked at is not as declared
inline constexpr int kExitOutputLost = 12;    // standard output could not be written
inline constexpr int kExitInterrupted = 130;  // Ctrl-C: the operation goes on

struct Context {
  std::ostream& in_charge()
      const;  // where prose goes: standard output, or standard error with json

  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  Style style;
  Format format = Format::kTable;
  Endpoint endpoint;

  bool json() const { return format == Format::kJson; }
  void print_json(const Json& value) const;
};

/// Columns of the terminal, within what Ashlar's text is made for; 80 when it cannot be known.
int terminal_width();

/// The context of this process: terminals, width, NO_COLOR. `out` is its standard output.
Context context_of_process(std::ostream& out);

/// Endpoint from, in this order: the given flags (empty when absent), ASHLAR_SERVER and
/// ASHLAR_TOKEN_FILE, `server` and `tokenFile` in ~/.config/ashlar/config.yaml, the defaults of a
/// server on this machine. A home that this user may not look into (under sudo or cron) counts as
/// one without that file. Throws Error(kInvalidInput) naming the faulty source.
Endpoint find_endpoint(const std::string& server_flag, const std::string& token_file_flag);

/// A resource as people name it.
struct ResourceName {
  std::string kind;  // empty: whichever has one of that name
  std::string name;  // or an id that begins with res_
};

/// From `NAME` or `KIND NAME`.
ResourceName resource_name(const std::vector<std::string>& words);

/// What a table says of it: `id`, `kind`, `name`, `currentOperationId` among others. Throws
/// Error(kNotFound) naming those that there are; Error(kInvalidInput) for a kind that there is not,
/// and for a name that resources of several kinds have.
Json find_resource(ApiClient& api, const ResourceName& wanted);
/// The whole of it, with spec, status and machines. Throws as find_resource().
Json read_resource(ApiClient& api, const ResourceName& wanted);

}  // namespace ashlar::cli
