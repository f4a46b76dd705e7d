#pragma once
// Files as operations need them: read whole, replaced whole, owned by someone by name.

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace ashlar::node {

/// The whole regular file, or nothing when there is none. Throws Failure on other errors, and when
/// it is larger than `most` bytes.
std::optional<std::string> read_whole(const std::string& path, size_t most = 256 << 20);

struct Ownership {
  uid_t user = 0;
  gid_t group = 0;
  mode_t mode = 0644;
};

/// Replaces the file as a whole: written beside it, owned, synced, renamed, and the directory
/// synced. Whatever fails on the way (a full disk, a crash), the old file stays as it was.
void replace_file(const std::string& path, const std::string& content, const Ownership& ownership);

/// replace_file when the content differs; true when it did. For the files that operations keep.
bool keep_file(const std::string& path, const std::string& content, mode_t mode, bool check_only);

/// mkdir -p, each with mode 0755.
void make_directories(const std::string& path);

std::string parent_of(const std::string& path);

/// Until what was made and renamed in it is on the disk.
void sync_directory(const std::string& path);

struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::string home;
  std::string shell;
};

/// Local accounts only: /etc/passwd and /etc/group are read as files, since the C library's own
/// functions load plug-ins, which a static program cannot.
std::optional<Account> find_account(const std::string& name);
/// By name, or by number.
std::optional<uid_t> find_user_id(const std::string& name);
std::optional<gid_t> find_group_id(const std::string& name);

}  // namespace ashlar::node
