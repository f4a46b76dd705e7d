// ashlar-node: reads one batch as JSON from standard input, carries it out, writes one answer.
// Exit codes: 0 the answer holds results (of which some may have failed), 2 the batch was refused
// and nothing was done, 3 another batch was at work for too long and nothing was done.
// `ashlar-node job NAME` is what a job runs: standard output is its log, and the answer is kept in
// a file until it is collected.
// `ashlar-node receive` reads what file is meant (JSON on the first line), then bytes of it, and
// says how much of it is here.

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/descriptor.hpp"
#include "machine/node/batch_run.hpp"
#include "machine/node/job_files.hpp"
#include "machine/node/process.hpp"
#include "machine/node/receive.hpp"
#include "machine/node/turn.hpp"

namespace ashlar::node {
namespace {

constexpr int kRefused = 2;
constexpr int kBusy = 3;
constexpr int kMostWaitForOthersMs = 60'000;
// Nobody waits for a job, and what it waits for may be another one.
constexpr int kMostWaitOfAJobMs = 1'800'000;
// Batches that change something run one at a time: one that lost its connection must not write old
// content over what a newer one wrote.
constexpr const char* kLockPath = "/run/ashlar-node.lock";
constexpr const char* kAnotherAtWork = "another batch is still at work on this machine";

std::string read_input() {
  std::string text;
  char buffer[65'536];
  for (;;) {
    const ssize_t count = ::read(0, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    // One byte too many is enough to know; the rest is read and dropped, so that the writer ends.
    if (text.size() <= kMostBatchBytes) text.append(buffer, static_cast<size_t>(count));
  }
}

/// False once the reader of standard output has gone: the connection broke.
bool somebody_listens() {
  pollfd output{1, 0, 0};
  return ::poll(&output, 1, 0) <= 0 || (output.revents & (POLLERR | POLLHUP)) == 0;
}

int answer_error(const std::string& message, int exit_code) {
  write_to(STDOUT_FILENO, to_text({{"error", message}}) + "\n");
  return exit_code;
}

int run() {
  try {
    const PreparedBatch batch = prepare_batch(read_input());
    Descriptor lock;
    if (!batch.goes_beside() && !take_turn(lock, kLockPath, kMostWaitForOthersMs, somebody_listens))
      return answer_error(kAnotherAtWork, kBusy);
    write_to(STDOUT_FILENO, to_text(run_batch(batch, somebody_listens)) + "\n");
    return 0;
  } catch (const std::exception& error) {
    return answer_error(error.what(), kRefused);
  }
}

/// No byte of what follows is taken.
std::string read_line() {
  constexpr size_t kMostLineBytes = 8'192;
  std::string line;
  for (char c = 0; ::read(0, &c, 1) == 1 && c != '\n';) {
    line += c;
    if (line.size() > kMostLineBytes) throw Failure("the first line is too long");
  }
  return line;
}

int run_receive() {
  try {
    const Json header = Json::parse(read_line(), nullptr, /*allow_exceptions=*/false);
    if (!header.is_object()) throw Failure("the first line is no JSON object");
    const Receipt receipt = receive(wanted_file(header), STDIN_FILENO);
    write_to(STDOUT_FILENO, to_text({{"bytes", receipt.bytes}, {"whole", receipt.whole}}) + "\n");
    return 0;
  } catch (const AlreadyReceiving& busy) {
    return answer_error(busy.what(), kBusy);
  } catch (const std::exception& error) {
    return answer_error(error.what(), kRefused);
  }
}

int end_job(const std::string& name, const Json& answer, int exit_code) {
  keep_answer(name, to_text(answer));
  return exit_code;
}

int run_job(const std::string& name) {
  const auto always = [] { return true; };
  try {
    const PreparedBatch batch = prepare_batch(read_input());
    drop_input(name);  // it may hold secrets, and is not needed any more
    Descriptor lock;
    if (!batch.goes_beside() && !take_turn(lock, kLockPath, kMostWaitOfAJobMs, always))
      return end_job(name, {{"error", kAnotherAtWork}}, kBusy);
    return end_job(name, run_batch(batch, always, STDOUT_FILENO), 0);
  } catch (const std::exception& error) {
    write_to(STDOUT_FILENO, std::string(error.what()) + "\n");
    return end_job(name, {{"error", error.what()}}, kRefused);
  }
}

}  // namespace
}  // namespace ashlar::node

int main(int count, char** words) {
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(022);
  if (count == 1) return ashlar::node::run();
  if (count == 3 && std::string_view(words[1]) == "job") return ashlar::node::run_job(words[2]);
  if (count == 2 && std::string_view(words[1]) == "receive") return ashlar::node::run_receive();
  return ashlar::node::answer_error("ashlar-node reads a batch from standard input", 2);
}
