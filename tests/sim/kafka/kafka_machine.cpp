#include "tests/sim/kafka/kafka_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kinds/kafka/server/files.hpp"
#include "tests/sim/kafka/model_kafka.hpp"

namespace ashlar::sim {
namespace {

const kafka::Paths kPaths;

machine::OperationResult said(std::string output, bool changed) {
  return {.operation = "",
          .ok = true,
          .changed = changed,
          .message = "",
          .data = {{"exit_code", 0}, {"stdout", std::move(output)}, {"stderr", ""}}};
}

/// What follows an option among the words of a command; empty: it is not there.
std::string option(const std::vector<std::string>& argv, const std::string& name) {
  const auto found = std::ranges::find(argv, name);
  return found == argv.end() ? "" : *std::next(found);
}

std::string host_of(const std::string& address) {
  return address.substr(0, address.rfind(':'));
}

}  // namespace

KafkaMachine::~KafkaMachine() = default;

const std::vector<std::string>& KafkaMachine::versions() {
  static const std::vector<std::string> all{"4.1.0", "4.4.0"};
  return all;
}

const std::vector<std::string>& KafkaMachine::offered(const std::string&) const {
  static const std::vector<std::string> any{"17.0"};
  return any;
}

// The process.

const std::vector<std::string>& KafkaMachine::unit_names() const {
  static const std::vector<std::string> names{kafka::kUnit};
  return names;
}

bool KafkaMachine::is_installed(const std::string&) const {
  return disk_.find(kPaths.unit()) != nullptr;
}

std::string KafkaMachine::property(const std::string& name) const {
  const File* file = disk_.find(kPaths.properties());
  if (!file) throw std::runtime_error("there is no " + kPaths.properties());
  const std::string& text = file->content;
  const auto at = text.find("\n" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

Credentials KafkaMachine::credentials() const {
  const auto text = [&](const std::string& path) {
    const File* file = disk_.find(path);
    return file ? file->content : std::string();
  };
  return {text(kPaths.identity()), text(kPaths.authorities())};
}

void KafkaMachine::start_process(const std::string&) {
  if (data_.cluster.empty()) throw std::runtime_error("its folders are not formatted");
  const std::string& unit = disk_.files.at(kPaths.unit()).content;
  const auto version = std::ranges::find_if(versions(), [&](const std::string& each) {
    return unit.find(kafka::Paths::libraries(each)) != std::string::npos;
  });
  if (version == versions().end()) throw std::runtime_error("its unit names no version");
  const std::string roles = property("process.roles");
  auto process = std::make_unique<KafkaProcess>(
      KafkaProcess{.name = identity_.name,
                   .address = identity_.private_address,
                   .number = std::stoi(property("node.id")),
                   .broker = roles.find("broker") != std::string::npos,
                   .controller = roles.find("controller") != std::string::npos,
                   .rack = property("broker.rack"),
                   .version = *version,
                   .credentials = credentials(),
                   .data = &data_,
                   .least_in_sync = std::stoi(property("min.insync.replicas")),
                   .started_at = now(),
                   .start_takes = network_.dice.between(1'500, 5'000)});
  kafka_network_.cluster(data_.cluster).starts(*process);
  processes_.push_back(std::move(process));
  process_ = processes_.back().get();
  kafka_network_.running[process_->address] = process_;
}

void KafkaMachine::stop_process(const std::string&) {
  if (!process_) return;
  kafka_network_.running.erase(process_->address);
  kafka_network_.cluster(data_.cluster).stops(*std::exchange(process_, nullptr));
}

void KafkaMachine::end_process(const std::string&, bool power_lost) {
  if (!process_) return;
  kafka_network_.running.erase(process_->address);
  kafka_network_.cluster(data_.cluster).dies(*std::exchange(process_, nullptr), power_lost);
}

// Commands.

machine::OperationResult KafkaMachine::perform_own(const Json& operation, bool check_only) {
  if (operation.at("op") == "command") return run(operation, check_only);
  throw std::logic_error("the model of a machine does not know the operation " +
                         operation.at("op").get<std::string>());
}

machine::OperationResult KafkaMachine::run(const Json& operation, bool check_only) {
  const auto argv = operation.at("argv").get<std::vector<std::string>>();
  const bool reads = operation.value("read_only", false);
  if (operation.contains("unless") && succeeds(operation["unless"])) return said("", false);
  if (check_only && !reads) return said("", true);
  if (argv[0] == "/bin/df") return said("1B-blocks Avail\n50000000000 20000000000\n", false);
  if (argv[0] == "/bin/sh" && argv[1] == "-c") return check_libraries(argv.back());
  if (argv[0] == "/bin/sh") {
    programs_.insert(argv.back() + "/admin");
    return said("", true);
  }
  if (argv[0] == "/sbin/runuser") return format(argv);
  if (argv[0].ends_with("/admin") && !programs_.contains(argv[0]))
    return failed("there is no " + argv[0]);
  if (programs_.contains(argv[0]))
    return administer(Json::parse(operation.at("input").get<std::string>()));
  throw std::logic_error("the model of a machine does not know the command " +
                         operation.at("argv").dump());
}

bool KafkaMachine::succeeds(const std::vector<std::string>& argv) const {
  const std::string& path = argv.at(2);
  if (argv[1] == "-x") return programs_.contains(path);
  if (path.ends_with("/meta.properties")) return !data_.cluster.empty();
  throw std::logic_error("the model of a machine cannot test " + path);
}

machine::OperationResult KafkaMachine::check_libraries(const std::string& folder) const {
  const bool there = std::ranges::any_of(versions(), [&](const std::string& version) {
    return kafka::Paths::libraries(version) == folder;
  });
  return there ? said("", false) : failed("the image has no " + folder);
}

/// A controller of the first quorum finds its folder's id in the list; others get one of their own.
machine::OperationResult KafkaMachine::format(const std::vector<std::string>& argv) {
  const std::string initial = option(argv, "--initial-controllers");
  const std::string self = "@" + identity_.private_address + ":";
  const auto at = initial.find(self);
  data_.cluster = option(argv, "--cluster-id");
  if (at == std::string::npos) {
    data_.directory = "folder-of-" + identity_.id;
  } else {
    const auto end = std::min(initial.find(',', at), initial.size());
    const auto begin = initial.rfind(':', end) + 1;
    data_.directory = initial.substr(begin, end - begin);
    data_.initial_controllers = initial;
  }
  return said("", true);
}

/// Whom a request is sent to: the first of those it names that is reached, lets this machine in,
/// and answers such questions.
KafkaProcess* KafkaMachine::reached(const Json& request, bool controllers) const {
  KafkaProcess self;
  self.address = identity_.private_address;
  self.credentials = credentials();
  for (const Json& each : request.at(controllers ? "bootstrapControllers" : "bootstrap")) {
    const auto found = kafka_network_.running.find(host_of(each));
    if (found == kafka_network_.running.end()) continue;
    KafkaProcess& process = *found->second;
    KafkaModel& cluster = kafka_network_.cluster(process.data->cluster);
    const bool answers =
        controllers ? process.controller && cluster.has_started(process) : cluster.serves(process);
    if (answers && kafka_network_.connects(self, process)) return found->second;
  }
  return nullptr;
}

machine::OperationResult KafkaMachine::administer(const Json& request) {
  Json results = Json::array();
  bool waited = false;
  for (const Json& operation : request.at("operations")) {
    const bool controllers =
        operation.value("via", "") == "controllers" || request.at("bootstrap").empty();
    KafkaProcess* process = reached(request, controllers);
    Json answer{{"ok", false},
                {"error", "nobody answers"},
                {"type", "TimeoutException"},
                {"retriable", true}};
    if (process)
      answer = kafka_network_.cluster(process->data->cluster).answer(operation, *process);
    // The time is for the whole request.
    if (answer.value("type", "") == "TimeoutException" && !std::exchange(waited, true))
      network_.time.pass(Millis{request.at("timeoutMs").get<long long>()});
    results.push_back(std::move(answer));
  }
  return said(dump({{"results", results}}), true);
}

}  // namespace ashlar::sim
