// pocketcloud: a DigitalOcean-compatible cloud on one machine.

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstring>
#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/standard_streams.hpp"
#include "http/server.hpp"
#include "pocketcloud/api.hpp"
#include "pocketcloud/cloud.hpp"
#include "pocketcloud/host_room.hpp"
#include "pocketcloud/image.hpp"
#include "pocketcloud/instance.hpp"
#include "pocketcloud/supervisor.hpp"
#include "pocketcloud/tls_identity.hpp"

namespace ashlar::pocketcloud {
namespace {

struct Arguments {
  std::string data;
  std::string listen = "127.0.0.1:7401";
  std::string name = "pocket";
  std::string public_pool = "10.77.0.0/17";
  std::string vpc_pool = "10.77.128.0/17";
  std::string image_cache = "/var/cache/pocketcloud";
  std::vector<std::string> layers;
  std::string record;
  size_t requests_per_hour = 5000;
  size_t requests_per_minute = 250;
  bool tls = false;
  long machines = kDropletLimit;
  std::string droplet;
};

DescriptorOutput& output() {
  static DescriptorOutput of_process(STDOUT_FILENO);
  return of_process;
}

/// A full disk behind standard output must not stop a cloud; main() says at the end that it was.
void say(std::string_view line) {
  output().stream() << line << '\n' << std::flush;
}

void need_root() {
  if (::geteuid() != 0) {
    throw Error(ErrorCode::kForbidden, "pocketcloud boots machines and needs root",
                "run it as root");
  }
}

http::ServerOptions server_options(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  char* end = nullptr;
  const unsigned long port =
      colon == std::string::npos ? 65536 : std::strtoul(listen.c_str() + colon + 1, &end, 10);
  if (port > 65535 || end == listen.c_str() + colon + 1 || *end != '\0') {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("--listen: '{}' is not ADDRESS:PORT", listen));
  }
  // Handlers may be held up on purpose by faults, so there are more threads than processors.
  return {.address = listen.substr(0, colon),
          .port = static_cast<unsigned short>(port),
          .threads = 16,
          .server_name = "pocketcloud"};
}

int serve(const Arguments& arguments) {
  need_root();
  // Before any thread starts: they inherit the mask, and only this one takes the signals.
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);

  const Instance instance =
      make_instance(arguments.name, arguments.public_pool, arguments.vpc_pool);
  const std::string layers = layers_over_image(arguments.layers);
  const std::filesystem::path data = std::filesystem::absolute(arguments.data);
  const InstanceLock lock(data, instance);
  const std::string token = ensure_token(data);
  ImagePaths image = ensure_image(std::filesystem::absolute(arguments.image_cache), say);
  image.root = layers + image.root.string();
  Cloud cloud({.data = data,
               .name = instance.name,
               .public_pool = instance.public_pool,
               .vpc_pool = instance.vpc_pool,
               .image = image});
  Api api(cloud, {.token = token,
                  .record = arguments.record,
                  .requests_per_hour = arguments.requests_per_hour,
                  .requests_per_minute = arguments.requests_per_minute});
  auto options = server_options(arguments.listen);
  if (arguments.tls) options.tls = make_tls_identity(data, options.address, SystemClock().now());
  http::Server server(options, [&](const http::Request& request) { return api.handle(request); });
  say(fmt::format("pocketcloud '{}' serves the DigitalOcean API at {}/v2, token in {}{}",
                  instance.name, server.url(), (data / "token").string(),
                  arguments.tls ? ", authority in " + authority_file(data).string() : ""));
  int signal = 0;
  sigwait(&endings, &signal);
  server.stop();
  return 0;
}

int build_image(const Arguments& arguments) {
  need_root();
  const auto paths = ensure_image(std::filesystem::absolute(arguments.image_cache), say);
  say(fmt::format("the machine image is {}", paths.root.string()));
  return 0;
}

int down(const Arguments& arguments) {
  need_root();
  take_down(std::filesystem::absolute(arguments.data), say);
  return 0;
}

