#include "kinds/kafka/server/files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace ashlar::kafka {
namespace {

/// Lines of a properties file, in the order in which they were set.
class Properties {
 public:
  void set(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}={}\n", name, value);
  }
  void set(std::string_view name, long long value) { set(name, std::to_string(value)); }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_ = "# Written by Ashlar; changes by hand are found and set back.\n";
};

struct Listener {
  const char* name;
  int port;
  std::string protocol;
};

std::vector<Listener> listeners_of(const ServerConfig& config) {
  std::vector<Listener> listeners;
  if (config.part.broker) {
    listeners.push_back({"CLIENT", kClientPort, config.spec.tls ? "SASL_SSL" : "SASL_PLAINTEXT"});
    listeners.push_back({"NODES", kInternalPort, "SSL"});
  }
  if (config.part.controller) listeners.push_back({"CONTROLLER", kControllerPort, "SSL"});
  return listeners;
}

void add_listeners(Properties& properties, const ServerConfig& config) {
  std::vector<std::string> bound;
  for (const auto& listener : listeners_of(config))
    bound.push_back(fmt::format("{}://{}:{}", listener.name, config.host, listener.port));
  properties.set("listeners", fmt::format("{}", fmt::join(bound, ",")));
  properties.set("advertised.listeners", fmt::format("{}", fmt::join(bound, ",")));
  // Also those that this node has not: it connects to others' by them.
  properties.set("listener.security.protocol.map",
                 fmt::format("CLIENT:{},NODES:SSL,CONTROLLER:SSL",
                             config.spec.tls ? "SASL_SSL" : "SASL_PLAINTEXT"));
  if (config.part.broker) properties.set("inter.broker.listener.name", "NODES");
  properties.set("controller.listener.names", "CONTROLLER");
}

void add_quorum(Properties& properties, const ServerConfig& config) {
  std::vector<std::string> bootstrap;
  for (const auto& controller : config.controllers)
    bootstrap.push_back(fmt::format("{}:{}", controller.host, kControllerPort));
  properties.set("controller.quorum.bootstrap.servers",
                 fmt::format("{}", fmt::join(bootstrap, ",")));
  // Who votes is decided by plans, one at a time.
  properties.set("controller.quorum.auto.join.enable", "false");
}

void add_access(Properties& properties) {
  const Paths paths;
  properties.set("sasl.enabled.mechanisms", "SCRAM-SHA-512");
  properties.set("listener.name.client.scram-sha-512.sasl.jaas.config",
                 "org.apache.kafka.common.security.scram.ScramLoginModule required;");
  properties.set("ssl.keystore.type", "PEM");
  properties.set("ssl.keystore.location", paths.identity());
  properties.set("ssl.truststore.type", "PEM");
  properties.set("ssl.truststore.location", paths.authorities());
  properties.set("listener.name.nodes.ssl.client.auth", "required");
  properties.set("listener.name.controller.ssl.client.auth", "required");
  // Only the cluster's machines get certificates of its authority, and only they are asked for one.
  properties.set("ssl.principal.mapping.rules", fmt::format("RULE:^.*$/{}/", kNodePrincipal));
  properties.set("authorizer.class.name",
                 "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
  properties.set("super.users", fmt::format("User:{}", kNodePrincipal));
}

void add_defaults(Properties& properties, const Spec& spec) {
  const Defaults& defaults = spec.defaults;
  properties.set("num.partitions", defaults.partitions);
  properties.set("default.replication.factor", defaults.replication_factor);
  properties.set("min.insync.replicas", defaults.min_insync_replicas);
  properties.set("log.retention.hours", defaults.retention_hours);
  if (defaults.retention_bytes) properties.set("log.retention.bytes", *defaults.retention_bytes);
  // What groups and transactions are kept in outlives the loss of a broker, where there are enough.
  properties.set("offsets.topic.replication.factor", defaults.replication_factor);
  properties.set("transaction.state.log.replication.factor", defaults.replication_factor);
  properties.set("transaction.state.log.min.isr", defaults.min_insync_replicas);
  properties.set("share.coordinator.state.topic.replication.factor", defaults.replication_factor);
  properties.set("share.coordinator.state.topic.min.isr", defaults.min_insync_replicas);
  if (!spec.configuration.contains("auto.create.topics.enable"))
    properties.set("auto.create.topics.enable", "false");  // topics are declared
  for (const auto& [name, value] : spec.configuration) properties.set(name, value);
}

std::string roles_of(const NodePart& part) {
  if (part.broker && part.controller) return "broker,controller";
  return part.broker ? "broker" : "controller";
}

}  // namespace

