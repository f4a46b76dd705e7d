// sysctl.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/descriptor.hpp"
#include "machine/node/fields.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

/// The kernel separates several numbers by tabs, people by spaces.
std::string normalized(const std::string& value) {
  std::string text;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t' || c == '\n';
    if (!space) text += c;
    if (space && !text.empty() && text.back() != ' ') text += ' ';
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

void write_live(const std::string& live, const std::string& key, const std::string& value) {
  const Descriptor file(::open(live.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open() ||
      ::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
    throw system_failure("set the kernel parameter " + key);
}

Outcome ensure_sysctl(const std::string& key, const std::string& value, bool check_only) {
  std::string live = "/proc/sys/" + key;
  std::replace(live.begin() + 10, live.end(), '.', '/');
  const auto current = read_whole(live);
  if (!current) throw Failure("the kernel has no parameter " + key);
  const bool differs = normalized(*current) != normalized(value);
  if (differs && check_only && ::access(live.c_str(), W_OK) != 0)
    return {.message = "belongs to the host of this container"};
  if (differs && !check_only) write_live(live, key, value);
  const bool kept =
      keep_file("/etc/sysctl.d/60-ashlar-" + key + ".conf",
                "# Managed by Ashlar.\n" + key + " = " + value + "\n", 0644, check_only);
  return {.changed = differs || kept,
          .message = differs ? "was " + normalized(*current)
                     : kept  ? "made permanent"
                             : "in place"};
}

}  // namespace

Work prepare_sysctl(Fields& fields) {
  const std::string key = fields.word("key");
  const std::string value = fields.word("value");
  if (!key.empty() && (!is_plain_name(key, "._-") || key.find("..") != std::string::npos))
    fields.fault("key", "must be a kernel parameter such as net.ipv4.ip_forward");
  if (value.find_first_of("\r\n") != std::string::npos) fields.fault("value", "must be one line");
  return [key, value](const Context& context) {
    return ensure_sysctl(key, value, context.check_only);
  };
}

}  // namespace ashlar::node
