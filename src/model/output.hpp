#pragma once
// What a step's long work says while it goes on: text, kept up to a bound.

#include <string>

#include "base/clock.hpp"

namespace ashlar {

/// Of a step's output, this many bytes are kept: the newest.
inline constexpr long long kMostOutputBytes = 256LL * 1024;
/// An output is forgotten this long after it was written.
inline constexpr Millis kOutputKept{30LL * 24 * 3'600'000};

/// What was written at once.
struct OutputPiece {
  std::string operation_id;
  std::string step_id;
  long long number = 0;  // this and the next two are given by the store
  long long begins = 0;  // in bytes from the beginning of all that the step ever wrote
  long long ends = 0;
  std::string text;
  std::string source;        // which of the step's jobs wrote it
  long long source_end = 0;  // how far the job's own log has been read
  Time at{};
};

/// A part of a step's output.
struct StepOutput {
  std::string text;
  long long begins = 0;   // where the text begins: later than asked for when that is kept no more
  long long next = 0;     // where to go on reading
  long long end = 0;      // all that was written so far
  long long dropped = 0;  // bytes at the beginning that are kept no more
};

}  // namespace ashlar
