#include "machine/machines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/descriptor.hpp"
#include "base/file.hpp"
#include "base/guarded.hpp"
#include "base/log.hpp"
#include "machine/ssh.hpp"

namespace ashlar::machine {
namespace {

using ssh::Broken;
using ssh::CommandResult;
using ssh::Connection;
using ssh::Deadline;

constexpr const char* kFolder = "/usr/local/lib/ashlar";
constexpr int kNotThere = 127;  // what a shell says of a command that does not exist
constexpr int kBusy = 3;        // what ashlar-node says when another batch is at work
constexpr int kKilledBySignal =
    128;  // and above: what ssh.cpp and shells report of a killed program

/// ashlar-node as it is copied to machines.
struct NodeProgram {
  std::string bytes;
  std::string sha256;

  std::string file_name() const { return "node-" + sha256.substr(0, 16); }
  std::string path() const { return fmt::format("{}/{}", kFolder, file_name()); }

  /// Reads the program from standard input; puts it in place only when every byte arrived and is on
  /// the disk; then drops other versions.
  std::string install_command() const {
    return fmt::format(
        "umask 022 && mkdir -p {0} && t=$(mktemp {0}/.new.XXXXXX) && "
        "{{ {{ cat > \"$t\" && echo \"{1}  $t\" | sha256sum -c --status && chmod 0755 \"$t\" && "
        "sync \"$t\" && mv -f \"$t\" {0}/{2}; }} || {{ rm -f \"$t\"; exit 1; }}; }} && "
        "find {0} -type f ! -name {2} -mmin +60 -delete",
        kFolder, sha256, file_name());
  }
};

NodeProgram read_program(const std::filesystem::path& path) {
  NodeProgram program;
  try {
    program.bytes = read_file(path);
  } catch (const Error& error) {
    throw Error(ErrorCode::kNotFound, fmt::format("ashlar-node is not there: {}", error.message()),
                "build it, or name where it is");
  }
  std::array<unsigned char, 32> digest{};
  EVP_Q_digest(nullptr, "SHA256", nullptr, program.bytes.data(), program.bytes.size(),
               digest.data(), nullptr);
  for (const unsigned char byte : digest) program.sha256 += fmt::format("{:02x}", byte);
  return program;
}

// What a machine may take at the end of a slice: to write what is on its way, and to compute the
// digest of a large file on a slow disk.
constexpr Millis kAnswerTime{120'000};
constexpr size_t kPieceBytes = 256 << 10;

/// A file of this machine, read from an offset on for as long as a slice lasts.
class FileSlice {
 public:
  FileSlice(const FileCopy& copy, long long offset, Millis slice)
      : copy_(copy),
        file_(::open(copy.file.c_str(), O_RDONLY | O_CLOEXEC)),
        end_(slice),
        piece_(kPieceBytes, '\0') {
    if (!file_.is_open()) throw file_error("read", copy.file, errno);
    if (::lseek(file_.get(), offset, SEEK_SET) < 0) throw file_error("read", copy.file, errno);
  }

  /// Empty: there is no more, or the time is over. There is always a first piece, so that even the
  /// shortest slice gets further.
  std::string_view next() {
    if (std::exchange(began_, true) && end_.passed()) return {};
    ssize_t count = -1;
    do {
      count = ::read(file_.get(), piece_.data(), piece_.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw file_error("read", copy_.file, errno);
    return {piece_.data(), static_cast<size_t>(count)};
  }

 private:
  const FileCopy& copy_;
  Descriptor file_;
  Deadline end_;
  bool began_ = false;
  std::string piece_;
};

std::string header_of(const FileCopy& file, std::optional<long long> offset) {
  Json header{{"path", file.path}, {"bytes", file.bytes}, {"sha512", file.sha512}};
  if (offset) header["offset"] = *offset;
  return header.dump() + "\n";
}

/// The one connection to one machine, and whose turn it is.
struct Line {
  std::timed_mutex turn;
  std::unique_ptr<Connection> connection;           // guarded by `turn`
  std::chrono::steady_clock::time_point last_used;  // guarded by the map's lock
};

class SshMachines final : public Machines {
 public:
  explicit SshMachines(MachinesOptions options)
      : options_(std::move(options)), program_(read_program(options_.node_program)) {
    ssh::check_private_key(options_.private_key);
  }

  BatchResult run(const Target& target, const Batch& batch, Millis timeout) override {
    const Deadline deadline(timeout);
    const std::string input = to_text(batch);
    const std::shared_ptr<Line> line = line_to(target);
    const std::unique_lock turn(line->turn, deadline.end());
    if (!turn.owns_lock())
      throw Error(
          ErrorCode::kUnavailable,
          fmt::format("{}: another batch took all the time, this one was not begun", target.name));
    return understand(run_node(*line, target, program_.path(), input, deadline), target);
  }

  Copied copy(const Target& target, const FileCopy& file, Millis slice) override {
    const Deadline deadline(slice + kAnswerTime);
    const std::shared_ptr<Line> line = line_to(target, Use::kFiles);
    const std::unique_lock turn(line->turn, deadline.end());
    if (!turn.owns_lock())
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("{}: another file took all the time, {} was not begun", target.name,
                              file.path));
    Copied there = receipt_of(run_node(*line, target, program_.path() + " receive",
                                       header_of(file, std::nullopt), deadline),
                              target);
    if (!there.whole) there = send_slice(*line, target, file, there.bytes, slice, deadline);
    if (there.whole) line->connection.reset();  // the next file is a long time off
    return there;
  }

  void disconnect(const std::string& address) override {
    std::vector<std::shared_ptr<Line>> gone;  // closed after the lock is released
    lines_.with([&](Lines& lines) {
      std::erase_if(lines, [&](const auto& entry) {
        if (entry.first.address != address) return false;
        gone.push_back(entry.second);
        return true;
      });
    });
  }

  size_t connections_made() const override { return connections_made_; }

 private:
  enum class Use { kBatches, kFiles };
  struct Key {
    std::string address;
    int port;
    std::string user;
    std::string host_key;
    Use use = Use::kBatches;
    auto operator<=>(const Key&) const = default;
  };
  using Lines = std::map<Key, std::shared_ptr<Line>>;

  std::shared_ptr<Line> line_to(const Target& target, Use use = Use::kBatches) {
    std::vector<std::shared_ptr<Line>> gone;  // closed after the lock is released
    return lines_.with([&](Lines& lines) {
      auto& line = lines[{target.address, target.port, target.user, target.host_key, use}];
      if (!line) line = std::make_shared<Line>();
      line->last_used = std::chrono::steady_clock::now();
      const std::shared_ptr<Line> mine = line;
      while (lines.size() > std::max<size_t>(options_.most_connections, 1)) {
        const auto oldest = oldest_idle(lines, mine);
        if (oldest == lines.end()) break;
        gone.push_back(std::move(oldest->second));
        lines.erase(oldest);
      }
      return mine;
    });
  }

  /// Nobody else holds an idle line; new holders come only through the map, which is locked.
  static Lines::iterator oldest_idle(Lines& lines, const std::shared_ptr<Line>& except) {
    auto oldest = lines.end();
    for (auto at = lines.begin(); at != lines.end(); ++at) {
      if (at->second == except || at->second.use_count() > 1) continue;
      if (oldest == lines.end() || at->second->last_used < oldest->second->last_used) oldest = at;
    }
    return oldest;
  }

  /// Copies ashlar-node first when it is not there.
  CommandResult run_node(Line& line, const Target& target, const std::string& command,
                         const std::string& input, const Deadline& deadline) {
    CommandResult result = run_command(line, target, command, input, deadline);
    if (result.exit_code != kNotThere) return result;
    install_node(line, target, deadline);
    return run_command(line, target, command, input, deadline);
  }

  /// What came of it before a connection broke stays on the machine.
  Copied send_slice(Line& line, const Target& target, const FileCopy& file, long long offset,
                    Millis slice, const Deadline& deadline) {
    FileSlice rest(file, offset, slice);
    const std::string header = header_of(file, offset);
    try {
      return receipt_of(
          line.connection->run(
              program_.path() + " receive", header, [&rest] { return rest.next(); }, deadline),
          target);
    } catch (const Broken& broken) {
      line.connection.reset();
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("{} ({}): the connection broke while {} was copied: {}", target.name,
                              target.address, file.path, broken.what()),
                  "copying goes on from there");
    } catch (...) {  // the far side still waits for the rest
      line.connection.reset();
      throw;
    }
  }

  static Copied receipt_of(const CommandResult& result, const Target& target) {
    const Result<Json> json = parse_json(result.out);
    const bool is_receipt =
        json && json->is_object() && json->value("bytes", Json()).is_number_integer();
    if (is_receipt)
      return {json->at("bytes").get<long long>(), json->value("whole", Json()) == true};
    const std::string reason = json && json->is_object() && json->value("error", Json()).is_string()
                                   ? json->at("error").get<std::string>()
                                   : result.err;
    if (result.exit_code == kBusy || result.exit_code >= kKilledBySignal)
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("{}: a file was not copied: {}", target.name, reason.substr(0, 500)));
    throw Error(ErrorCode::kMachine,
                fmt::format("{}: a file cannot be copied: exit code {}: {}", target.name,
                            result.exit_code, reason.substr(0, 500)));
  }

  /// Runs a command that acts only when it has all of its input. A kept connection may have died
  /// with a reboot: when the command cannot have begun, a new connection is tried, once.
  CommandResult run_command(Line& line, const Target& target, const std::string& command,
                            const std::string& input, const Deadline& deadline) {
    for (bool kept = line.connection != nullptr;; kept = false) {
      if (!kept) connect(line, target, deadline);
      try {
        return line.connection->run(command, input, deadline);
      } catch (const Broken& broken) {
        line.connection.reset();
        if (broken.input_was_complete())
          throw Error(ErrorCode::kTimeout,
                      fmt::format("{} ({}): no answer: {}; the batch may have run", target.name,
                                  target.address, broken.what()));
        if (!kept || deadline.passed())
          throw Error(ErrorCode::kUnavailable,
                      fmt::format("{} ({}): {}; the batch did not run", target.name, target.address,
                                  broken.what()));
      }
    }
  }

  void connect(Line& line, const Target& target, const Deadline& deadline) {
    const Millis timeout = std::min(options_.connect_timeout, Millis{deadline.left()});
    line.connection =
        std::make_unique<Connection>(target, options_.private_key, options_.key_exchange, timeout);
    ++connections_made_;
  }

  void install_node(Line& line, const Target& target, const Deadline& deadline) {
    const CommandResult result =
        run_command(line, target, program_.install_command(), program_.bytes, deadline);
    if (result.exit_code != 0)
      throw Error(ErrorCode::kMachine,
                  fmt::format("{}: cannot copy ashlar-node to {}: exit code {}: {}", target.name,
                              kFolder, result.exit_code, result.err.substr(0, 500)),
                  "is the disk full or read-only, and may the user write there?");
    log::debug("{}: copied {} ({} bytes)", target.name, program_.file_name(),
               program_.bytes.size());
  }

  BatchResult understand(const CommandResult& result, const Target& target) const {
    const Result<Json> json = parse_json(result.out);
    // Killed from outside in mid-work (a reboot, the kernel short of memory): like a lost answer.
    if (!json && result.exit_code >= kKilledBySignal)
      throw Error(ErrorCode::kTimeout,
                  fmt::format("{}: no answer: ashlar-node was {}; the batch may have run",
                              target.name, result.err.substr(0, 500)),
                  "it is safe to run it again");
    if (!json)
      throw Error(ErrorCode::kMachine,
                  fmt::format("{}: ashlar-node gave no answer: exit code {}: {}", target.name,
                              result.exit_code, result.err.substr(0, 500)),
                  "is the machine's architecture the one that ashlar-node was built for?");
    if (result.exit_code == kBusy)
      throw Error(
          ErrorCode::kUnavailable,
          fmt::format("{}: another batch is still at work, this one was not begun", target.name));
    try {
      return batch_result_from_json(*json);
    } catch (const Error& error) {
      throw error.at(target.name);
    }
  }

  const MachinesOptions options_;
  const NodeProgram program_;
  Guarded<Lines> lines_;
  std::atomic<size_t> connections_made_{0};
};

}  // namespace

std::unique_ptr<Machines> make_machines(MachinesOptions options) {
  return std::make_unique<SshMachines>(std::move(options));
}

std::string scan_host_key(const std::string& address, int port, Millis timeout) {
  return ssh::read_host_key({.name = address, .address = address, .port = port}, timeout);
}

}  // namespace ashlar::machine
