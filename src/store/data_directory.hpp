#pragma once
// The directory that holds everything: one process at a time, nobody else's eyes. Internal to the
// store.

#include <filesystem>

namespace ashlar::store {

/// Makes the directory (mode 0700) when it is missing, and locks it for as long as this object
/// lives. Throws Error(kConflict) naming the process that has it, Error(kForbidden) when others
/// may write into it.
class DataDirectory {
 public:
  explicit DataDirectory(std::filesystem::path path);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "ashlar.db"; }
  std::filesystem::path secret_key() const { return path_ / "secret.key"; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// Creates an empty file (mode 0600) unless it exists; takes what others may do with it away.
void ensure_private_file(const std::filesystem::path& path);

}  // namespace ashlar::store
