// resp: commands to one server over one connection, with typed replies. The password
// goes into the connection only. TLS is left to `openssl s_client` as a tunnel, so that this
// program needs no TLS library and the server is still verified.

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "machine/node/connection.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/resp.hpp"
#include "machine/node/tunnel.hpp"

namespace ashlar::node {
namespace {

constexpr size_t kMostReplyBytes = 8 << 20;

struct Conversation {
  Endpoint endpoint;
  std::optional<TlsTunnel> tls;
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> authentication;  // AUTH user password; empty: nobody logs in
  bool fails_on_error = true;
  bool read_only = false;
  int timeout_ms = 0;
};

/// Sends everything and reads one reply a command, until the deadline.
class Exchange {
 public:
  explicit Exchange(const Conversation& conversation)
      : label_(conversation.endpoint.label()), deadline_(monotonic_ms() + conversation.timeout_ms) {
    if (conversation.tls) {
      tunnel_.emplace(conversation.tls->open(conversation.endpoint));
      read_ = tunnel_->output.get();
      write_ = tunnel_->input.get();
      return;
    }
    std::string reason;
    socket_ = try_connect(conversation.endpoint, conversation.timeout_ms, reason);
    if (!socket_.is_open()) throw Failure("cannot connect to " + label_ + ": " + reason);
    read_ = write_ = socket_.get();
  }

  std::vector<Json> replies(const std::string& request, size_t count) {
    std::vector<Json> all;
    size_t sent = 0;
    size_t parsed = 0;
    received_.clear();
    while (all.size() < count) {
      wait(sent < request.size());
      if (sent < request.size()) sent += write_some(request, sent);
      read_some();
      while (all.size() < count) {
        const auto reply = parse_reply(received_, parsed);
        if (!reply) break;
        all.push_back(*reply);
      }
    }
    return all;
  }

 private:
  void wait(bool wants_to_write) {
    const int64_t left = deadline_ - monotonic_ms();
    pollfd watched[] = {{read_, POLLIN, 0}, {wants_to_write ? write_ : -1, POLLOUT, 0}};
    if (left <= 0 || ::poll(watched, 2, static_cast<int>(left)) <= 0)
      throw Failure(label_ + " did not answer in time");
  }

  size_t write_some(const std::string& request, size_t sent) {
    const ssize_t count = ::write(write_, request.data() + sent, request.size() - sent);
    if (count < 0 && errno != EAGAIN && errno != EINTR) broken(std::strerror(errno));
    return count < 0 ? 0 : static_cast<size_t>(count);
  }

  void read_some() {
    char buffer[65'536];
    const ssize_t count = ::read(read_, buffer, sizeof buffer);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) broken(std::strerror(errno));
    if (count == 0) broken("it closed the connection");
    received_.append(buffer, static_cast<size_t>(count));
    if (received_.size() > kMostReplyBytes)
      throw Failure(label_ + " answered more than " + std::to_string(kMostReplyBytes) + " bytes");
  }

  [[noreturn]] void broken(const std::string& reason) {
    throw Failure("the connection to " + label_ +
                  " failed: " + (tunnel_ ? tunnel_->complaint(reason) : reason));
  }

  std::string label_;
  int64_t deadline_;
  Descriptor socket_;
  std::optional<OpenTunnel> tunnel_;
  int read_ = -1;
  int write_ = -1;
  std::string received_;
};

std::string error_of(const Json& reply) {
  return reply.is_object() && reply.contains("error") ? reply.at("error").get<std::string>() : "";
}

/// Alone, before anything else is sent: servers cut a stranger off who sends a long command, so
/// that a refused password would look like a broken connection.
void log_in(Exchange& exchange, const Conversation& conversation) {
  const auto reply = exchange.replies(encode_command(conversation.authentication), 1).front();
  if (const std::string error = error_of(reply); !error.empty())
    throw Failure(conversation.endpoint.label() + " refuses the user or password: " + error,
                  {{"reason", "refused"}});
}

Outcome converse(const Conversation& conversation) {
  Exchange exchange(conversation);
  if (!conversation.authentication.empty()) log_in(exchange, conversation);
  std::string request;
  for (const auto& command : conversation.commands) request += encode_command(command);
  const std::vector<Json> replies = exchange.replies(request, conversation.commands.size());
  const Json data = {{"replies", replies}};
  for (size_t i = 0; i < replies.size() && conversation.fails_on_error; ++i)
    if (const std::string error = error_of(replies[i]); !error.empty())
      // Only the command's name: its arguments may be secret.
      throw Failure(conversation.endpoint.label() + " answered " +
                        conversation.commands[i].front() + ": " + error,
                    data);
  return {.changed = !conversation.read_only, .message = "answered", .data = data};
}

void read_commands(Fields& fields, Conversation& conversation) {
  const Json& commands = fields.raw("commands");
  const std::string rule = "must be a list of commands, each a non-empty list of strings";
  if (!commands.is_array() || commands.empty()) return fields.fault("commands", rule);
  for (const Json& command : commands) {
    const bool plain =
        command.is_array() && !command.empty() &&
        std::ranges::all_of(command, [](const Json& word) { return word.is_string(); });
    if (!plain) return fields.fault("commands", rule);
    conversation.commands.push_back(command.get<std::vector<std::string>>());
  }
}

Endpoint endpoint_of(Fields& fields) {
  if (!fields.has("socket")) return tcp_endpoint(fields);
  Endpoint endpoint{.socket_path = fields.path("socket")};
  if (endpoint.socket_path.size() > 100) fields.fault("socket", "must be at most 100 bytes long");
  return endpoint;
}

}  // namespace

Work prepare_resp(Fields& fields) {
  Conversation conversation{
      .endpoint = endpoint_of(fields),
      .fails_on_error = fields.flag_or("fail_on_error", true),
      .read_only = fields.flag_or("read_only", false),
      .timeout_ms = static_cast<int>(fields.integer_or("timeout_ms", 1, 600'000, 10'000))};
  if (fields.flag_or("tls", false)) {
    conversation.tls =
        TlsTunnel{.ca_path = fields.path("ca"), .server_name = fields.word_or("server_name", "")};
    if (fields.has("cert")) conversation.tls->certificate_path = fields.path("cert");
    if (fields.has("key")) conversation.tls->key_path = fields.path("key");
    if (!conversation.endpoint.socket_path.empty())
      fields.fault("tls", "cannot be used with `socket`");
  }
  if (const std::string password = fields.text_or("password", ""); !password.empty()) {
    const std::string user = fields.text_or("user", "");
    conversation.authentication = {"AUTH"};
    if (!user.empty()) conversation.authentication.push_back(user);
    conversation.authentication.push_back(password);
  } else if (fields.has("user")) {
    fields.fault("password", "is missing beside `user`");
  }
  read_commands(fields, conversation);
  return [conversation](const Context& context) {
    if (context.check_only && !conversation.read_only)
      return Outcome{.changed = true, .message = "to be sent"};
    return converse(conversation);
  };
}

}  // namespace ashlar::node
