#pragma once
// The files of a node, as text, from data alone. Pure.
// Each setting was tried with Kafka 4.1 and 4.4; decision 0031 says why they are what they are.

#include <string>
#include <vector>

#include "kinds/kafka/spec/topology.hpp"

namespace ashlar::kafka {

/// Where things lie on a machine.
struct Paths {
  std::string folder = "/etc/kafka";

  std::string properties() const { return folder + "/server.properties"; }
  std::string logging() const { return folder + "/log4j2.yaml"; }
  /// The node's key and certificate in one file, as Kafka reads PEM.
  std::string identity() const { return folder + "/tls/node.pem"; }
  std::string authorities() const { return folder + "/tls/authorities.pem"; }
  std::string unit() const { return "/etc/systemd/system/kafka.service"; }
  static std::string home(const std::string& version) { return "/opt/kafka-" + version; }
  static std::string libraries(const std::string& version) { return home(version) + "/libs"; }
  /// What Kafka is unpacked from, until it is.
  static std::string archive(const std::string& version) { return home(version) + ".tgz"; }
};

inline constexpr const char* kUnit = "kafka.service";
inline constexpr const char* kSystemUser = "kafka";
/// What certificates of the cluster's own authority are taken for on the listeners of nodes.
inline constexpr const char* kNodePrincipal = "node";

/// Where one node is reached.
struct Address {
  int number = 0;
  std::string host;
};

struct ServerConfig {
  NodePart part;
  std::string host;                  // announced to clients and to other nodes
  std::vector<Address> controllers;  // all that are declared
  const Spec& spec;
};

std::string server_properties(const ServerConfig& config);
/// To the journal only, where systemd keeps it within bounds.
std::string logging_configuration();
std::string systemd_unit(const Spec& spec, const NodePart& part, int heap_megabytes);

/// "1@10.0.0.4:9094:DIRECTORY": a controller of the first quorum, as formatting takes it.
std::string initial_controller(const Address& controller, const std::string& directory_id);
/// The base64 of 16 random bytes without padding, as Kafka writes ids. Thread-safe.
std::string make_id();

}  // namespace ashlar::kafka