int doctor(const Arguments& arguments) {
  bool well = true;
  for (const auto& finding : examine_host()) {
    well = well && finding.ok;
    say(finding.ok ? "ok       " + finding.what
                   : fmt::format("MISSING  {}: {}", finding.what, finding.remedy));
  }
  const Examination room =
      examine_room(judge_all(real_host(), arguments.machines), raised_so_far(), arguments.machines);
  say(room.text);
  return well && room.sufficient ? 0 : 1;
}

int run(int count, char** values) {
  Arguments arguments;
  CLI::App app("A DigitalOcean-compatible cloud on one machine, with real servers behind it.",
               "pocketcloud");
  app.require_subcommand(1);
  auto* serving = app.add_subcommand("serve", "Serve the API; machines outlive this process");
  serving->add_option("--data", arguments.data, "Where this instance keeps everything")->required();
  serving->add_option("--listen", arguments.listen, "ADDRESS:PORT")->capture_default_str();
  serving->add_option("--name", arguments.name, "Short name of this instance on this host")
      ->capture_default_str();
  serving->add_option("--public-pool", arguments.public_pool, "Public addresses of droplets")
      ->capture_default_str();
  serving->add_option("--vpc-pool", arguments.vpc_pool, "Ranges of VPCs that ask for none")
      ->capture_default_str();
  serving->add_option("--image-cache", arguments.image_cache, "Machine images, shared by instances")
      ->capture_default_str();
  serving->add_option("--layer", arguments.layers,
                      "Lay this folder over the image of new machines; may be given again")
      ->allow_extra_args(false);
  serving->add_option("--record", arguments.record,
                      "Append every exchange under /v2 to this file, as JSON lines");
  serving->add_flag("--tls", arguments.tls,
                    "Serve over TLS with an authority of its own, DATA/tls/authority.pem");
  serving->add_option("--hourly-limit", arguments.requests_per_hour, "Requests allowed in an hour")
      ->capture_default_str();
  serving
      ->add_option("--minute-limit", arguments.requests_per_minute, "Requests allowed in a minute")
      ->capture_default_str();
  auto* image = app.add_subcommand("image", "Build the machine image unless it is there");
  image->add_option("--image-cache", arguments.image_cache, "Where images are kept")
      ->capture_default_str();
  auto* ending = app.add_subcommand("down", "Stop and remove all that an instance made");
  ending->add_option("--data", arguments.data, "The instance's data directory")->required();
  auto* examining = app.add_subcommand(
      "doctor", "Say what this host lacks, and for how many machines its limits have room");
  examining
      ->add_option("--machines", arguments.machines,
                   "Machines to have room for, beside those that run")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  auto* droplet = app.add_subcommand("run-droplet")->group("");  // for pocketcloud itself
  droplet->add_option("directory", arguments.droplet)->required();
  // The parser would only say that a subcommand is missing.
  const auto known = app.get_subcommands([](const CLI::App*) { return true; });
  if (count > 1 && values[1][0] != '-' &&
      std::ranges::find(known, values[1], &CLI::App::get_name) == known.end())
    throw Error(ErrorCode::kInvalidInput, fmt::format("there is no subcommand '{}'", values[1]),
                "'pocketcloud --help' lists what there is");
  try {
    app.parse(count, values);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, output().stream());
    return code == 0 ? 0 : info(ErrorCode::kInvalidInput).exit_code;
  }

  if (serving->parsed()) return serve(arguments);
  if (image->parsed()) return build_image(arguments);
  if (ending->parsed()) return down(arguments);
  if (examining->parsed()) return doctor(arguments);
  return run_droplet(arguments.droplet);
}

}  // namespace
}  // namespace ashlar::pocketcloud

int main(int count, char** values) {
  constexpr int kExitOutputLost = 12;  // as ashlar's own
  ashlar::keep_standard_streams();
  try {
    const int code = ashlar::pocketcloud::run(count, values);
    const int reason = ashlar::pocketcloud::output().finish();
    if (reason == 0) return code;
    std::cerr << "pocketcloud: cannot write to standard output: " << std::strerror(reason) << '\n';
    return code == 0 ? kExitOutputLost : code;
  } catch (const std::exception& caught) {
    const ashlar::Error error = ashlar::error_from(caught);
    std::cerr << "pocketcloud: " << error.what() << '\n';
    return ashlar::info(error.code()).exit_code;
  }
}
