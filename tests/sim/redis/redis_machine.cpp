#include "tests/sim/redis/redis_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kinds/redis/server/batches.hpp"

namespace ashlar::sim {
namespace {

constexpr Millis kAwaitMasters{45'000};  // what await-masters waits at most

}  // namespace

RedisMachine::RedisMachine(RedisNetwork& network, Identity identity)
    : MachineModel(network, std::move(identity)),
      redis_network_(network),
      redis_(network, disk_, data_, identity_.name, identity_.cluster),
      sentinel_(network, disk_, identity_.name) {}

void RedisMachine::delete_user(const std::string& name) {
  const Words command{"ACL", "DELUSER", name};
  if (redis_.runs()) redis_.command(command);
  if (sentinel_.runs()) sentinel_.command(command);
}

// Units.

const std::vector<std::string>& RedisMachine::unit_names() const {
  static const std::vector<std::string> names{redis::kRedisUnit, redis::kSentinelUnit};
  return names;
}

bool RedisMachine::is_installed(const std::string& unit) const {
  return has_package(unit == redis::kRedisUnit ? "redis-server" : "redis-sentinel");
}

bool RedisMachine::active(const std::string& unit) const {
  return unit == redis::kRedisUnit ? redis_.runs() : sentinel_.runs();
}

void RedisMachine::start_process(const std::string& unit) {
  if (unit == redis::kRedisUnit)
    redis_.start(identity_.private_address);
  else
    sentinel_.start(identity_.private_address);
}

void RedisMachine::stop_process(const std::string& unit) {
  if (unit == redis::kRedisUnit)
    redis_.stop();
  else
    sentinel_.stop();
}

void RedisMachine::end_process(const std::string& unit, bool power_lost) {
  if (unit == redis::kRedisUnit)
    redis_.kill(power_lost);
  else
    sentinel_.stop();
}

/// For a while after a boot, Sentinel's unit waits until every master that it knows listens.
bool RedisMachine::waits_after_boot(const std::string& unit, Millis since_boot) const {
  return unit == redis::kSentinelUnit && since_boot < kAwaitMasters && !masters_listen();
}

bool RedisMachine::masters_listen() const {
  return std::ranges::all_of(sentinel_.configured_masters(), [&](const std::string& address) {
    return redis_network_.redis_at(identity_.private_address, address) != nullptr;
  });
}

void RedisMachine::installed_packages_changed() {
  disk_.files["/var/lib/dpkg/info/redis-tools.list"] = {"", now()};
}

// Conversations.

machine::OperationResult RedisMachine::perform_own(const Json& operation, bool) {
  if (operation.at("op") == "resp") return talk(operation);
  throw std::logic_error("the model of a machine does not know the operation " +
                         operation.at("op").get<std::string>());
}

/// To the server on this machine, at its announced address.
machine::OperationResult RedisMachine::talk(const Json& operation) {
  const std::string address = operation.at("address");
  const int port = operation.at("port");
  const bool with_sentinel = port == redis::kSentinelPort;
  const bool listens =
      address == identity_.private_address && (with_sentinel ? sentinel_.runs() : redis_.runs());
  if (!listens)
    return failed(fmt::format("cannot connect to {}:{}: connection refused", address, port));
  if (network_.hung.contains(address))
    return failed(fmt::format("{}:{} did not answer in time", address, port));
  const bool with_tls = operation.value("tls", false);
  if (with_tls != (with_sentinel ? sentinel_.speaks_tls() : redis_.speaks_tls()))
    return failed(
        fmt::format("{}:{} does not speak {} TLS", address, port, with_tls ? "with" : "without"));
  const Login login{operation.value("user", ""), operation.value("password", "")};
  if (with_sentinel ? !sentinel_.admits(login) : !redis_.admits(login))
    return {.operation = "",
            .ok = false,
            .changed = false,
            .message = fmt::format("{}:{} refuses the user or password: WRONGPASS", address, port),
            .data = {{"reason", "refused"}}};
  const Json replies = converse(operation, with_sentinel);
  auto result = done(!operation.value("read_only", false), {{"replies", replies}});
  if (!operation.value("fail_on_error", true)) return result;
  for (size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i].is_object()) continue;
    result.ok = false;
    result.message = fmt::format("{}:{} answered {}: {}", address, port,
                                 operation.at("commands")[i][0].get<std::string>(),
                                 replies[i].value("error", ""));
    break;
  }
  return result;
}

Json RedisMachine::converse(const Json& operation, bool with_sentinel) {
  Json replies = Json::array();
  for (const Json& command : operation.at("commands")) {
    const auto words = command.get<Words>();
    if (!with_sentinel && words.at(0) == "WAIT")
      replies.push_back(wait_for_replicas(words));
    else
      replies.push_back(with_sentinel ? sentinel_.command(words) : redis_.command(words));
  }
  return replies;
}

/// WAIT count milliseconds.
Json RedisMachine::wait_for_replicas(const Words& words) {
  const int wanted = std::stoi(words.at(1));
  const Time until = network_.time.now() + Millis{std::stoll(words.at(2))};
  const WriteId write = redis_.head();
  while (redis_.runs() && redis_.replicas_with(write) < wanted && network_.time.now() < until)
    network_.time.pass(Millis{10});
  return redis_.replicas_with(write);
}

}  // namespace ashlar::sim
