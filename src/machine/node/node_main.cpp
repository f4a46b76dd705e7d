// ashlar-node: reads one batch as JSON from standard input, carries it out, writes one answer.
// Exit codes: 0 the answer holds results (of which some may have failed), 2 the batch was refused
// and nothing was done, 3 another batch was at work for too long and nothing was done.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/descriptor.hpp"
#include "machine/node/batch_run.hpp"
#include "machine/node/process.hpp"

namespace ashlar::node {
namespace {

constexpr int kRefused = 2;
constexpr int kBusy = 3;
constexpr int kMostWaitForOthersMs = 60'000;
constexpr const char* kLockPath = "/run/ashlar-node.lock";

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

void write_output(const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(1, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;  // nobody is there to be told
    done += static_cast<size_t>(count);
  }
}

/// False once the reader of standard output has gone: the connection broke.
bool somebody_listens() {
  pollfd output{1, 0, 0};
  return ::poll(&output, 1, 0) <= 0 || (output.revents & (POLLERR | POLLHUP)) == 0;
}

/// Batches that change something run one at a time: one that lost its connection must not write
/// old content over what a newer one wrote. Without /run (an early boot, a test) there is no lock.
bool wait_for_turn(Descriptor& lock) {
  lock = Descriptor(::open(kLockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.is_open()) return true;
  const int64_t deadline = monotonic_ms() + kMostWaitForOthersMs;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (monotonic_ms() > deadline || !somebody_listens()) return false;
    ::usleep(5'000);
  }
  return true;
}

int answer_error(const std::string& message, int exit_code) {
  write_output(to_text({{"error", message}}) + "\n");
  return exit_code;
}

int run() {
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(022);
  try {
    const PreparedBatch batch = prepare_batch(read_input());
    Descriptor lock;
    if (!batch.check_only && !wait_for_turn(lock))
      return answer_error("another batch is still at work on this machine", kBusy);
    write_output(to_text(run_batch(batch, somebody_listens)) + "\n");
    return 0;
  } catch (const std::exception& error) {
    return answer_error(error.what(), kRefused);
  }
}

}  // namespace
}  // namespace ashlar::node

int main() {
  return ashlar::node::run();
}
