// file, file_once, read_file, directory, remove_path.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/descriptor.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

struct OwnedPath {
  std::string path;
  mode_t mode = 0;
  std::string owner;
  std::string group;

  /// Nothing when the account does not exist (yet).
  std::optional<Ownership> ownership() const {
    const auto user = find_user_id(owner);
    const auto group_id = find_group_id(group);
    if (!user || !group_id) return std::nullopt;
    return Ownership{.user = *user, .group = *group_id, .mode = mode};
  }

  Ownership ownership_now() const {
    const auto known = ownership();
    if (!known)
      throw Failure(path + ": there is no user `" + owner + "` or no group `" + group +
                    "`; declare it, or the package that makes it, before this");
    return *known;
  }
};

OwnedPath owned_path(Fields& fields, mode_t mode) {
  OwnedPath owned{.path = fields.path("path"),
                  .mode = fields.mode_or("mode", mode),
                  .owner = fields.word_or("owner", "root"),
                  .group = fields.word_or("group", "root")};
  if (owned.path == "/") fields.fault("path", "must not be the root directory");
  return owned;
}

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw system_failure("look at " + path);
}

bool is_owned_so(const struct stat& status, const std::optional<Ownership>& wanted) {
  return wanted && status.st_uid == wanted->user && status.st_gid == wanted->group &&
         (status.st_mode & 07777) == wanted->mode;
}

void own(const std::string& path, const Ownership& wanted) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open() || ::fchown(opened.get(), wanted.user, wanted.group) != 0 ||
      ::fchmod(opened.get(), wanted.mode) != 0)
    throw system_failure("set the owner and mode of " + path);
}

bool has_content(const std::string& path, const struct stat& status, const std::string& content) {
  return S_ISREG(status.st_mode) && static_cast<size_t>(status.st_size) == content.size() &&
         read_whole(path) == content;
}

Outcome ensure_file(const OwnedPath& file, const std::string& content, bool check_only) {
  const auto status = status_of(file.path);
  if (status && S_ISDIR(status->st_mode)) throw Failure(file.path + " is a directory, not a file");
  const auto ownership = file.ownership();
  const bool same_content = status && has_content(file.path, *status, content);
  if (same_content && is_owned_so(*status, ownership)) return {.message = "in place"};
  const std::string what = same_content ? "owner and mode" : status ? "content" : "new file";
  if (check_only) return {.changed = true, .message = what};
  if (same_content)
    own(file.path, file.ownership_now());
  else
    replace_file(file.path, content, file.ownership_now());
  return {.changed = true, .message = what};
}

Outcome ensure_directory(const OwnedPath& directory, bool check_only) {
  const auto status = status_of(directory.path);
  if (status && !S_ISDIR(status->st_mode))
    throw Failure(directory.path + " exists and is not a directory");
  if (status && is_owned_so(*status, directory.ownership())) return {.message = "in place"};
  const std::string what = status ? "owner and mode" : "new directory";
  if (check_only) return {.changed = true, .message = what};
  const Ownership ownership = directory.ownership_now();
  if (!status) make_directories(directory.path);
  own(directory.path, ownership);
  return {.changed = true, .message = what};
}

/// What a mistake must never remove: the root, everything directly below it, and the directories
/// that a system cannot do without.
bool is_protected(const std::string& path) {
  static constexpr const char* kProtected[] = {"/etc/apt",
                                               "/etc/pam.d",
                                               "/etc/security",
                                               "/etc/ssh",
                                               "/etc/ssl",
                                               "/etc/systemd",
                                               "/etc/passwd",
                                               "/etc/shadow",
                                               "/etc/group",
                                               "/etc/network",
                                               "/etc/systemd/system",
                                               "/root/.ssh",
                                               "/root/.ssh/authorized_keys",
                                               "/var/lib",
                                               "/var/log",
                                               "/var/cache",
                                               "/var/spool",
                                               "/var/run",
                                               "/var/lib/dpkg",
                                               "/var/lib/apt",
                                               "/var/lib/systemd",
                                               "/usr/local/lib/ashlar",
                                               "/run/systemd",
                                               "/run/dbus"};
  const auto components = std::ranges::count(path, '/');
  if (path == "/" || components < 2) return true;
  for (const char* tree : {"/usr/", "/proc/", "/sys/", "/dev/", "/boot/"})
    if (path.starts_with(tree) && components < 4) return true;
  return std::ranges::find(kProtected, path) != std::end(kProtected);
}

/// The path with every symbolic link of its parents followed: what would really be removed.
std::string real_location(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> parent(
      ::realpath(parent_of(path).c_str(), nullptr), &::free);
  if (!parent) throw system_failure("resolve " + parent_of(path));
  const std::string directory = parent.get();
  return (directory == "/" ? "" : directory) + path.substr(path.rfind('/'));
}

Outcome remove_now(const std::string& path, bool check_only) {
  const auto status = status_of(path);
  if (!status) return {.message = "absent"};
  if (const std::string real = real_location(path); is_protected(real))
    throw Failure("refuses to remove " + real + ", which the system needs");
  const auto parent = status_of(real_location(path) + "/..");
  if (S_ISDIR(status->st_mode) && parent && parent->st_dev != status->st_dev)
    throw Failure("refuses to remove " + path + ": something is mounted there");
  if (check_only) return {.changed = true, .message = "to be removed"};
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) throw Failure("cannot remove " + path + ": " + error.message());
  return {.changed = true, .message = "removed"};
}

}  // namespace

Work prepare_file(Fields& fields) {
  return [file = owned_path(fields, 0644), content = fields.content()](const Context& context) {
    return ensure_file(file, content, context.check_only);
  };
}

Work prepare_file_once(Fields& fields) {
  return [file = owned_path(fields, 0644), content = fields.content()](const Context& context) {
    if (status_of(file.path)) return Outcome{.message = "exists"};
    return ensure_file(file, content, context.check_only);
  };
}

Work prepare_read_file(Fields& fields) {
  const size_t most = static_cast<size_t>(fields.integer_or("most_bytes", 1, 8 << 20, 1 << 20));
  return [path = fields.path("path"), most](const Context&) {
    const auto content = read_whole(path, most);
    return Outcome{.message = content ? "read" : "absent",
                   .data = {{"exists", content.has_value()}, {"content", content.value_or("")}}};
  };
}

Work prepare_directory(Fields& fields) {
  return [directory = owned_path(fields, 0755)](const Context& context) {
    return ensure_directory(directory, context.check_only);
  };
}

Work prepare_remove_path(Fields& fields) {
  const std::string path = fields.path("path");
  if (!path.empty() && is_protected(path))
    fields.fault("path", "names something that the system needs; it is never removed");
  return [path](const Context& context) { return remove_now(path, context.check_only); };
}

}  // namespace ashlar::node
