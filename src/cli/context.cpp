#include "cli/context.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/file.hpp"
#include "base/yaml.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

constexpr const char* kDefaultServer = "http://127.0.0.1:8420";
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
  if (file.empty() || !std::filesystem::exists(file)) return Json::object();
  const auto documents = parse_yaml(read_file(file));
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

Context context_of_process() {
  Context context{.in = std::cin, .out = std::cout, .err = std::cerr};
  context.in_is_terminal = isatty(STDIN_FILENO) == 1;
  context.out_is_terminal = isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb";
  context.style.color = context.out_is_terminal && environment("NO_COLOR").empty();
  if (context.out_is_terminal) context.style.width = terminal_width();
  return context;
}

Endpoint find_endpoint(const std::string& server_flag, const std::string& token_file_flag) {
  const Json config = read_config();
  Endpoint endpoint;
  endpoint.server = first_of(
      {server_flag, environment("ASHLAR_SERVER"), text_of(config, "server"), kDefaultServer});
  endpoint.token_file = first_of({token_file_flag, environment("ASHLAR_TOKEN_FILE"),
                                  text_of(config, "tokenFile"), kDefaultTokenFile});
  if (endpoint.server.find("://") == std::string::npos)
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the server '{}' is not a URL", endpoint.server),
                "write it as http://HOST:PORT or https://HOST");
  while (endpoint.server.ends_with('/')) endpoint.server.pop_back();
  if (endpoint.server.ends_with("/api")) endpoint.server.resize(endpoint.server.size() - 4);
  return endpoint;
}

const std::vector<std::string>& known_kinds() {
  static const std::vector<std::string> kinds{"redis"};
  return kinds;
}

void require_known_kind(const std::string& kind) {
  if (std::ranges::find(known_kinds(), kind) == known_kinds().end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("there is no kind '{}'", kind),
                fmt::format("there are: {}", fmt::join(known_kinds(), ", ")));
}

ResourceName resource_name(const std::vector<std::string>& words) {
  if (words.size() == 1) return {known_kinds().front(), words[0]};
  require_known_kind(words.at(0));
  return {words[0], words[1]};
}

Json find_resource(ApiClient& api, const ResourceName& wanted) {
  if (wanted.name.starts_with("res_")) return api.get("/servers/" + encode(wanted.name));
  std::vector<std::string> names;
  for (const Json& item : api.all("/infrastructure/" + encode(wanted.kind))) {
    if (text_of(item, "name") == wanted.name) return item;
    names.push_back(text_of(item, "name"));
  }
  throw Error(ErrorCode::kNotFound,
              fmt::format("there is no {} named '{}'", wanted.kind, wanted.name),
              names.empty() ? "there is none at all yet; 'ashlar apply -f FILE' makes one"
                            : fmt::format("there are: {}", fmt::join(names, ", ")));
}

}  // namespace ashlar::cli
