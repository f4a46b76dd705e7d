#include "kinds/kafka/server/batches.hpp"

#include <fmt/format.h>

#include "kinds/kafka/server/admin.hpp"

namespace ashlar::kafka {
namespace {

constexpr Millis kUnpackTimeout{120'000};
constexpr Millis kFormatTimeout{60'000};

/// Unpacked beside its place and moved there when it is whole.
void add_package(machine::Batch& batch, const Spec& spec) {
  if (!spec.package) {
    // Fails with what to do about it, where the image does not bring this version.
    batch.operations.push_back(machine::query(
        {"/bin/sh", "-c",
         R"(test -d "$1" || { echo "the image has no $1: declare `package`, where Kafka is fetched from" >&2; exit 1; })",
         "sh", Paths::libraries(spec.version)}));
    return;
  }
  const std::vector<std::string> present{"/usr/bin/test", "-d", Paths::libraries(spec.version)};
  const std::string archive = Paths::archive(spec.version);
  const std::string folder = Paths::home(spec.version);
  batch.operations.push_back(
      machine::command({"/usr/bin/sha512sum", "--check", "--status", "-"},
                       fmt::format("{}  {}\n", spec.package->sha512, archive), present));
  batch.operations.push_back(machine::directory(folder + ".new"));
  batch.operations.push_back(machine::command({"/bin/tar", "-xzf", archive, "-C", folder + ".new",
                                               "--strip-components=1", "--no-same-owner"},
                                              {}, present, kUnpackTimeout));
  batch.operations.push_back(
      machine::command({"/bin/mv", "-T", folder + ".new", folder}, {}, present));
  batch.operations.push_back(machine::remove_path(folder + ".new"));
  batch.operations.push_back(machine::remove_path(archive));
}

std::vector<std::string> format_command(const Spec& spec, const FormatRequest& format) {
  const Paths paths;
  std::vector<std::string> argv{"/sbin/runuser",
                                "-u",
                                kSystemUser,
                                "--",
                                "/usr/bin/java",
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Paths::libraries(spec.version) + "/*",
                                "kafka.tools.StorageTool",
                                "format",
                                "--cluster-id",
                                format.cluster_id,
                                "--config",
                                paths.properties(),
                                "--ignore-formatted"};
  if (format.initial_controllers.empty())
    argv.emplace_back("--no-initial-controllers");
  else
    argv.insert(argv.end(), {"--initial-controllers", format.initial_controllers});
  return argv;
}

void add_folders(machine::Batch& batch, const Spec& spec) {
  const Paths paths;
  batch.operations.push_back(machine::directory(paths.folder, "0750", "root", kSystemUser));
  batch.operations.push_back(
      machine::directory(paths.folder + "/tls", "0750", "root", kSystemUser));
  batch.operations.push_back(
      machine::directory(spec.data_directory, "0750", kSystemUser, kSystemUser));
}

void add_files(machine::Batch& batch, const ServerConfig& config, const cluster::TlsFiles& tls,
               int heap) {
  const Paths paths;
  add_folders(batch, config.spec);
  batch.operations.push_back(
      machine::file(paths.authorities(), tls.authority, "0640", "root", kSystemUser));
  batch.operations.push_back(machine::file(paths.identity(), tls.key.reveal() + tls.certificate,
                                           "0640", "root", kSystemUser));
  batch.operations.push_back(
      machine::file(paths.properties(), server_properties(config), "0640", "root", kSystemUser));
  batch.operations.push_back(machine::file(paths.logging(), logging_configuration()));
  batch.operations.push_back(
      machine::file(paths.unit(), systemd_unit(config.spec, config.part, heap)));
}

}  // namespace

machine::Batch install_batch(const Spec& spec) {
  machine::Batch batch;
  batch.operations.push_back(machine::package({"openjdk-17-jre-headless"}));
  batch.operations.push_back(machine::user(kSystemUser, spec.data_directory));
  add_folders(batch, spec);
  add_package(batch, spec);
  add_admin_program(batch, spec.version);
  return batch;
}

machine::Batch declared_batch(const ServerConfig& config, const cluster::TlsFiles& tls,
                              int heap_megabytes) {
  machine::Batch batch;
  batch.keep_going = true;
  add_files(batch, config, tls, heap_megabytes);
  batch.operations.push_back(machine::systemd_unit(kUnit, true, ""));
  return batch;
}

machine::Batch start_batch(const ServerConfig& config, const cluster::TlsFiles& tls,
                           int heap_megabytes, const FormatRequest& format) {
  const Paths paths;
  machine::Batch batch;
  add_files(batch, config, tls, heap_megabytes);
  batch.operations.push_back(machine::command(
      format_command(config.spec, format), {},
      {"/usr/bin/test", "-s", config.spec.data_directory + "/metadata/meta.properties"},
      kFormatTimeout));
  batch.operations.push_back(
      machine::systemd_unit(kUnit, true, "started", {paths.properties(), paths.unit()}));
  return batch;
}

}  // namespace ashlar::kafka
