#include "machine/ssh.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "machine/host_key.hpp"
#include "machine/tcp.hpp"

namespace ashlar::machine::ssh {
namespace {

constexpr size_t kChunkBytes = 32'768;
constexpr size_t kMostOutputBytes = 64 << 20;
constexpr const char* kHostKeyType = "ssh-ed25519";
// AES-GCM first: processors do it in hardware.
constexpr const char* kCiphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr";

template <class T, void (*release)(T)>
struct Release {
  using pointer = T;
  void operator()(T value) const { release(value); }
};
using SessionPointer = std::unique_ptr<ssh_session, Release<ssh_session, ssh_free>>;
using KeyPointer = std::unique_ptr<ssh_key, Release<ssh_key, ssh_key_free>>;
using ChannelPointer = std::unique_ptr<ssh_channel, Release<ssh_channel, ssh_channel_free>>;
using EventPointer = std::unique_ptr<ssh_event, Release<ssh_event, ssh_event_free>>;

std::string where(const Target& target) {
  return fmt::format("{} ({} port {})", target.name.empty() ? target.address : target.name,
                     target.address, target.port);
}

std::string error_of(ssh_session session) {
  const char* text = ssh_get_error(session);
  return text == nullptr || *text == 0 ? "the connection was closed" : text;
}

[[noreturn]] void unavailable(const Target& target, const std::string& what, ssh_session session) {
  throw Error(ErrorCode::kUnavailable,
              fmt::format("{}: {}: {}", where(target), what, error_of(session)));
}

void set_time_limit(ssh_session session, int milliseconds) {
  const long seconds = milliseconds / 1000;
  const long microseconds = std::max(milliseconds % 1000, seconds == 0 ? 1 : 0) * 1000;
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT_USEC, &microseconds);
}

/// A session that reads no file of the user's: no configuration, known hosts, keys or agent.
SessionPointer new_session(const Target& target, const std::string& key_exchange) {
  SessionPointer session(ssh_new());
  if (!session) throw Error(ErrorCode::kInternal, "libssh cannot make a session");
  const bool no = false;
  const int quiet = SSH_LOG_NOLOG;
  const auto set = [&](ssh_options_e option, const void* value) {
    if (ssh_options_set(session.get(), option, value) != SSH_OK)
      throw Error(ErrorCode::kInternal,
                  fmt::format("libssh refuses an option: {}", error_of(session.get())));
  };
  set(SSH_OPTIONS_PROCESS_CONFIG, &no);
  set(SSH_OPTIONS_SSH_DIR, "/nonexistent");
  set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  set(SSH_OPTIONS_HOST, target.address.c_str());
  set(SSH_OPTIONS_PORT, &target.port);
  set(SSH_OPTIONS_USER, target.user.c_str());
  set(SSH_OPTIONS_LOG_VERBOSITY, &quiet);
  set(SSH_OPTIONS_HOSTKEYS, kHostKeyType);
  set(SSH_OPTIONS_CIPHERS_C_S, kCiphers);
  set(SSH_OPTIONS_CIPHERS_S_C, kCiphers);
  if (!key_exchange.empty()) set(SSH_OPTIONS_KEY_EXCHANGE, key_exchange.c_str());
  return session;
}

/// TCP and key exchange.
void connect(ssh_session session, const Target& target, const Deadline& deadline) {
  int socket = -1;
  try {
    socket = connect_tcp(target.address, target.port, Millis{deadline.left()});
  } catch (const Error& error) {
    throw error.at(target.name.empty() ? target.address : target.name);
  }
  // From here on the session owns the socket.
  ssh_options_set(session, SSH_OPTIONS_FD, &socket);
  set_time_limit(session, deadline.left());
  if (ssh_connect(session) == SSH_OK) return;
  const std::string reason = error_of(session);
  if (reason.find("server host key") != std::string::npos)
    throw Error(ErrorCode::kUntrusted,
                fmt::format("{}: it has no Ed25519 host key: {}", where(target), reason),
                "generate one on the machine: ssh-keygen -A");
  throw Error(ErrorCode::kUnavailable,
              fmt::format("{}: no SSH connection: {}", where(target), reason));
}

std::string shown_host_key(ssh_session session, const Target& target) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK)
    unavailable(target, "cannot read its host key", session);
  const KeyPointer key(raw);
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK)
    unavailable(target, "cannot read its host key", session);
  const std::string shown =
      fmt::format("{} {}", ssh_key_type_to_char(ssh_key_type(key.get())), text);
  ssh_string_free_char(text);
  return shown;
}

/// Type and base64, without the comment.
std::string essential(const std::string& public_key) {
  const size_t end = public_key.find_first_of(" \r\n", public_key.find(' ') + 1);
  return public_key.substr(0, end);
}

