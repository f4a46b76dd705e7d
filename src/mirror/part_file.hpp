#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "mirror/digest.hpp"

namespace ashlar::mirror {

/// A file that comes piece by piece, with the digest of what is there. Used by one thread.
/// Every member throws Error as base/file.hpp does.
class PartFile {
 public:
  /// Made when it is missing; what is there is read, and counts. `wanted_still` is asked now and
  /// then; when it says no, Error(kUnavailable) is thrown.
  PartFile(std::filesystem::path path, const std::function<bool()>& wanted_still);

  long long bytes() const { return bytes_; }
  std::string sha512() const { return digest_.so_far(); }
  /// Behind what is there. A disk that is full is given back what the file took of it.
  void append(std::string_view piece);
  void clear();
  /// Until it is on the disk.
  void sync() const;

 private:
  void read_what_is_there(const std::function<bool()>& wanted_still);

  const std::filesystem::path path_;
  Descriptor file_;
  Sha512 digest_;
  long long bytes_ = 0;
};

}  // namespace ashlar::mirror
