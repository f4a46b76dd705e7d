#include "tests/sim/virtual_time.hpp"

#include <stdexcept>
#include <utility>

namespace ashlar::sim {

void VirtualTime::pass_until(Time end) {
  if (passing_) throw std::logic_error("an event lets time pass");
  passing_ = true;
  while (!events_.empty() && events_.top().at <= end) {
    // A queue only shows its top as const; nobody sees the moved-from event, which is popped.
    const auto run = std::move(const_cast<Event&>(events_.top()).run);
    now_ = std::max(now_, events_.top().at);
    events_.pop();
    run();
  }
  now_ = std::max(now_, end);
  passing_ = false;
}

}  // namespace ashlar::sim