void check_pin(const Target& target) {
  if (target.host_key.empty())
    throw Error(ErrorCode::kUntrusted, fmt::format("{}: no host key is pinned", where(target)),
                "pin the machine's host key before anything is sent to it");
  if (!target.host_key.starts_with(std::string(kHostKeyType) + " "))
    throw Error(ErrorCode::kUntrusted, fmt::format("{}: the pinned host key is not an {} key",
                                                   where(target), kHostKeyType));
}

void check_host_key(ssh_session session, const Target& target) {
  const std::string shown = shown_host_key(session, target);
  if (shown == essential(target.host_key)) return;
  throw Error(
      ErrorCode::kUntrusted,
      fmt::format("{}: its host key is not the pinned one: pinned {}, shown {}", where(target),
                  fingerprint(target.host_key), fingerprint(shown)),
      "somebody may be between you and the machine, or it was installed anew: compare the shown "
      "fingerprint with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the machine's "
      "console, "
      "and pin it only when they are equal");
}

KeyPointer import_key(const Secret& private_key) {
  ssh_key raw = nullptr;
  const auto refuse_passphrase = [](const char*, char*, size_t, int, int, void*) { return -1; };
  if (ssh_pki_import_privkey_base64(private_key.reveal().c_str(), nullptr, refuse_passphrase,
                                    nullptr, &raw) != SSH_OK)
    throw Error(ErrorCode::kInvalidInput, "the SSH private key cannot be read",
                "give an Ed25519 key in OpenSSH's form, without a passphrase");
  return KeyPointer(raw);
}

void authenticate(ssh_session session, const Target& target, const Secret& private_key,
                  const Deadline& deadline) {
  const KeyPointer key = import_key(private_key);
  set_time_limit(session, std::max(deadline.left(), 1));
  if (ssh_userauth_publickey(session, nullptr, key.get()) == SSH_AUTH_SUCCESS) return;
  if (!ssh_is_connected(session)) unavailable(target, "it ended the connection", session);
  throw Error(ErrorCode::kForbidden,
              fmt::format("{}: it does not accept the control plane's SSH key for user {}: {}",
                          where(target), target.user, error_of(session)),
              "add the public key to the user's authorized_keys on the machine");
}

/// What a running command has said so far. Filled by libssh's callbacks.
struct Answer {
  CommandResult result;
  bool closed = false;

  static int on_data(ssh_session, ssh_channel, void* bytes, uint32_t count, int is_stderr,
                     void* self) {
    CommandResult& result = static_cast<Answer*>(self)->result;
    (is_stderr != 0 ? result.err : result.out).append(static_cast<char*>(bytes), count);
    return static_cast<int>(count);
  }
  static void on_exit(ssh_session, ssh_channel, int status, void* self) {
    static_cast<Answer*>(self)->result.exit_code = status;
  }
  static void on_signal(ssh_session, ssh_channel, const char* signal, int, const char*, const char*,
                        void* self) {
    Answer& answer = *static_cast<Answer*>(self);
    answer.result.exit_code = 128;
    answer.result.err += fmt::format("ended by signal {}", signal);
  }
  static void on_close(ssh_session, ssh_channel, void* self) {
    static_cast<Answer*>(self)->closed = true;
  }
};

