#pragma once
// From the text of a batch to the text of its result.

#include <functional>
#include <string>
#include <vector>

#include "machine/node/operation.hpp"

namespace ashlar::node {

inline constexpr size_t kMostBatchBytes = 16 << 20;
inline constexpr size_t kMostOperations = 1'000;
inline constexpr size_t kMostDepth = 32;

/// One operation, checked.
struct Prepared {
  std::string title;  // "file /etc/motd": for messages
  std::string fault;  // empty, or what is wrong with it; then `work` must not be called
  Work work;
  bool beside = false;  // as OperationType::beside
};

struct PreparedBatch {
  bool check_only = false;
  bool keep_going = false;
  std::vector<Prepared> operations;

  /// It need not wait for another batch that is at work.
  bool goes_beside() const { return check_only || beside; }
  bool beside = false;  // each of its operations may be carried out beside others
};

/// Parses and checks a whole batch, touching nothing. A faulty operation is marked as such when the
/// batch says `keep_going`; otherwise, and for everything else that is wrong, throws Failure.
PreparedBatch prepare_batch(const std::string& text);

/// Runs the operations in order until the first failure (all of them with `keep_going`).
/// `wanted_still` is asked before each: when nobody waits for the answer any more, no further
/// operation is begun, since by then a newer batch may be on its way. `log`: a file that is told
/// what each operation came to, and what its programs say while they run; -1: none.
Json run_batch(const PreparedBatch& batch, const std::function<bool()>& wanted_still, int log = -1);

/// As text on one line; bytes that are not UTF-8 become U+FFFD.
std::string to_text(const Json& answer);

}  // namespace ashlar::node
