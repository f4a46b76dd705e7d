#include "cli/spec_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <iterator>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

constexpr const char* kList = "clusters";
constexpr const char* kShared = "targetClusters";

std::shared_ptr<const SourceText> source_of(const std::string& name, std::string_view text) {
  auto source = std::make_shared<SourceText>();
  source->name = name;
  size_t at = 0;
  while (at <= text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    source->lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return source;
}

std::string quoted_line(const SourceText& source, int line, const Style& style) {
  if (line < 1 || line > static_cast<int>(source.lines.size())) return {};
  const auto room = static_cast<size_t>(std::max(20, style.width - 9));
  std::string text = source.lines[static_cast<size_t>(line) - 1];
  // What stands there may be a password that is wrong in some way.
  if (text.find("assword") != text.npos || text.find("ecret") != text.npos) return {};
  return style.faint(fmt::format("  {:>4} | {}", line, shorten(text, room))) + "\n";
}

std::string fault_text(const SourceText& source, int line, std::string_view path,
                       std::string_view message, const Style& style) {
  std::string where = source.name;
  if (line > 0) where += fmt::format(":{}", line);
  std::string text = style.bold(where + ":") + " ";
  if (!path.empty()) text += fmt::format("{}: ", path);
  return text + fmt::format("{}\n", message) + quoted_line(source, line, style);
}

[[noreturn]] void refuse(const SourceText& source, int line, std::string_view path,
                         std::string_view message) {
  std::string text = fault_text(source, line, path, message, Style{});
  text.pop_back();
  throw Error(ErrorCode::kInvalidInput, std::move(text));
}

/// "line 3, column 7: why" -> 3
int line_in(std::string_view message) {
  int line = 0;
  if (message.starts_with("line "))
    std::from_chars(message.data() + 5, message.data() + message.size(), line);
  return line;
}

class Reader {
 public:
  Reader(std::shared_ptr<const SourceText> source, std::shared_ptr<const YamlDocument> document,
         std::filesystem::path base, SpecFiles& into)
      : source_(std::move(source)),
        document_(std::move(document)),
        base_(std::move(base)),
        into_(into) {}

  void read() {
    const Json& value = document_->value;
    if (!value.is_object()) fault("", "a spec is a mapping that begins with 'kind: redis'");
    const std::string kind = text_of(value, "kind");
    if (kind.empty())
      fault("kind", "is missing; write which kind of infrastructure this is: 'kind: redis'");
    if (!value.contains(kList)) {
      Json spec = value;
      spec.erase("kind");
      add(kind, std::move(spec), "");
      return;
    }
    if (!value[kList].is_array() || value[kList].empty())
      fault(kList, "must be a list of at least one cluster");
    for (const auto& [key, unused] : value.items())
      if (key != "kind" && key != kList && key != kShared)
        fault(key,
              fmt::format("does not belong beside '{}'; there are kind and {}", kList, kShared));
    for (size_t i = 0; i < value[kList].size(); ++i) {
      const std::string at = fmt::format("{}[{}]", kList, i);
      Json spec = value[kList][i];
      if (!spec.is_object()) fault(at, "must be a mapping");
      if (value.contains(kShared) && !spec.contains(kShared)) spec[kShared] = value[kShared];
      add(kind, std::move(spec), at + ".");
    }
  }

 private:
  [[noreturn]] void fault(const std::string& path, std::string_view message) const {
    refuse(*source_, document_->line_of(path), path, message);
  }

  void add(const std::string& kind, Json spec, const std::string& prefix) {
    resolve_password(spec, prefix);
    into_.entries.push_back({kind, std::move(spec), source_, document_, prefix});
  }

  void resolve_password(Json& spec, const std::string& prefix) {
    constexpr const char* kKey = "systemPassword";
    const auto found = spec.find(kKey);
    if (found == spec.end() || found->is_null()) return;
    const std::string path = prefix + kKey;
    if (found->is_string()) {
      register_secret(found->get<std::string>());
      into_.warnings.push_back(fmt::format(
          "{}:{}: {} stands here in plain text; better is '{}: {{file: PATH}}', or leaving it out: "
          "then one is generated",
          source_->name, document_->line_of(path), path, kKey));
      return;
    }
    const std::string file = found->is_object() ? text_of(*found, "file") : "";
    if (file.empty() || found->size() != 1)
      fault(path, "must be {file: PATH}, naming the file whose first line is the password");
    std::string password;
    try {
      password = read_file(base_ / file);
    } catch (const Error& error) {
      fault(path + ".file", error.message());
    }
    password = password.substr(0, password.find_first_of("\r\n"));
    if (password.empty()) fault(path + ".file", fmt::format("the first line of {} is empty", file));
    register_secret(password);
    *found = password;
  }

  std::shared_ptr<const SourceText> source_;
  std::shared_ptr<const YamlDocument> document_;
  std::filesystem::path base_;
  SpecFiles& into_;
};

}  // namespace

SpecFiles parse_specs(const std::string& name, std::string_view text,
                      const std::filesystem::path& base) {
  const auto source = source_of(name, text);
  auto documents = parse_yaml(text);
  if (!documents) {
    const std::string& message = documents.error().message();
    const int line = line_in(message);
    refuse(*source, line, "", line > 0 ? message.substr(message.find(": ") + 2) : message);
  }
  SpecFiles files;
  for (YamlDocument& document : *documents) {
    if (document.value.is_null()) continue;  // the empty document after a closing '---'
    Reader(source, std::make_shared<YamlDocument>(std::move(document)), base, files).read();
  }
  if (files.entries.empty()) refuse(*source, 0, "", "holds no spec");
  return files;
}

SpecFiles load_specs(const std::vector<std::string>& names) {
  SpecFiles all;
  for (const std::string& name : names) {
    SpecFiles files;
    if (name == "-") {
      const std::string text(std::istreambuf_iterator<char>(std::cin), {});
      files = parse_specs("standard input", text, ".");
    } else {
      files = parse_specs(name, read_file(name), std::filesystem::path(name).parent_path());
    }
    std::ranges::move(files.entries, std::back_inserter(all.entries));
    std::ranges::move(files.warnings, std::back_inserter(all.warnings));
  }
  return all;
}

namespace {

/// Splits `clusters[2].region` into 2 and `region`; false when the path does not begin so.
bool split_index(std::string_view path, size_t& index, std::string_view& rest) {
  constexpr std::string_view kBegin = "clusters[";
  if (!path.starts_with(kBegin)) return false;
  const char* const end = path.data() + path.size();
  const auto [at, error] = std::from_chars(path.data() + kBegin.size(), end, index);
  if (error != std::errc{} || at == end || *at != ']') return false;
  rest = path.substr(static_cast<size_t>(at - path.data()) + 1);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  return true;
}

}  // namespace

std::string render_faults(const std::vector<FieldError>& faults,
                          const std::vector<SpecEntry>& entries, const Style& style) {
  std::string text;
  for (const FieldError& fault : faults) {
    size_t index = 0;
    std::string_view rest = fault.path;
    if (!split_index(fault.path, index, rest) && entries.size() != 1) index = entries.size();
    if (index >= entries.size()) {
      text += fmt::format("{}: {}\n", fault.path, fault.message);
      continue;
    }
    const SpecEntry& entry = entries[index];
    const std::string path = entry.prefix + std::string(rest);
    text += fault_text(*entry.source, entry.document->line_of(path), path, fault.message, style);
  }
  return text;
}

}  // namespace ashlar::cli
