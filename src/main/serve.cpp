#include "main/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "api/api.hpp"
#include "base/log.hpp"
#include "base/secret_file.hpp"
#include "base/version.hpp"
#include "cloud/digitalocean/digitalocean.hpp"
#include "engine/engine.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "kinds/fleet/orphans.hpp"
#include "kinds/kafka/kafka.hpp"
#include "kinds/redis/redis.hpp"
#include "machine/machines.hpp"
#include "main/console.hpp"
#include "main/control_key.hpp"
#include "main/first_start.hpp"
#include "main/listen_address.hpp"
#include "main/node_program.hpp"
#include "main/signals.hpp"
#include "mirror/mirror.hpp"
#include "store/store.hpp"

namespace ashlar {
namespace {

// Plans and providers' states wait for machines and clouds. While some of them do, pages are
// served.
constexpr unsigned kHandlers = 16;

log::Level log_level(const std::string& name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "info") return log::Level::kInfo;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  throw Error(ErrorCode::kInvalidInput, fmt::format("there is no log level '{}'", name),
              "use debug, info, warning or error");
}

/// Each thread would otherwise get a heap of its own that keeps what the busiest moment needed.
void keep_memory_small() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

/// ASHLAR_CRASH_AFTER_TRANSITIONS=N: the process kills itself after the N-th committed transition
/// since its start, as a crash at the worst moment would. For tests; see CONTRIBUTING.md.
std::function<void(long long)> crash_hook() {
  const char* const text = std::getenv("ASHLAR_CRASH_AFTER_TRANSITIONS");
  if (text == nullptr || *text == '\0') return {};
  const long long last = std::atoll(text);
  if (last <= 0)
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("ASHLAR_CRASH_AFTER_TRANSITIONS is '{}', not a positive number", text));
  log::warning("this server kills itself after {} transitions, as its environment demands", last);
  return [last](long long number) {
    if (number >= last) ::kill(::getpid(), SIGKILL);
  };
}

/// The last tenth of a provider's quota is for operations, not for watching. Unknown: there is
/// some.
bool has_quota_to_spare(cloud::Cloud& cloud) {
  const cloud::Quota quota = cloud.quota();
  const bool is_over = quota.resets_at && *quota.resets_at <= SystemClock().now();
  return quota.limit <= 0 || is_over || quota.remaining > quota.limit / 10;
}

api::Provider describe_provider(const fleet::Tools& tools, const std::string& url) {
  cloud::Cloud& cloud = tools.cloud;
  const auto check = [&cloud] {
    api::ProviderStatus status{.account = cloud.check_account()};
    const cloud::Quota quota = cloud.quota();
    if (quota.limit > 0) status.quota_limit = quota.limit;
    if (quota.limit > 0) status.quota_remaining = quota.remaining;
    status.quota_resets_at = quota.resets_at;
    return status;
  };
  const auto find_orphans = [tools](const std::string& organization,
                                    const fleet::FindResource& find_resource) {
    return fleet::find_orphans({tools, organization, find_resource});
  };
  const auto destroy_orphan = [tools](const std::string& organization,
                                      const fleet::FindResource& find_resource,
                                      const std::string& type, const std::string& id) {
    return fleet::destroy_orphan({tools, organization, find_resource}, type, id);
  };
  return {.name = std::string(cloud.name()),
          .url = url,
          .catalog = [&cloud] { return cloud.catalog(); },
          .check = check,
          .find_orphans = find_orphans,
          .destroy_orphan = destroy_orphan};
}

}  // namespace

int serve(const cli::ServeOptions& options) {
  log::set_level(log_level(options.log_level));
  keep_memory_small();
  const ListenAddress listen = parse_listen_address(options.listen);
  if (!http::is_http_url(options.digitalocean_url))
    throw Error(
        ErrorCode::kInvalidInput,
        fmt::format("--digitalocean-url: {} is not a URL", dump(Json(options.digitalocean_url))),
        "write it as https://HOST, or http://HOST:PORT for a pocket cloud");
  const std::filesystem::path node_program = find_node_program(options.node_program);
  // May be a pipe that nobody writes to: Ctrl-C must still end it.
  const Secret token = read_token_file(options.digitalocean_token_file);
  // Before any thread is made: each inherits the mask, so only wait_for_signal() sees the signals.
  block_signals();

  const SystemClock clock;
  engine::KindRegistry kinds;  // filled below, before anything is written that is of a kind
  const std::unique_ptr<store::Store> store = store::Store::open(
      options.data, [&kinds](const Resource& resource) { return kinds.summary_of(resource); });
  const std::string organization = prepare_first_start(*store, options.data, clock);
  const machine::KeyPair key = ensure_control_key(*store, organization);

  const auto cloud = cloud::make_digitalocean(
      {.url = options.digitalocean_url,
       .token = token,
       .authorities_file = options.digitalocean_authorities_file.string()});
  const auto machines =
      machine::make_machines({.private_key = key.private_key, .node_program = node_program});

  const auto mirror = mirror::make_mirror(
      {.folder = options.data / "packages", .authorities_file = options.packages_authorities_file});

  fleet::Tools tools{*cloud, *machines, key.public_key, options.boot_limit};
  tools.mirror = mirror.get();
  kinds.add(redis::make_kind(tools));
  kinds.add(kafka::make_kind(tools));

  engine::Engine engine(*store, kinds, clock,
                        {.workers = options.workers,
                         .observe_interval = options.observe_interval,
                         .may_observe = [&cloud] { return has_quota_to_spare(*cloud); },
                         .after_transition = crash_hook()});
  api::Api api({.engine = engine,
                .store = *store,
                .kinds = kinds,
                .clock = clock,
                .providers = {describe_provider(tools, options.digitalocean_url)},
                .version = std::string(kVersion)});
  http::Server server(
      {.address = listen.address,
       .port = listen.port,
       .threads = kHandlers,
       .refusal = api::refuse_unread},
      with_console([&api](const http::Request& request) { return api.handle(request); },
                   console_files()));
  engine.start();
  log::info("ashlar {} answers at {}/api; its data is in {}", kVersion, server.url(),
            options.data.string());
  if (console_files().empty())
    log::warning("this program was built without its console (ASHLAR_CONSOLE=OFF)");
  else
    log::info("its console is at {}/servers; sign in with a token", server.url());

  const std::string signal = wait_for_signal();
  log::info("{}: ending; waiting for running requests and steps", signal);
  server.stop();
  engine.stop();
  log::info("ended; what was under way continues at the next start");
  return 0;
}

}  // namespace ashlar
