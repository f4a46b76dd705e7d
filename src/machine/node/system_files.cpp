#include "machine/node/system_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/descriptor.hpp"
#include "machine/node/operation.hpp"
#include "machine/node/text.hpp"

namespace ashlar::node {
namespace {

void write_all(const Descriptor& file, const std::string& content, const std::string& path) {
  for (size_t done = 0; done < content.size();) {
    const ssize_t count = ::write(file.get(), content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_failure("write " + path);
    done += static_cast<size_t>(count);
  }
}

/// The colon-separated line of `database` whose first field is `name`.
std::optional<std::vector<std::string>> find_line(const char* database, const std::string& name,
                                                  size_t fewest_fields) {
  for (const std::string& line : split(read_whole(database).value_or(""), '\n')) {
    if (line.size() <= name.size() || line[name.size()] != ':' || !line.starts_with(name)) continue;
    std::vector<std::string> fields = split(line, ':');
    if (fields.size() >= fewest_fields) return fields;
  }
  return std::nullopt;
}

std::optional<unsigned> id_in(const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void sync_directory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0)
    throw system_failure("sync the directory " + path);
}

std::optional<std::string> read_whole(const std::string& path, size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file.is_open()) throw system_failure("read " + path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw system_failure("read " + path);
  if (!S_ISREG(status.st_mode)) throw Failure(path + " is not a regular file");
  std::string content;
  // Files of /proc say that they are empty: read on until the end, whatever the size says.
  content.reserve(static_cast<size_t>(status.st_size) + 1);
  char buffer[65'536];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_failure("read " + path);
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > most)
      throw Failure(path + " is larger than " + std::to_string(most) + " bytes");
  }
}

void replace_file(const std::string& path, const std::string& content, const Ownership& ownership) {
  const std::string directory = parent_of(path);
  // One fixed name, so that what a crash leaves behind is gone with the next write.
  const std::string beside = (directory == "/" ? "" : directory) + "/." +
                             path.substr(path.rfind('/') + 1).substr(0, 200) + ".ashlar-new";
  ::unlink(beside.c_str());
  Descriptor file(
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open() && errno == ENOENT)
    throw Failure("the directory " + directory + " does not exist; declare it before " + path);
  if (!file.is_open()) throw system_failure("create " + beside);
  try {
    write_all(file, content, path);
    // The owner first: changing it clears the set-user-id bits of the mode.
    if (::fchown(file.get(), ownership.user, ownership.group) != 0)
      throw system_failure("set the owner of " + path);
    if (::fchmod(file.get(), ownership.mode) != 0) throw system_failure("set the mode of " + path);
    if (::fsync(file.get()) != 0) throw system_failure("sync " + path);
    file.close();
    if (::rename(beside.c_str(), path.c_str()) != 0) throw system_failure("replace " + path);
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
  sync_directory(directory);
}

bool keep_file(const std::string& path, const std::string& content, mode_t mode, bool check_only) {
  if (read_whole(path) == content) return false;
  if (check_only) return true;
  make_directories(parent_of(path));
  replace_file(path, content, {.user = 0, .group = 0, .mode = mode});
  return true;
}

void make_directories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0755) == 0)
      ::chmod(part.c_str(), 0755);  // whatever the umask is
    else if (errno != EEXIST)
      throw system_failure("create the directory " + part);
    if (end == std::string::npos) break;
  }
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::optional<Account> find_account(const std::string& name) {
  const auto fields = find_line("/etc/passwd", name, 7);
  if (!fields) return std::nullopt;
  return Account{.name = name,
                 .user = id_in((*fields)[2]).value_or(65534),
                 .group = id_in((*fields)[3]).value_or(65534),
                 .home = (*fields)[5],
                 .shell = (*fields)[6]};
}

std::optional<uid_t> find_user_id(const std::string& name) {
  if (name == "root") return 0;
  if (const auto id = id_in(name)) return *id;
  const auto account = find_account(name);
  return account ? std::optional(account->user) : std::nullopt;
}

std::optional<gid_t> find_group_id(const std::string& name) {
  if (name == "root") return 0;
  if (const auto id = id_in(name)) return *id;
  const auto fields = find_line("/etc/group", name, 3);
  return fields ? id_in((*fields)[2]) : std::nullopt;
}

}  // namespace ashlar::node
