#pragma once
// What happened in a life, for the person who replays it. Silent otherwise: a sentence costs more
// than the event that it tells.

#include <fmt/format.h>

#include <cstdio>

#include "tests/sim/virtual_time.hpp"

namespace ashlar::sim {

class Trace {
 public:
  Trace(const VirtualTime& time, bool spoken) : time_(time), began_(time.now()), spoken_(spoken) {}

  bool speaks() const { return spoken_; }

  template <class... Values>
  void say(fmt::format_string<Values...> text, Values&&... values) const {
    if (!spoken_) return;
    fmt::print("{:9.3f} s  {}\n", static_cast<double>((time_.now() - began_).count()) / 1'000,
               fmt::format(text, std::forward<Values>(values)...));
    std::fflush(stdout);
  }

 private:
  const VirtualTime& time_;
  const Time began_;
  const bool spoken_;
};

}  // namespace ashlar::sim
