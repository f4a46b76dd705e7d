#include "machine/node/tunnel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstring>
#include <utility>
#include <vector>

#include "machine/node/operation.hpp"
#include "machine/node/pipe.hpp"

namespace ashlar::node {
namespace {

std::vector<std::string> arguments_of(const TlsTunnel& tls, const Endpoint& endpoint) {
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  std::vector<std::string> argv = {
      "openssl",
      "s_client",
      "-quiet",
      "-verify_quiet",
      "-verify_return_error",
      "-no-CApath",
      "-no-CAstore",
      "-CAfile",
      tls.ca_path,
      "-connect",
      (v6 ? "[" + endpoint.address + "]" : endpoint.address) + ":" + std::to_string(endpoint.port)};
  if (tls.server_name.empty())
    argv.insert(argv.end(), {"-noservername", "-verify_ip", endpoint.address});
  else
    argv.insert(argv.end(), {"-servername", tls.server_name, "-verify_hostname", tls.server_name});
  if (!tls.certificate_path.empty()) argv.insert(argv.end(), {"-cert", tls.certificate_path});
  if (!tls.key_path.empty()) argv.insert(argv.end(), {"-key", tls.key_path});
  return argv;
}

}  // namespace

OpenTunnel::OpenTunnel(OpenTunnel&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      process(std::exchange(other.process, -1)) {}

OpenTunnel::~OpenTunnel() {
  if (process < 0) return;
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

namespace {

/// What openssl says before its own stack of errors, whose numbers change with each run.
std::string in_words(const std::string& said) {
  const size_t verify = said.find("verify error:");
  if (verify != said.npos) {
    const std::string line = said.substr(verify, said.find('\n', verify) - verify);
    const size_t reason = line.rfind(':');
    return "the server's certificate is not trusted: " + line.substr(reason + 1);
  }
  // 40079F4C3D7F0000:error:0A000086:SSL routines:FUNCTION:REASON:FILE:LINE:DATA
  const size_t error = said.find(":error:");
  if (error == said.npos) return said;
  const std::string line = said.substr(error, said.find('\n', error) - error);
  std::vector<std::string> fields;
  size_t begin = 0;
  for (size_t end; (end = line.find(':', begin)) != line.npos; begin = end + 1)
    fields.push_back(line.substr(begin, end - begin));
  constexpr size_t kReason = 5;
  return fields.size() > kReason ? fields[kReason] : line;
}

}  // namespace

std::string OpenTunnel::complaint(const std::string& reason) const {
  pollfd watched{errors.get(), POLLIN, 0};
  char buffer[2'000];
  std::string said;
  while (said.size() < sizeof buffer && ::poll(&watched, 1, 200) > 0) {
    const ssize_t count = ::read(errors.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    said.append(buffer, static_cast<size_t>(count));
  }
  while (said.ends_with('\n')) said.pop_back();
  return said.empty() ? reason : in_words(said);
}

OpenTunnel TlsTunnel::open(const Endpoint& endpoint) const {
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.read_end.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.write_end.get(), 2);
  const std::vector<std::string> words = arguments_of(*this, endpoint);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  char path[] = "PATH=/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  OpenTunnel tunnel;
  const int error = ::posix_spawn(&tunnel.process, "/usr/bin/openssl", &actions, nullptr,
                                  argv.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    tunnel.process = -1;
    throw Failure("cannot run /usr/bin/openssl: " + std::string(std::strerror(error)) +
                  "; TLS needs the package openssl on the machine");
  }
  tunnel.input = std::move(in.write_end);
  tunnel.output = std::move(out.read_end);
  tunnel.errors = std::move(err.read_end);
  for (const Descriptor* end : {&tunnel.input, &tunnel.output})
    ::fcntl(end->get(), F_SETFL, ::fcntl(end->get(), F_GETFL) | O_NONBLOCK);
  return tunnel;
}

}  // namespace ashlar::node
