#include "cli/spec_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/secret_file.hpp"
#include "cli/json_view.hpp"

namespace ashlar::cli {
namespace {

/// A request takes one megabyte; a file may hold several, and comments.
constexpr size_t kMostSpecBytes = 16u << 20;

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

/// Calls `body(value, path)` with each value at `field` of the spec, such as `users[].password`:
/// `[]` is every entry of a list. What is not there, or of another shape, is passed over.
template <class Body>
void for_each_at(Json& value, std::string_view field, const std::string& path, const Body& body) {
  if (!value.is_object()) return;
  const size_t dot = field.find('.');
  std::string_view name = field.substr(0, dot);
  const bool every = name.ends_with("[]");
  if (every) name.remove_suffix(2);
  const auto found = value.find(name);
  if (found == value.end() || found->is_null()) return;
  const std::string at = path + std::string(name);
  const auto go_on = [&](Json& one, const std::string& where) {
    if (dot == field.npos)
      body(one, where);
    else
      for_each_at(one, field.substr(dot + 1), where + ".", body);
  };
  if (!every) return go_on(*found, at);
  if (!found->is_array()) return;
  for (size_t i = 0; i < found->size(); ++i) go_on((*found)[i], fmt::format("{}[{}]", at, i));
}

class Reader {
 public:
  Reader(const SpecDocument& document, const Kinds& kinds, SpecFiles& into)
      : source_(document.source),
        document_(document.document),
        base_(document.base),
        kinds_(kinds),
        into_(into) {}

  void read() {
    const Json& value = document_->value;
    if (!value.is_object())
      fault("", fmt::format("a spec is a mapping that begins with 'kind: KIND', of which there "
                            "are: {}",
                            kinds_.names()));
    const KindView& kind = kind_of(value);
    if (!value.contains(kind.list)) {
      Json spec = value;
      spec.erase("kind");
      add(kind, std::move(spec), "");
      return;
    }
    read_list(kind, value);
  }

 private:
  [[noreturn]] void fault(const std::string& path, std::string_view message) const {
    refuse(*source_, document_->line_of(path), path, message);
  }

  const KindView& kind_of(const Json& value) const {
    const std::string name = text_of(value, "kind");
    if (name.empty())
      fault("kind",
            fmt::format("is missing; write which kind of infrastructure this is, one of: {}",
                        kinds_.names()));
    if (const KindView* kind = kinds_.find(name)) return *kind;
    fault("kind", fmt::format("there is no kind '{}'; there are: {}", name, kinds_.names()));
  }

  /// A request of the API: several specs, and what they share.
  void read_list(const KindView& kind, const Json& value) {
    const Json& list = value[kind.list];
    if (!list.is_array() || list.empty())
      fault(kind.list, fmt::format("must be a list of at least one {}", kind.item));
    for (const auto& [key, unused] : value.items())
      if (key != "kind" && key != kind.list &&
          std::ranges::find(kind.shared, key) == kind.shared.end())
        fault(key, fmt::format("does not belong beside '{}'; there are: {}", kind.list,
                               fmt::join(beside_list(kind), ", ")));
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", kind.list, i);
      Json spec = list[i];
      if (!spec.is_object()) fault(at, "must be a mapping");
      for (const std::string& member : kind.shared)
        if (value.contains(member) && !spec.contains(member)) spec[member] = value[member];
      add(kind, std::move(spec), at + ".");
    }
  }

  static std::vector<std::string> beside_list(const KindView& kind) {
    std::vector<std::string> names{"kind"};
    names.insert(names.end(), kind.shared.begin(), kind.shared.end());
    return names;
  }

  void add(const KindView& kind, Json spec, const std::string& prefix) {
    for (const std::string& field : kind.secret_fields)
      for_each_at(spec, field, prefix,
                  [this](Json& secret, const std::string& path) { resolve(secret, path); });
    into_.entries.push_back({kind.name, std::move(spec), source_, document_, prefix});
  }

  void resolve(Json& secret, const std::string& path) {
    if (secret.is_null()) return;
    if (secret.is_string()) {
      register_secret(secret.get<std::string>());
      into_.warnings.push_back(fmt::format(
          "{}:{}: {} stands here in plain text; better is '{}: {{file: PATH}}', or "
          "leaving it out: then one is generated",
          source_->name, document_->line_of(path), path, path.substr(path.rfind('.') + 1)));
      return;
    }
    const std::string file = secret.is_object() ? text_of(secret, "file") : "";
    if (file.empty() || secret.size() != 1)
      fault(path, "must be {file: PATH}, naming the file whose first line is the password");
    try {
      secret = read_secret_file(base_ / file).reveal();
    } catch (const Error& error) {
      fault(path + ".file", error.message());
    }
  }

  std::shared_ptr<const SourceText> source_;
  std::shared_ptr<const YamlDocument> document_;
  std::filesystem::path base_;
  const Kinds& kinds_;
  SpecFiles& into_;
};

}  // namespace

std::vector<SpecDocument> parse_documents(const std::string& name, std::string_view text,
                                          const std::filesystem::path& base) {
  const auto source = source_of(name, text);
  auto documents = parse_yaml(text);
  if (!documents) {
    const std::string& message = documents.error().message();
    const int line = line_in(message);
    refuse(*source, line, "", line > 0 ? message.substr(message.find(": ") + 2) : message);
  }
  std::vector<SpecDocument> found;
  for (YamlDocument& document : *documents) {
    if (document.value.is_null()) continue;  // the empty document after a closing '---'
    found.push_back({source, std::make_shared<YamlDocument>(std::move(document)), base});
  }
  if (found.empty()) refuse(*source, 0, "", "holds no spec");
  return found;
}

std::vector<SpecDocument> read_documents(const std::vector<std::string>& files) {
  std::vector<SpecDocument> all;
  for (const std::string& name : files)
    std::ranges::move(
        name == "-" ? parse_documents("standard input", read_standard_input(kMostSpecBytes), ".")
                    : parse_documents(name, read_file(name, kMostSpecBytes),
                                      std::filesystem::path(name).parent_path()),
        std::back_inserter(all));
  return all;
}

SpecFiles specs_in(const std::vector<SpecDocument>& documents, const Kinds& kinds) {
  SpecFiles files;
  for (const SpecDocument& document : documents) Reader(document, kinds, files).read();
  return files;
}

namespace {

/// Splits `[2].region` into 2 and `region`; false when the path does not begin so.
bool split_index(std::string_view path, size_t& index, std::string_view& rest) {
  if (!path.starts_with('[')) return false;
  const char* const end = path.data() + path.size();
  const auto [at, error] = std::from_chars(path.data() + 1, end, index);
  if (error != std::errc{} || at == end || *at != ']') return false;
  rest = path.substr(static_cast<size_t>(at - path.data()) + 1);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  return true;
}

}  // namespace

std::vector<FieldError> by_entry(std::vector<FieldError> faults, const std::string& list) {
  for (FieldError& fault : faults)
    if (fault.path.starts_with(list + "[")) fault.path.erase(0, list.size());
  return faults;
}

std::string place_of(const SpecEntry& entry, const std::string& field) {
  return fmt::format("{}:{}", entry.source->name, entry.document->line_of(entry.prefix + field));
}

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