/// One command on one channel of a session that never blocks: every wait goes through poll(), which
/// knows the deadline. (libssh's blocking calls wait for a channel without any limit.)
class Running {
 public:
  Running(ssh_session session, std::string_view first, Connection::NextPiece next,
          const Deadline& deadline, int open_ms)
      : session_(session),
        rest_(first),
        next_(std::move(next)),
        deadline_(deadline),
        open_ms_(open_ms) {
    callbacks_.userdata = &answer_;
    callbacks_.channel_data_function = Answer::on_data;
    callbacks_.channel_exit_status_function = Answer::on_exit;
    callbacks_.channel_exit_signal_function = Answer::on_signal;
    callbacks_.channel_close_function = Answer::on_close;
    ssh_callbacks_init(&callbacks_);
    event_.reset(ssh_event_new());
    if (!event_ || ssh_event_add_session(event_.get(), session) != SSH_OK)
      throw broken("cannot watch the connection");
  }
  ~Running() { ssh_event_remove_session(event_.get(), session_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start(const std::string& command) {
    // Opening is quick on a living connection: a dead one shows here, before anything was sent.
    const Deadline opening(Millis{std::min(deadline_.left(), open_ms_)});
    channel_.reset(ssh_channel_new(session_));
    if (!channel_) throw broken("cannot make a channel");
    repeat([&] { return ssh_channel_open_session(channel_.get()); }, opening,
           "cannot open a channel");
    ssh_set_channel_callbacks(channel_.get(), &callbacks_);
    repeat([&] { return ssh_channel_request_exec(channel_.get(), command.c_str()); }, opening,
           "cannot run a command");
  }

  CommandResult finish() {
    while (!answer_.closed) {
      if (!wrote_all_) write_some();
      if (answer_.closed) break;
      poll(deadline_, "no answer in time");
      if (answer_.result.out.size() + answer_.result.err.size() > kMostOutputBytes)
        throw Broken(input_complete_,
                     fmt::format("it answered more than {} bytes", kMostOutputBytes));
    }
    ssh_channel_close(channel_.get());
    if (answer_.result.exit_code < 0)
      throw Broken(input_complete_, "it ended without an exit code");
    return std::move(answer_.result);
  }

 private:
  Broken broken(const std::string& what) const {
    return Broken(input_complete_, fmt::format("{}: {}", what, error_of(session_)));
  }

  /// Calls until it no longer says that it must wait.
  void repeat(const std::function<int()>& call, const Deadline& deadline, const char* what) {
    for (int result = call(); result != SSH_OK; result = call()) {
      if (result != SSH_AGAIN) throw broken(what);
      poll(deadline, what);
    }
  }

  void poll(const Deadline& deadline, const char* what) {
    if (deadline.passed()) throw Broken(input_complete_, fmt::format("{}: timed out", what));
    const int result = ssh_event_dopoll(event_.get(), std::min(deadline.left(), 10'000));
    if (!answer_.closed && (result == SSH_ERROR || !ssh_is_connected(session_)))
      throw broken("the connection broke");
  }

  /// As much of the input as the far side has room for. It may end without reading all of it: then
  /// its answer counts, not our writing.
  void write_some() {
    for (;;) {
      if (rest_.empty()) take_next_piece();
      const size_t window = ssh_channel_window_size(channel_.get());
      const size_t count = std::min({rest_.size(), window, kChunkBytes});
      if (count == 0 && !rest_.empty()) return;
      // From here on the far side may have everything: set before the write, not after.
      if (count == rest_.size() && !next_) input_complete_ = true;
      const int written = count == 0 ? 0
                                     : ssh_channel_write(channel_.get(), rest_.data(),
                                                         static_cast<uint32_t>(count));
      if (written == SSH_AGAIN) return;
      if (written < 0) {
        if (!ssh_is_connected(session_)) throw broken("the connection broke");
        wrote_all_ = true;
        return;
      }
      rest_.remove_prefix(static_cast<size_t>(written));
      if (!rest_.empty() || next_) continue;
      ssh_channel_send_eof(channel_.get());
      wrote_all_ = true;
      return;
    }
  }

  void take_next_piece() {
    if (next_) rest_ = next_();
    if (rest_.empty()) next_ = nullptr;
  }

  ssh_session session_;
  std::string_view rest_;  // of the piece that is being written
  Connection::NextPiece next_;
  const Deadline& deadline_;
  int open_ms_;
  bool input_complete_ = false;
  bool wrote_all_ = false;
  Answer answer_;
  ssh_channel_callbacks_struct callbacks_{};
  // Last, so that they go first: libssh may call back until then.
  EventPointer event_;
  ChannelPointer channel_;
};

}  // namespace

int Deadline::left() const {
  const auto left =
      std::chrono::duration_cast<Millis>(end_ - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 1'000'000'000));
}

struct Connection::Session {
  SessionPointer session;
  Millis timeout;
};

Connection::Connection(const Target& target, const Secret& private_key,
                       const std::string& key_exchange, Millis timeout) {
  check_pin(target);
  const Deadline deadline(timeout);
  SessionPointer session = new_session(target, key_exchange);
  connect(session.get(), target, deadline);
  check_host_key(session.get(), target);
  authenticate(session.get(), target, private_key, deadline);
  ssh_set_blocking(session.get(), 0);
  session_ = std::make_unique<Session>(std::move(session), timeout);
}

Connection::~Connection() {
  if (session_) ssh_disconnect(session_->session.get());
}

CommandResult Connection::run(const std::string& command, std::string_view input,
                              Deadline deadline) {
  return run(command, input, {}, deadline);
}

CommandResult Connection::run(const std::string& command, std::string_view first,
                              const NextPiece& next, Deadline deadline) {
  Running running(session_->session.get(), first, next, deadline,
                  static_cast<int>(session_->timeout.count()));
  running.start(command);
  return running.finish();
}

std::string read_host_key(const Target& target, Millis timeout) {
  const SessionPointer session = new_session(target, "");
  connect(session.get(), target, Deadline(timeout));
  std::string key = shown_host_key(session.get(), target);
  ssh_disconnect(session.get());
  return key;
}

void check_private_key(const Secret& private_key) {
  import_key(private_key);
}

}  // namespace ashlar::machine::ssh
