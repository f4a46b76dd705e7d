#include "kinds/redis/testing/local_machines.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.hpp"
#include "base/testing/paths.hpp"

namespace ashlar::redis {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Debian's redis-tools holds the server's program; redis-server only adds a name for it.
std::string program_named(const std::string& name, const std::string& folder) {
  if (fs::exists("/usr/bin/" + name)) return "/usr/bin/" + name;
  if (!fs::exists("/usr/bin/redis-check-rdb"))
    throw Error(ErrorCode::kNotFound, "these tests need Debian's package redis-tools");
  const std::string link = folder + "/" + name;
  if (!fs::exists(link)) fs::create_symlink("/usr/bin/redis-check-rdb", link);
  return link;
}

bool answers(const std::string& address, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address.c_str(), &peer.sin_addr);
  const bool connected = ::connect(socket, reinterpret_cast<sockaddr*>(&peer), sizeof peer) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

LocalMachines::LocalMachines() {
  char name[] = "/tmp/ashlar-redis-test-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw Error(ErrorCode::kInternal, "cannot make a folder in /tmp");
  root_ = name;
  const int number = static_cast<int>(::getpid());
  prefix_ = fmt::format("127.{}.{}.", 16 + number / 250 % 200, 1 + number % 250);
}

LocalMachines::~LocalMachines() {
  for (auto& [machine, process] : processes_)
    if (process.pid > 0) {
      ::kill(process.pid, SIGKILL);
      ::waitpid(process.pid, nullptr, 0);
    }
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::string LocalMachines::folder_of(const std::string& machine) const {
  return root_ + "/" + machine;
}

void LocalMachines::disconnect(const std::string&) {}

machine::BatchResult LocalMachines::run(const machine::Target& target, const machine::Batch& batch,
                                        Millis) {
  machine::BatchResult result;
  for (const auto& operation : batch.operations) {
    result.results.push_back(fleet::testing::MemoryJobs::handles(operation)
                                 ? handle_job(target, operation, batch.check_only)
                                 : perform(target, operation, batch.check_only));
    if (!result.results.back().ok && !batch.keep_going) break;
  }
  return result;
}

machine::OperationResult LocalMachines::handle_job(const machine::Target& target,
                                                   const Json& operation, bool check_only) {
  fleet::testing::MemoryJobs* jobs = nullptr;
  {
    const std::lock_guard lock(mutex_);
    jobs = &jobs_[target.name];
  }
  return jobs->handle(operation, check_only, [this, target](const Json& inner, bool check) {
    return perform(target, inner, check);
  });
}

machine::OperationResult LocalMachines::perform(const machine::Target& target,
                                                const Json& operation, bool check_only) {
  const std::string op = operation.at("op");
  machine::OperationResult done;
  done.ok = true;
  if (op == "package" || op == "sysctl") return done;
  if (op == "systemd_unit" && (check_only || operation.value("state", "").empty())) return done;
  if (op == "systemd_unit")
    return operation.value("state", "") == "stopped" ? stop_unit(target, operation.at("name"))
                                                     : start_unit(target, operation.at("name"));
  const std::string folder = folder_of(target.name);
  fs::create_directories(folder + "/data");
  std::string text = operation.dump();
  const std::vector<std::pair<std::string, std::string>> renamed{
      {"/etc/redis/ashlar", folder + "/etc"},
      {"/etc/systemd/system", folder + "/units"},
      {"/usr/local/lib/ashlar", folder + "/lib"},
      {"/var/lib/redis", folder + "/data"},
      // The nodes share one loopback interface, so each has only its own address of it.
      {fmt::format("bind {} 127.0.0.1", target.address), "bind " + target.address}};
  for (const auto& [declared, here] : renamed) text = replaced(text, declared, here);
  Json local = Json::parse(text);
  for (const char* field : {"owner", "group"})
    if (local.contains(field)) local[field] = "root";
  done = run_node_program(local, check_only);
  std::string data = done.data.dump();
  for (const auto& [declared, here] : renamed) data = replaced(data, here, declared);
  const std::string alone = fmt::format(R"("bind","{}")", target.address);
  data = replaced(data, alone, fmt::format(R"("bind","{} 127.0.0.1")", target.address));
  done.data = Json::parse(data);
  return done;
}

machine::OperationResult LocalMachines::run_node_program(const Json& operation, bool check_only) {
  int input[2];
  int output[2];
  if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0)
    throw Error(ErrorCode::kInternal, "cannot make a pipe");
  const char* const program = built_node_program().c_str();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(input[0], 0);
    ::dup2(output[1], 1);
    ::execl(program, program, nullptr);
    ::_exit(127);
  }
  ::close(input[0]);
  ::close(output[1]);
  const std::string text =
      Json{{"operations", {operation}}, {"keep_going", true}, {"check_only", check_only}}.dump();
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::write(input[1], text.data() + sent, text.size() - sent);
    if (count <= 0) break;
    sent += static_cast<size_t>(count);
  }
  ::close(input[1]);
  std::string answer;
  char buffer[65'536];
  for (ssize_t count; (count = ::read(output[0], buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<size_t>(count));
  ::close(output[0]);
  ::waitpid(pid, nullptr, 0);
  const Json json = Json::parse(answer);
  if (json.contains("error")) throw Error(ErrorCode::kMachine, json["error"].get<std::string>());
  const Json& first = json.at("results").at(0);
  machine::OperationResult result;
  result.ok = first.at("ok");
  result.changed = first.at("changed");
  result.message = first.at("message");
  result.data = first.at("data");
  return result;
}

bool LocalMachines::alive(const Process& process) const {
  return process.pid > 0 && ::waitpid(process.pid, nullptr, WNOHANG) == 0;
}

machine::OperationResult LocalMachines::start_unit(const machine::Target& target,
                                                   const std::string& unit) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_[target.name];
  machine::OperationResult result;
  result.ok = true;
  if (alive(process)) return result;
  const bool sentinel = unit == "redis-sentinel.service";
  process.program = program_named(sentinel ? "redis-sentinel" : "redis-server", root_);
  process.conf =
      fmt::format("{}/etc/{}", folder_of(target.name), sentinel ? "sentinel.conf" : "redis.conf");
  process.address = target.address;
  process.port = sentinel ? 26379 : 6379;
  spawn(process);
  result.changed = true;
  return result;
}

machine::OperationResult LocalMachines::stop_unit(const machine::Target& target,
                                                  const std::string& unit) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_[target.name];
  machine::OperationResult result;
  result.ok = true;
  // A machine runs one of the two.
  const bool runs = alive(process) && unit == (process.port == 26379 ? "redis-sentinel.service"
                                                                     : "redis-server.service");
  if (!runs) return result;
  ::kill(process.pid, SIGTERM);
  ::waitpid(process.pid, nullptr, 0);
  process.pid = -1;
  result.changed = true;
  return result;
}

void LocalMachines::spawn(Process& process) {
  const std::string log = process.conf + ".log";
  process.pid = ::fork();
  if (process.pid == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execl(process.program.c_str(), process.program.c_str(), process.conf.c_str(), nullptr);
    ::_exit(127);
  }
  for (int attempt = 0; attempt < 500; ++attempt) {
    if (answers(process.address, process.port)) return;
    if (!alive(process)) break;
    std::this_thread::sleep_for(Millis(10));
  }
  throw Error(ErrorCode::kMachine, process.conf + " did not start: " + read_file(log));
}

void LocalMachines::kill_process(const std::string& machine) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_.at(machine);
  ::kill(process.pid, SIGKILL);
  ::waitpid(process.pid, nullptr, 0);
  process.pid = -1;
}

void LocalMachines::start_process(const std::string& machine) {
  const std::lock_guard lock(mutex_);
  spawn(processes_.at(machine));
}

void LocalMachines::pause_process(const std::string& machine, bool paused) {
  const std::lock_guard lock(mutex_);
  ::kill(processes_.at(machine).pid, paused ? SIGSTOP : SIGCONT);
}

}  // namespace ashlar::redis
