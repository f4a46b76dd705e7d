#include "machine/node/fields.hpp"

#include <algorithm>

namespace ashlar::node {
namespace {

constexpr size_t kLongestPath = 4000;

int base64_value(unsigned char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

bool has_nul(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

bool is_plain_path(const std::string& path) {
  if (path.empty() || path.front() != '/' || path.size() > kLongestPath) return false;
  if (path == "/") return true;
  for (size_t begin = 1;;) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == path.size()) return true;
    begin = end + 1;
  }
}

}  // namespace

const Json* Fields::find(const std::string& name) {
  known_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool Fields::has(const std::string& name) {
  return find(name) != nullptr;
}

void Fields::fault(const std::string& field, const std::string& rule) {
  faults_.push_back("field `" + field + "` " + rule);
}

std::string Fields::text(const std::string& name) {
  if (!has(name)) fault(name, "is missing");
  return text_or(name, {});
}

std::string Fields::text_or(const std::string& name, std::string otherwise) {
  const Json* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_string()) return value->get<std::string>();
  fault(name, "must be a string");
  return otherwise;
}

std::string Fields::checked_word(const std::string& name, std::string value) {
  if (value.empty()) fault(name, "must not be empty");
  if (has_nul(value)) fault(name, "must not contain a NUL byte");
  return value;
}

std::string Fields::word(const std::string& name) {
  if (!has(name)) {
    fault(name, "is missing");
    return {};
  }
  return checked_word(name, text_or(name, "-"));
}

std::string Fields::word_or(const std::string& name, const std::string& otherwise) {
  return has(name) ? checked_word(name, text_or(name, otherwise)) : otherwise;
}

std::string Fields::path(const std::string& name) {
  const std::string value = text(name);
  if (has(name) && (!is_plain_path(value) || has_nul(value)))
    fault(name, "must be an absolute path without `.`, `..`, doubled or trailing slashes");
  return value;
}

std::optional<bool> Fields::maybe_flag(const std::string& name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  fault(name, "must be true or false");
  return std::nullopt;
}

bool Fields::flag_or(const std::string& name, bool otherwise) {
  return maybe_flag(name).value_or(otherwise);
}

int64_t Fields::integer(const std::string& name, int64_t least, int64_t most) {
  if (!has(name)) fault(name, "is missing");
  return integer_or(name, least, most, least);
}

int64_t Fields::integer_or(const std::string& name, int64_t least, int64_t most,
                           int64_t otherwise) {
  const Json* value = find(name);
  if (value == nullptr) return otherwise;
  // An unsigned number beyond the signed range would turn negative when read as signed.
  const bool readable =
      value->is_number_integer() &&
      (!value->is_number_unsigned() || value->get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX));
  if (readable && value->get<int64_t>() >= least && value->get<int64_t>() <= most)
    return value->get<int64_t>();
  fault(name, "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
  return otherwise;
}

std::vector<std::string> Fields::words_or_none(const std::string& name) {
  const Json* value = find(name);
  if (value == nullptr) return {};
  std::vector<std::string> words;
  if (value->is_array())
    for (const Json& element : *value) {
      if (!element.is_string() || has_nul(element.get_ref<const std::string&>())) break;
      words.push_back(element.get<std::string>());
    }
  if (!value->is_array() || words.size() != value->size())
    fault(name, "must be a list of strings without NUL bytes");
  return words;
}

std::vector<std::string> Fields::words(const std::string& name) {
  std::vector<std::string> words = words_or_none(name);
  if (!has(name)) fault(name, "is missing");
  if (has(name) && (words.empty() || words.front().empty()))
    fault(name, "must have at least one element, and the first must not be empty");
  return words;
}

unsigned Fields::mode_or(const std::string& name, unsigned otherwise) {
  if (!has(name)) return otherwise;
  const std::string value = text_or(name, "0");
  const bool octal = !value.empty() && value.size() <= 4 &&
                     std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '7'; });
  if (octal) return static_cast<unsigned>(std::stoul(value, nullptr, 8));
  fault(name, "must be 1 to 4 octal digits, such as \"0644\"");
  return otherwise;
}

std::string Fields::content() {
  const bool plain = has("content");
  const bool encoded = has("content_base64");
  if (plain == encoded) {
    fault("content", "or `content_base64` must be given, and not both");
    return {};
  }
  if (plain) return text("content");
  const std::optional<std::string> decoded = decode_base64(text("content_base64"));
  if (!decoded) fault("content_base64", "must be base64 with padding");
  return decoded.value_or(std::string());
}

const Json& Fields::raw(const std::string& name) {
  static const Json null;
  const Json* value = find(name);
  return value == nullptr ? null : *value;
}

std::vector<std::string> Fields::faults() const {
  std::vector<std::string> all = faults_;
  for (const auto& field : object_.items())
    if (!known_.contains(field.key())) all.push_back("field `" + field.key() + "` is unknown");
  return all;
}

bool is_plain_name(const std::string& name, const std::string& others, size_t most) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= most && name.front() != '-' && name.front() != '.' &&
         std::ranges::all_of(
             name, [&](char c) { return alphanumeric(c) || others.find(c) != std::string::npos; });
}

std::optional<std::string> decode_base64(const std::string& text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    uint32_t group = 0;
    for (int k = 0; k < 4; ++k) {
      const int value =
          k >= 4 - padding ? 0 : base64_value(static_cast<unsigned char>(text[i + k]));
      if (value < 0) return std::nullopt;
      group = group << 6 | static_cast<uint32_t>(value);
    }
    for (int k = 0; k < 3 - padding; ++k) bytes.push_back(static_cast<char>(group >> (16 - 8 * k)));
  }
  return bytes;
}

}  // namespace ashlar::node