std::string server_properties(const ServerConfig& config) {
  const std::string data = config.spec.data_directory;
  Properties properties;
  properties.set("process.roles", roles_of(config.part));
  properties.set("node.id", config.part.number);
  if (config.part.broker && !config.part.zone.empty())
    properties.set("broker.rack", config.part.zone);
  add_listeners(properties, config);
  add_quorum(properties, config);
  add_access(properties);
  properties.set("log.dirs", data + "/data");
  properties.set("metadata.log.dir", data + "/metadata");
  // A quarter of a minute to hand everything over before it ends.
  properties.set("controlled.shutdown.enable", "true");
  add_defaults(properties, config.spec);
  return std::move(properties).text();
}

std::string logging_configuration() {
  return R"(Configuration:
  status: warn
  Appenders:
    Console:
      name: Journal
      PatternLayout:
        pattern: "%p %c{1}: %m%n%throwable"
  Loggers:
    Root:
      level: warn
      AppenderRef: { ref: Journal }
    Logger:
      - { name: kafka.server, level: info }
      - { name: kafka.log, level: info }
      - { name: org.apache.kafka.controller, level: info }
      - { name: org.apache.kafka.raft, level: info }
)";
}

std::string systemd_unit(const Spec& spec, const NodePart& part, int heap_megabytes) {
  const Paths paths;
  // Small heaps do best with the plain collector; large ones must not stop the world.
  constexpr int kSmallHeap = 2'048;
  const char* collector = heap_megabytes <= kSmallHeap ? "-XX:+UseSerialGC" : "-XX:+UseG1GC";
  return fmt::format(R"([Unit]
Description=Kafka {roles} {number}
Wants=network-online.target
After=network-online.target

[Service]
User={user}
Group={user}
WorkingDirectory={data}
ExecStart=/usr/bin/java -Xms{heap}m -Xmx{heap}m {collector} -XX:+ExitOnOutOfMemoryError \
  -Djava.awt.headless=true -Dlog4j2.configurationFile={logging} \
  -cp {libraries}/* kafka.Kafka {properties}
SuccessExitStatus=143
LimitNOFILE=1000000
TimeoutStopSec=180
Restart=on-failure
RestartSec=3
NoNewPrivileges=yes
ProtectHome=yes

[Install]
WantedBy=multi-user.target
)",
                     fmt::arg("roles", roles_of(part)), fmt::arg("number", part.number),
                     fmt::arg("user", kSystemUser), fmt::arg("data", spec.data_directory),
                     fmt::arg("heap", heap_megabytes), fmt::arg("collector", collector),
                     fmt::arg("logging", paths.logging()),
                     fmt::arg("libraries", Paths::libraries(spec.version)),
                     fmt::arg("properties", paths.properties()));
}

std::string initial_controller(const Address& controller, const std::string& directory_id) {
  return fmt::format("{}@{}:{}:{}", controller.number, controller.host, kControllerPort,
                     directory_id);
}

std::string make_id() {
  if (sodium_init() < 0) throw Error(ErrorCode::kInternal, "libsodium could not be initialized");
  std::array<unsigned char, 16> bytes{};
  std::array<char, sodium_base64_ENCODED_LEN(16, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  do {
    randombytes_buf(bytes.data(), bytes.size());
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  } while (text[0] == '-');  // Kafka's tools would take it for an option
  return text.data();
}

}  // namespace ashlar::kafka
