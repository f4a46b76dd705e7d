#pragma once
// A file that comes piece by piece, for as long as connections last: `ashlar-node receive`.

#include <cstdint>
#include <optional>
#include <string>

#include "machine/node/operation.hpp"

namespace ashlar::node {

struct WantedFile {
  std::string path;
  int64_t bytes = 0;
  std::string sha512;
  /// How much of it the sender takes to be here: the rest follows. Nothing: it only asks.
  std::optional<int64_t> offset;
};

/// Throws Failure that names every fault.
WantedFile wanted_file(const Json& header);

struct Receipt {
  int64_t bytes = 0;
  bool whole = false;
};

/// Somebody else receives the same file.
class AlreadyReceiving : public Failure {
 public:
  using Failure::Failure;
};

/// Appends what `input` brings to `path`.part, if that is as long as the sender takes it to be, and
/// puts it in place when it is as long as the file and has its digest; one with another digest is
/// dropped. A file that is in place is left alone, and nothing read. Whatever cannot be written is
/// given up with all that came before, so that a full disk does not stay full. Throws Failure,
/// AlreadyReceiving.
Receipt receive(const WantedFile& wanted, int input);

}  // namespace ashlar::node
