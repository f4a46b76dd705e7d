#include "base/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

#include "base/text.hpp"

namespace ashlar {
namespace {

[[noreturn]] void refuse(const YAML::Mark& mark, std::string_view why) {
  throw Error(ErrorCode::kInvalidInput,
              fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, why));
}

Json scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const end = text.data() + text.size();
  long long integer = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, integer);
      error == std::errc{} && at == end)
    return integer;
  double number = 0;
  // "inf" and "nan" are words here: from_chars would take them, JSON cannot hold them.
  if (text.find_first_not_of("+-.0123456789eE") == std::string::npos) {
    if (const auto [at, error] = std::from_chars(text.data(), end, number);
        error == std::errc{} && at == end)
      return number;
  }
  return text;
}

// Builds JSON straight from the parser's events: the library's own node graph would resolve
// aliases and lose duplicate keys.
class Builder final : public YAML::EventHandler {
 public:
  std::vector<YamlDocument> documents;

  void OnDocumentStart(const YAML::Mark& mark) override {
    // A token that no rule of the parser takes (a comma outside of brackets) starts one empty
    // document after another, without end.
    if (!documents.empty() && mark.pos <= document_start_) refuse(mark, "unexpected character");
    document_start_ = mark.pos;
    documents.emplace_back();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, nullptr); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not supported; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    if (!stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key) {
      take_key(mark, text);
      return;
    }
    add(mark, tag == "!" ? Json(text) : scalar(text));  // "!" is the tag of quoted scalars
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, Json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Json value;
    std::string path;
    std::string key;
    bool has_key = false;
  };

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Level& top = stack_.back();
    if (top.value.contains(key)) refuse(mark, fmt::format("the key '{}' is given twice", key));
    top.key = key;
    top.has_key = true;
  }

  std::string child_path() const {
    if (stack_.empty()) return {};
    const Level& top = stack_.back();
    if (top.value.is_array()) return fmt::format("{}[{}]", top.path, top.value.size());
    return top.path.empty() ? top.key : top.path + "." + top.key;
  }

  void add(const YAML::Mark& mark, Json value) {
    require_key(mark);
    documents.back().lines[child_path()] = mark.line + 1;
    place(std::move(value));
  }

  void open(const YAML::Mark& mark, Json empty) {
    require_key(mark);
    if (stack_.size() >= 64) refuse(mark, "nested deeper than 64 levels");
    std::string path = child_path();
    documents.back().lines[path] = mark.line + 1;
    stack_.push_back({std::move(empty), std::move(path), {}, false});
  }

  void require_key(const YAML::Mark& mark) const {
    if (!stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key)
      refuse(mark, "a key must be a plain word");
  }

  void close() {
    Json done = std::move(stack_.back().value);
    stack_.pop_back();
    place(std::move(done));
  }

  void place(Json value) {
    if (stack_.empty()) {
      documents.back().value = std::move(value);
    } else if (Level& top = stack_.back(); top.value.is_array()) {
      top.value.push_back(std::move(value));
    } else {
      top.value[top.key] = std::move(value);
      top.has_key = false;
    }
  }

  std::vector<Level> stack_;
  int document_start_ = 0;
};

}  // namespace

int YamlDocument::line_of(std::string_view path) const {
  std::string at(path);
  while (true) {
    if (const auto found = lines.find(at); found != lines.end()) return found->second;
    const size_t cut = at.find_last_of(".[");
    if (cut == std::string::npos) break;
    at.resize(cut);
  }
  const auto root = lines.find("");
  return root == lines.end() ? 0 : root->second;
}

namespace {

/// What the library would read as something else, or as the end.
void refuse_unreadable(std::string_view text) {
  int line = 1;
  while (true) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    const auto refuse_line = [&](std::string_view why) {
      throw Error(ErrorCode::kInvalidInput, fmt::format("line {}, column 1: {}", line, why));
    };
    if (!is_utf8(one)) refuse_line("this line is not UTF-8");
    for (const char c : one)
      if (c != '\t' && c != '\r' && control_character_in({&c, 1}))
        refuse_line("this line holds a control character");
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
    ++line;
  }
}

}  // namespace

Result<std::vector<YamlDocument>> parse_yaml(std::string_view text) {
  Builder builder;
  try {
    refuse_unreadable(text);
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Error& error) {
    return std::unexpected(error);
  } catch (const YAML::Exception& error) {
    return std::unexpected(
        Error(ErrorCode::kInvalidInput, fmt::format("line {}, column {}: {}", error.mark.line + 1,
                                                    error.mark.column + 1, error.msg)));
  }
  return std::move(builder.documents);
}

}  // namespace ashlar
