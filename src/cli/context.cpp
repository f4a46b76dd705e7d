#include "cli/context.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "base/file.hpp"
#include "base/yaml.hpp"
#include "cli/json_view.hpp"
#include "cli/kinds.hpp"
#include "http/client.hpp"

namespace ashlar::cli {
namespace {

constexpr const char* kDefaultServer = "http://127.0.0.1:8420";
constexpr size_t kLongestFilter = 100;  // characters of a name that the server searches for
constexpr const char* kDefaultTokenFile = "/var/lib/ashlar/admin-token";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::filesystem::path config_file() {
  if (const std::string base = environment("XDG_CONFIG_HOME"); !base.empty())
    return std::filesystem::path(base) / "ashlar/config.yaml";
  if (const std::string home = environment("HOME"); !home.empty())
    return std::filesystem::path(home) / ".config/ashlar/config.yaml";
  return {};
}

Json read_config() {
  const std::filesystem::path file = config_file();
  if (file.empty() || !path_exists(file)) return Json::object();
  const auto documents = parse_yaml(read_file(file, kMostSmallFileBytes));
  if (!documents) throw documents.error().at(file.string());
  if (documents->empty() || documents->front().value.is_null()) return Json::object();
  const Json& config = documents->front().value;
  if (!config.is_object())
    throw Error(ErrorCode::kInvalidInput, file.string() + " is not a mapping",
                "it may hold 'server: URL' and 'tokenFile: PATH'");
  for (const auto& [key, value] : config.items()) {
    if ((key != "server" && key != "tokenFile") || !value.is_string())
      throw Error(ErrorCode::kInvalidInput,
                  fmt::format("{}:{}: {}", file.string(), documents->front().line_of(key), key),
                  "it may hold 'server: URL' and 'tokenFile: PATH'");
  }
  return config;
}

std::string first_of(std::initializer_list<std::string> values) {
  for (const std::string& value : values)
    if (!value.empty()) return value;
  return {};
}

void require_url(const std::string& server) {
  if (http::is_http_url(server)) return;
  throw Error(ErrorCode::kInvalidInput,
              fmt::format("the server {} is not a URL", dump(Json(server))),
              "write it as http://HOST:PORT or https://HOST; it comes from --server, ASHLAR_SERVER "
              "or the configuration file");
}

}  // namespace

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<int>(size.ws_col, 40, 100);
}

std::ostream& Context::in_charge() const {
  return json() ? err : out;
}

void Context::print_json(const Json& value) const {
  out << dump(value, 2) << "\n";
}

Context context_of_process(std::ostream& out) {
  Context context{.in = std::cin, .out = out, .err = std::cerr};
  context.in_is_terminal = isatty(STDIN_FILENO) == 1;
  context.out_is_terminal = isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb";
  context.style.color = context.out_is_terminal && environment("NO_COLOR").empty();
  if (context.out_is_terminal) context.style.width = terminal_width();
  return context;
}

Endpoint find_endpoint(const std::string& server_flag, const std::string& token_file_flag) {
  Endpoint endpoint;
  endpoint.server = first_of({server_flag, environment("ASHLAR_SERVER")});
  endpoint.token_file = first_of({token_file_flag, environment("ASHLAR_TOKEN_FILE")});
  if (endpoint.server.empty() || endpoint.token_file.empty()) {
    const Json config = read_config();
    if (endpoint.server.empty())
      endpoint.server = first_of({text_of(config, "server"), kDefaultServer});
    if (endpoint.token_file.empty())
      endpoint.token_file = first_of({text_of(config, "tokenFile"), kDefaultTokenFile});
  }
  require_url(endpoint.server);
  while (endpoint.server.ends_with('/')) endpoint.server.pop_back();
  if (endpoint.server.ends_with("/api")) endpoint.server.resize(endpoint.server.size() - 4);
  return endpoint;
}

ResourceName resource_name(const std::vector<std::string>& words) {
  if (words.size() == 1) return {"", words[0]};
  return {words.at(0), words.at(1)};
}

namespace {

std::string listing(const std::string& kind) {
  return "/servers" + (kind.empty() ? "" : "?kind=" + encode(kind));
}

/// Of a kind that there is not, that is what is wrong.
[[noreturn]] void throw_not_found(ApiClient& api, const ResourceName& wanted) {
  if (!wanted.kind.empty()) fetch_kinds(api).named(wanted.kind);
  std::set<std::string> names;
  for (const Json& item : api.all(listing(wanted.kind))) names.insert(text_of(item, "name"));
  throw Error(ErrorCode::kNotFound,
              fmt::format("there is no {} named '{}'",
                          wanted.kind.empty() ? "resource" : wanted.kind, wanted.name),
              names.empty() ? "there is none at all yet; 'ashlar apply -f FILE' makes one"
                            : fmt::format("there are: {}", fmt::join(names, ", ")));
}

[[noreturn]] void throw_ambiguous(const std::vector<Json>& found) {
  std::vector<std::string> names;
  for (const Json& item : found)
    names.push_back(text_of(item, "kind") + " " + text_of(item, "name"));
  throw Error(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' is the name of {} resources", text_of(found.front(), "name"), found.size()),
      fmt::format("write one of: {}", fmt::join(names, ", ")));
}

}  // namespace

Json find_resource(ApiClient& api, const ResourceName& wanted) {
  if (wanted.name.starts_with("res_")) return api.get("/servers/" + encode(wanted.name));
  std::vector<Json> found;
  // The server filters by a part of the name, and takes no longer one than a name can be.
  const std::string part = encode(shorten(wanted.name, kLongestFilter));
  for (Json& item :
       api.all(listing(wanted.kind) + (wanted.kind.empty() ? "?" : "&") + "name=" + part))
    if (text_of(item, "name") == wanted.name) found.push_back(std::move(item));
  if (found.empty()) throw_not_found(api, wanted);
  if (found.size() > 1) throw_ambiguous(found);
  return std::move(found.front());
}

Json read_resource(ApiClient& api, const ResourceName& wanted) {
  const Json found = find_resource(api, wanted);
  return wanted.name.starts_with("res_") ? found
                                         : api.get("/servers/" + encode(text_of(found, "id")));
}

}  // namespace ashlar::cli
