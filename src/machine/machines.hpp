#pragma once
// Doing work on machines over SSH: pinned host keys, kept connections, one round trip a batch.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "machine/batch.hpp"

namespace ashlar::machine {

struct Target {
  std::string name;  // for messages
  std::string address;
  int port = 22;
  std::string user = "root";
  std::string host_key;  // pinned public key; connecting to another one throws kUntrusted
};

struct MachinesOptions {
  Secret private_key;                  // the control plane's, OpenSSH PEM
  std::filesystem::path node_program;  // ashlar-node, copied to machines
  Millis connect_timeout{5'000};
  size_t most_connections = 128;  // idle ones beyond it are closed, oldest first
  std::string key_exchange = "curve25519-sha256";
};

/// A file of the control plane that a machine is to have.
struct FileCopy {
  std::filesystem::path file;
  long long bytes = 0;  // its size
  std::string sha512;   // its digest, as 128 digits of 0-9 and a-f
  std::string path;     // where it is to be on the machine, readable by root alone
};
/// How far a machine has it.
struct Copied {
  long long bytes = 0;
  bool whole = false;
};

/// Thread-safe; calls for different machines run in parallel, for one machine over one session
/// (and one more for files).
class Machines {
 public:
  virtual ~Machines() = default;

  /// Runs the batch and returns what the machine answered. Copies ashlar-node first when the
  /// machine has another version. Throws kUnavailable (no connection: nothing ran), kTimeout (the
  /// answer never came: the batch may have run), kUntrusted, kForbidden (it refuses our key),
  /// kMachine (ashlar-node could not run).
  virtual BatchResult run(const Target& target, const Batch& batch,
                          Millis timeout = Millis{120'000}) = 0;

  /// Copies as much of a file as goes within `slice`, and says how far the machine has it; called
  /// again until it is whole. A machine that has it at its path is sent nothing. What came is kept
  /// beside the path (`PATH.part`) and gone on from, whatever broke; it takes its place when it has
  /// the digest, and is dropped when it has not. The file is read in pieces. Over a connection of
  /// its own, so that batches for the machine need not wait. Throws as run() (kUnavailable also
  /// when the connection broke meanwhile), kMachine when the machine could not take it or what it
  /// got has another digest, and what reading the file throws.
  virtual Copied copy(const Target& target, const FileCopy& file, Millis slice = Millis{5'000});

  /// Forgets the kept connection, e.g. after the machine was destroyed.
  virtual void disconnect(const std::string& address) = 0;

  /// How many connections were ever made: reuse can be seen and measured.
  virtual size_t connections_made() const = 0;

  // How callers let time pass between two looks at machines, and speak to several at once. A
  // simulation does both in virtual time, on one thread.
  /// Blocks the caller for so long.
  virtual void pause(Millis duration);
  /// As for_each_parallel() below.
  virtual std::vector<std::exception_ptr> for_each(size_t count, size_t most_at_once,
                                                   const std::function<void(size_t)>& body);
};

/// Throws Error(kNotFound) when the node program is not there, Error(kInvalidInput) when the
/// private key cannot be read.
std::unique_ptr<Machines> make_machines(MachinesOptions options);

/// The Ed25519 host key that `address` shows now, for pinning an existing machine at first contact
/// (show its fingerprint to a person). Throws kUnavailable.
std::string scan_host_key(const std::string& address, int port = 22,
                          Millis timeout = Millis{5'000});

/// `body(i)` for i in [0, count), at most `most_at_once` at a time; returns when all are done.
/// Exceptions are returned by index, none is lost.
std::vector<std::exception_ptr> for_each_parallel(size_t count, size_t most_at_once,
                                                  const std::function<void(size_t)>& body);

}  // namespace ashlar::machine
