// pocketcloud: a DigitalOcean-compatible cloud on one machine.

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "base/error.hpp"
#include "http/server.hpp"
#include "pocketcloud/api.hpp"
#include "pocketcloud/cloud.hpp"
#include "pocketcloud/image.hpp"
#include "pocketcloud/instance.hpp"
#include "pocketcloud/supervisor.hpp"

namespace ashlar::pocketcloud {
namespace {

struct Arguments {
  std::string data;
  std::string listen = "127.0.0.1:7401";
  std::string name = "pocket";
  std::string public_pool = "10.77.0.0/17";
  std::string vpc_pool = "10.77.128.0/17";
  std::string image_cache = "/var/cache/pocketcloud";
  std::string record;
  size_t requests_per_hour = 5000;
  size_t requests_per_minute = 250;
  std::string droplet;
};

void say(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
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
  std::signal(SIGPIPE, SIG_IGN);

  const Instance instance =
      make_instance(arguments.name, arguments.public_pool, arguments.vpc_pool);
  const std::filesystem::path data = std::filesystem::absolute(arguments.data);
  const InstanceLock lock(data, instance);
  const std::string token = ensure_token(data);
  const ImagePaths image = ensure_image(std::filesystem::absolute(arguments.image_cache), say);
  Cloud cloud({.data = data,
               .name = instance.name,
               .public_pool = instance.public_pool,
               .vpc_pool = instance.vpc_pool,
               .image = image});
  Api api(cloud, {.token = token,
                  .record = arguments.record,
                  .requests_per_hour = arguments.requests_per_hour,
                  .requests_per_minute = arguments.requests_per_minute});
  http::Server server(server_options(arguments.listen),
                      [&](const http::Request& request) { return api.handle(request); });
  say(fmt::format("pocketcloud '{}' serves the DigitalOcean API at {}/v2, token in {}",
                  instance.name, server.url(), (data / "token").string()));
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

int doctor() {
  bool well = true;
  for (const auto& finding : examine_host()) {
    well = well && finding.ok;
    say(finding.ok ? "ok       " + finding.what
                   : fmt::format("MISSING  {}: {}", finding.what, finding.remedy));
  }
  return well ? 0 : 1;
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
  serving->add_option("--record", arguments.record,
                      "Append every exchange under /v2 to this file, as JSON lines");
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
  auto* examining = app.add_subcommand("doctor", "Say what this host lacks");
  auto* droplet = app.add_subcommand("run-droplet")->group("");  // for pocketcloud itself
  droplet->add_option("directory", arguments.droplet)->required();
  CLI11_PARSE(app, count, values);

  if (serving->parsed()) return serve(arguments);
  if (image->parsed()) return build_image(arguments);
  if (ending->parsed()) return down(arguments);
  if (examining->parsed()) return doctor();
  return run_droplet(arguments.droplet);
}

}  // namespace
}  // namespace ashlar::pocketcloud

int main(int count, char** values) {
  try {
    return ashlar::pocketcloud::run(count, values);
  } catch (const ashlar::Error& error) {
    fmt::print(stderr, "pocketcloud: {}\n", error.what());
    return ashlar::info(error.code()).exit_code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "pocketcloud: {}\n", error.what());
    return 1;
  }
}
