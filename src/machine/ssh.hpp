#pragma once
// One SSH connection: to one pinned host key, running one command at a time.

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "machine/machines.hpp"

namespace ashlar::machine::ssh {

/// A point in monotonic time by which something must be done.
class Deadline {
 public:
  explicit Deadline(Millis timeout) : end_(std::chrono::steady_clock::now() + timeout) {}
  /// Milliseconds left, at least 0.
  int left() const;
  bool passed() const { return left() == 0; }
  std::chrono::steady_clock::time_point end() const { return end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

struct CommandResult {
  int exit_code = -1;  // -1: the connection ended without one
  std::string out;
  std::string err;
};

/// A command failed before or after its effect may have begun: what the caller may do differs.
class Broken : public std::exception {
 public:
  Broken(bool input_was_complete, std::string reason)
      : input_was_complete_(input_was_complete), reason_(std::move(reason)) {}
  /// False: the command never had its whole input, so a program that reads all of it before it acts
  /// cannot have acted.
  bool input_was_complete() const { return input_was_complete_; }
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  bool input_was_complete_;
  std::string reason_;
};

/// Used by one thread at a time.
class Connection {
 public:
  /// Connects, compares the host key with the pinned one, and authenticates. Throws Error
  /// kUnavailable, kUntrusted (another host key), kForbidden (our key is refused).
  Connection(const Target& target, const Secret& private_key, const std::string& key_exchange,
             Millis timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs `command` in the user's login shell with `input` as its standard input. Reads while it
  /// writes, so neither side can wait for the other for ever. Throws Broken when the connection
  /// fails or the deadline passes; the connection must not be used after that.
  CommandResult run(const std::string& command, std::string_view input, Deadline deadline);

  /// More of a long input: a view that is good until the next call; an empty one is its end. What
  /// it throws, run() throws; the connection must not be used after that.
  using NextPiece = std::function<std::string_view()>;
  /// The same with an input that is never in memory as a whole: `first`, then what `next` says.
  CommandResult run(const std::string& command, std::string_view first, const NextPiece& next,
                    Deadline deadline);

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

/// The host key that the server shows, "ssh-ed25519 AAAA...". Throws Error(kUnavailable).
std::string read_host_key(const Target& target, Millis timeout);

/// Throws Error(kInvalidInput) when the text is not a private key without passphrase.
void check_private_key(const Secret& private_key);

}  // namespace ashlar::machine::ssh
