#pragma once
// The command line. Its commands talk to a server over HTTP; the one that is the server is handed
// in by main/, since only main/ knows every kind and provider.

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace ashlar::cli {

/// What `ashlar serve` was asked for. Every flag has an environment variable of the same meaning
/// (`--digitalocean-url` is ASHLAR_DIGITALOCEAN_URL); a flag wins. No value here is a secret:
/// secrets are named by the file that holds them.
struct ServeOptions {
  std::string listen = "127.0.0.1:8420";  // --listen, ASHLAR_LISTEN: address:port, port 0 for any
  std::filesystem::path data = "/var/lib/ashlar";                 // --data, ASHLAR_DATA
  std::string digitalocean_url = "https://api.digitalocean.com";  // --digitalocean-url
  std::filesystem::path digitalocean_token_file;        // --digitalocean-token-file; required
  std::filesystem::path digitalocean_authorities_file;  // --digitalocean-ca; empty: the system's
  std::filesystem::path packages_authorities_file;      // --packages-ca; empty: the system's
  std::filesystem::path node_program;         // --node-program; empty: found beside this program
  unsigned workers = 16;                      // --workers: steps run at once
  std::chrono::seconds observe_interval{30};  // --observe-interval; 0: never
  std::chrono::seconds boot_limit{120};       // --boot-limit: then a silent machine counts as dead
  std::string log_level = "info";             // --log-level: debug, info, warning, error
};

/// Runs the server until a signal ends it; returns the exit code. Throws ashlar::Error.
using ServeFn = std::function<int(const ServeOptions&)>;

/// Parses the command line, runs one command and returns the exit code. Throws nothing: errors are
/// printed on standard error, in the form and with the exit code of base/error.hpp.
int run(int argc, char** argv, const ServeFn& serve);

}  // namespace ashlar::cli
