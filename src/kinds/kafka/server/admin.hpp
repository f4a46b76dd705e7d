#pragma once
// How Ashlar speaks to Kafka: a small program in Java, which uses Kafka's own client, is put on the
// machines as text, compiled there once against the libraries of the installed version, and asked
// over standard input. admin/README.md says what it takes and answers.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "kinds/kafka/spec/topology.hpp"
#include "machine/batch.hpp"

namespace ashlar::kafka {

/// Puts the program's sources in place and compiles them, unless that was done.
void add_admin_program(machine::Batch& batch, const std::string& version);

/// One request: all operations over one connection, within `timeout` together.
struct AdminRequest {
  std::vector<std::string> brokers;      // hosts to begin with
  std::vector<std::string> controllers;  // the same, for what only they answer
  std::vector<Json> operations;
  bool stop_on_error = false;
  bool read_only = true;
  Millis timeout{20'000};
};
/// The operation of a batch that asks. It speaks as the node on whose machine it runs.
Json admin_operation(const AdminRequest& request, const std::string& version);

struct AdminResult {
  bool ok = false;
  Json data;          // of a failed one: what was done of it
  std::string error;  // in words
  std::string type;   // Kafka's name of it: TopicExistsException
  bool retriable = false;
};
/// As many as there were operations. Throws Error(kMachine) when the program could not answer.
std::vector<AdminResult> admin_results(const machine::OperationResult& result, size_t operations,
                                       const std::string& machine);

}  // namespace ashlar::kafka
