// command, wait_for_port.

#include <unistd.h>

#include "machine/node/connection.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

struct WantedCommand {
  ProcessRequest request;
  std::vector<std::string> unless;
  std::string creates;
  bool read_only = false;
};

Json describe(const ProcessResult& result) {
  return {{"exit_code", result.exit_code},
          {"timed_out", result.timed_out},
          {"stdout", result.out},
          {"stderr", result.err}};
}

bool is_done_already(const WantedCommand& wanted) {
  if (!wanted.creates.empty() && ::access(wanted.creates.c_str(), F_OK) == 0) return true;
  if (wanted.unless.empty()) return false;
  return run_process({.argv = wanted.unless, .timeout_ms = wanted.request.timeout_ms}).succeeded();
}

Outcome run_command(const WantedCommand& wanted, bool check_only) {
  if (is_done_already(wanted)) return {.message = "nothing to do"};
  if (check_only && !wanted.read_only) return {.changed = true, .message = "to be run"};
  const ProcessResult result = run_process(wanted.request);
  if (!result.succeeded())
    throw Failure(wanted.request.argv[0] + ": " + result.complaint(), describe(result));
  return {.changed = !wanted.read_only, .message = "ran", .data = describe(result)};
}

Outcome wait_for_port(const Endpoint& endpoint, int timeout_ms) {
  const int64_t begin = monotonic_ms();
  std::string reason;
  do {
    const int left = static_cast<int>(begin + timeout_ms - monotonic_ms());
    if (try_connect(endpoint, std::min(left, 1'000), reason).is_open())
      return {.message = "answers", .data = {{"waited_ms", monotonic_ms() - begin}}};
    ::usleep(20'000);
  } while (monotonic_ms() < begin + timeout_ms);
  throw Failure(endpoint.label() + " did not answer within " + std::to_string(timeout_ms) +
                " ms: " + reason);
}

}  // namespace

Work prepare_command(Fields& fields) {
  WantedCommand wanted{.request = {.argv = fields.words("argv"),
                                   .input = fields.text_or("input", ""),
                                   .timeout_ms = static_cast<int>(
                                       fields.integer_or("timeout_ms", 1, 3'600'000, 30'000)),
                                   .most_output = static_cast<size_t>(
                                       fields.integer_or("most_output_bytes", 0, 4 << 20, 65'536))},
                       .unless = fields.words_or_none("unless"),
                       .creates = fields.has("creates") ? fields.path("creates") : "",
                       .read_only = fields.flag_or("read_only", false)};
  return [wanted](const Context& context) { return run_command(wanted, context.check_only); };
}

Work prepare_wait_for_port(Fields& fields) {
  const Endpoint endpoint = tcp_endpoint(fields);
  const int timeout_ms = static_cast<int>(fields.integer_or("timeout_ms", 1, 600'000, 30'000));
  return [endpoint, timeout_ms](const Context& context) {
    // What would open the port may not have happened when only checking.
    if (context.check_only) return Outcome{.message = "not waited for when checking"};
    return wait_for_port(endpoint, timeout_ms);
  };
}

}  // namespace ashlar::node
