#pragma once
// What is carried out on a node's machine. Pure.

#include <optional>
#include <string>

#include "kinds/cluster/server/authority.hpp"
#include "kinds/kafka/server/files.hpp"
#include "machine/batch.hpp"

namespace ashlar::kafka {

/// Java, the system's user, folders, Kafka itself from its archive where the image does not bring
/// it, and Ashlar's admin program.
machine::Batch install_batch(const Spec& spec);

/// All that stays as Ashlar set it, while it is only checked or set again: files and the unit,
/// which is neither started nor stopped.
machine::Batch declared_batch(const ServerConfig& config, const cluster::TlsFiles& tls,
                              int heap_megabytes);

struct FormatRequest {
  std::string cluster_id;
  std::string initial_controllers;  // empty: this node is none of those that form the quorum
};
/// The files, the data directory formatted once, and the service started; again where a file that
/// it reads at its start was written after that.
machine::Batch start_batch(const ServerConfig& config, const cluster::TlsFiles& tls,
                           int heap_megabytes, const FormatRequest& format);

}  // namespace ashlar::kafka
