#pragma once
// For tests: a real sshd on a loopback port, in a mount namespace of its own so that what is copied
// to "the machine" does not land on this one, and ashlar-node run by hand.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/testing/paths.hpp"
#include "machine/host_key.hpp"
#include "machine/machines.hpp"

namespace ashlar::machine::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    char path[] = "/tmp/ashlar-machine-test-XXXXXX";
    if (::mkdtemp(path) == nullptr) throw std::runtime_error("cannot make a folder in /tmp");
    path_ = path;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Ran {
  int exit_code = -1;
  std::string out;
};

/// A shell command line with `input` on its standard input. Standard error goes along.
inline Ran shell(const std::string& line, const std::string& input = {}) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "input", input, 0600);
  FILE* pipe = ::popen(fmt::format("{{ {} ; }} < {}", line, folder / "input").c_str(), "r");
  Ran ran;
  char buffer[65'536];
  for (size_t count; (count = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    ran.out.append(buffer, count);
  const int status = ::pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

inline int bind_free_port(int& socket) {
  socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("cannot bind a loopback port");
  return ntohs(address.sin_port);
}

inline int free_port() {
  int socket = -1;
  const int port = bind_free_port(socket);
  ::close(socket);
  return port;
}

class Sshd {
 public:
  /// `setup`: shell commands in the new namespace, before sshd starts.
  explicit Sshd(const std::string& setup = "true")
      : port_(free_port()), host_(generate_key_pair("host")), client_(generate_key_pair("client")) {
    write_file_atomically(folder_ / "host_key", host_.private_key.reveal(), 0600);
    write_file_atomically(folder_ / "authorized_keys", client_.public_key + "\n", 0600);
    write_file_atomically(
        folder_ / "config",
        fmt::format("ListenAddress 0.0.0.0:{}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\n"
                    "StrictModes no\nUsePAM no\nPasswordAuthentication no\nMaxStartups 200\n"
                    "PermitRootLogin prohibit-password\nLogLevel VERBOSE\n",
                    port_, folder_ / "host_key", folder_ / "authorized_keys"));
    start(
        fmt::format("mount -t tmpfs none /usr/local/lib && mount -t tmpfs none /run && "
                    "mount -t tmpfs none /root && mkdir -m 0755 /run/sshd && {} && exec "
                    "/usr/sbin/sshd -D -e -f {} 2> {}",
                    setup, folder_ / "config", folder_ / "log"));
  }
  ~Sshd() {
    end_sessions(SIGKILL);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  Target target(const std::string& address = "127.0.0.1") const {
    return {
        .name = "m-" + address, .address = address, .port = port_, .host_key = host_.public_key};
  }
  MachinesOptions options() const {
    return {.private_key = client_.private_key,
            .node_program = built_node_program(),
            .connect_timeout = Millis{3'000}};
  }
  std::string log() const { return read_file(folder_ / "log"); }
  const KeyPair& host() const { return host_; }
  const TemporaryFolder& folder() const { return folder_; }
  int port() const { return port_; }
  int pid() const { return pid_; }

  /// Signals the processes that serve connections, not the one that listens.
  void end_sessions(int signal) const {
    for (const int child : children(pid_)) {
      for (const int grandchild : children(child)) ::kill(grandchild, signal);
      ::kill(child, signal);
    }
  }

 private:
  static std::vector<int> children(int pid) {
    std::ifstream list(fmt::format("/proc/{0}/task/{0}/children", pid));
    std::vector<int> pids;
    for (int child; list >> child;) pids.push_back(child);
    return pids;
  }

  void start(const std::string& script) {
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no sshd behind
      ::execlp("unshare", "unshare", "--mount", "sh", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500; ++i) {
      std::this_thread::sleep_for(Millis{10});
      if (std::filesystem::exists(folder_ / "log") &&
          log().find("Server listening") != std::string::npos)
        return;
    }
    throw std::runtime_error("sshd did not start (it needs root and the package openssh-server)");
  }

  TemporaryFolder folder_;
  int port_;
  KeyPair host_;
  KeyPair client_;
  pid_t pid_ = -1;
};

}  // namespace ashlar::machine::test
