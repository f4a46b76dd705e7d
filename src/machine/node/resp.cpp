#include "machine/node/resp.hpp"

#include <charconv>

namespace ashlar::node {
namespace {

constexpr int kMostDepth = 16;

std::optional<std::string> read_line(const std::string& bytes, size_t& at) {
  const size_t end = bytes.find("\r\n", at);
  if (end == std::string::npos) return std::nullopt;
  std::string line = bytes.substr(at, end - at);
  at = end + 2;
  return line;
}

int64_t integer(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Failure("the answer is not RESP");
  return value;
}

std::optional<Json> parse(const std::string& bytes, size_t& at, int depth);

std::optional<Json> parse_bulk(const std::string& bytes, size_t& at, int64_t size) {
  if (size < 0) return Json(nullptr);
  const size_t count = static_cast<size_t>(size);
  if (bytes.size() - at < 2 || bytes.size() - at - 2 < count) return std::nullopt;
  std::string text = bytes.substr(at, count);
  at += count + 2;
  return Json(std::move(text));
}

std::optional<Json> parse_array(const std::string& bytes, size_t& at, int64_t size, int depth) {
  if (size < 0) return Json(nullptr);
  if (depth >= kMostDepth) throw Failure("the answer is nested too deep");
  Json list = Json::array();
  for (int64_t i = 0; i < size; ++i) {
    auto element = parse(bytes, at, depth + 1);
    if (!element) return std::nullopt;
    list.push_back(std::move(*element));
  }
  return list;
}

std::optional<Json> parse(const std::string& bytes, size_t& at, int depth) {
  const auto line = read_line(bytes, at);
  if (!line) return std::nullopt;
  if (line->empty()) throw Failure("the answer is not RESP");
  const std::string rest = line->substr(1);
  switch (line->front()) {
    case '+':
      return Json(rest);
    case '-':
      return Json{{"error", rest}};
    case ':':
      return Json(integer(rest));
    case '$':
      return parse_bulk(bytes, at, integer(rest));
    case '*':
      return parse_array(bytes, at, integer(rest), depth);
    default:
      throw Failure("the answer is not RESP");
  }
}

}  // namespace

std::string encode_command(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words)
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return bytes;
}

std::optional<Json> parse_reply(const std::string& bytes, size_t& position) {
  size_t at = position;
  auto reply = parse(bytes, at, 0);
  if (reply) position = at;
  return reply;
}

}  // namespace ashlar::node
