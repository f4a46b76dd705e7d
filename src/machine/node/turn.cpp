#include "machine/node/turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "machine/node/process.hpp"

namespace ashlar::node {

bool take_turn(Descriptor& lock, const char* path, int most_ms,
               const std::function<bool()>& wanted_still) {
  lock = Descriptor(::open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.is_open()) return true;
  const int64_t deadline = monotonic_ms() + most_ms;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (monotonic_ms() > deadline || !wanted_still()) return false;
    ::usleep(5'000);
  }
  return true;
}

}  // namespace ashlar::node
