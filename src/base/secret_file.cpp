#include "base/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"

namespace ashlar {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why) {
  throw Error(ErrorCode::kInvalidInput, fmt::format("the first line of {} {}", path.string(), why));
}

std::string first_line(const std::filesystem::path& path) {
  std::string text = read_file(path, kMostSmallFileBytes);
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) refuse(path, "is empty");
  return text;
}

}  // namespace

Secret read_secret_file(const std::filesystem::path& path) {
  std::string line = first_line(path);
  if (!is_utf8(line)) refuse(path, "is not UTF-8");
  if (control_character_in(line)) refuse(path, "holds a control character");
  register_secret(line);
  return Secret(std::move(line));
}

Secret read_token_file(const std::filesystem::path& path) {
  constexpr std::string_view kBlank = " \t";
  std::string line = first_line(path);
  line.erase(0, std::min(line.find_first_not_of(kBlank), line.size()));
  line.resize(line.find_last_not_of(kBlank) + 1);
  if (line.empty()) refuse(path, "is empty");
  if (!std::ranges::all_of(line, [](char c) { return c > ' ' && c <= '~'; }))
    refuse(path, "is no token: it holds more than visible ASCII characters");
  register_secret(line);
  return Secret(std::move(line));
}

}  // namespace ashlar
