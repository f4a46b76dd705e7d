#pragma once
// What machines need from outside, fetched once by the control plane and kept by its digest:
// machines themselves need not reach the place that it comes from.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace ashlar::mirror {

/// A file at some address, known by what is in it.
struct Source {
  std::string url;     // https://
  std::string sha512;  // 128 digits of 0-9 and a-f
};

/// The host that it is fetched from, for people; without user, password, path and query.
std::string host_of(const Source& source);

/// It is here, whole, and has the digest.
struct Kept {
  std::filesystem::path file;
  long long bytes = 0;
};
/// It is on its way, or waits until others have come.
struct Fetching {
  long long bytes = 0;             // that are here
  std::optional<long long> total;  // nothing: the other side has not said it yet
};
using State = std::variant<Kept, Fetching>;

/// Thread-safe.
class Mirror {
 public:
  virtual ~Mirror() = default;

  /// Looks for the file; where it is not here, it begins to be fetched in the background. Returns
  /// at once, and is called again until the file is kept. Whoever asks for the same file meanwhile
  /// shares the work. The file may be evicted for others from a while after the last call on, so
  /// ask again before it is read.
  /// Throws what fetching failed for, once; the next call begins anew and goes on from what came:
  /// Error(kInvalidInput) (the address is no https://, leads to one that is not, or its host says
  /// that there is no such file: also kNotFound), kUntrusted (another digest, or a certificate that
  /// proves nothing), kUnavailable and kTimeout (may pass: no connection, a server in trouble, no
  /// room on the disk).
  virtual State fetch(const Source& source) = 0;
};

struct MirrorOptions {
  std::filesystem::path folder;            // made when it is missing; for this process alone
  std::filesystem::path authorities_file;  // PEM, to trust instead of the system's; empty: those
  long long most_file_bytes = 1LL << 30;
  long long most_kept_bytes = 4LL << 30;  // of all files; those not asked for longest go first
  /// Left free on the disk, which is the database's, too.
  long long least_free_bytes = 512LL << 20;
  unsigned most_at_once = 4;
  Millis timeout{3'600'000};     // of one fetch
  Millis stall_timeout{60'000};  // without a byte
};

/// Throws Error when the folder cannot be made. Ends running fetches when it goes, within about a
/// second.
std::unique_ptr<Mirror> make_mirror(MirrorOptions options);

}  // namespace ashlar::mirror
