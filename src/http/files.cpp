#include "http/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text.hpp"

namespace ashlar::http {
namespace {

/// The parts of a list header, without what stands around them.
std::vector<std::string_view> parts_of(std::string_view list, char separator) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const size_t end = std::min(list.find(separator), list.size());
    if (const auto part = trimmed(list.substr(0, end)); !part.empty()) parts.push_back(part);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

bool same_word(std::string_view a, std::string_view b) {
  return !NoCaseLess{}(a, b) && !NoCaseLess{}(b, a);
}

/// "br;q=0.5" as its word and its weight, which is 1 unless it says otherwise.
struct Weighed {
  std::string_view word;
  double weight = 1;
};
Weighed weigh(std::string_view part) {
  const auto pieces = parts_of(part, ';');
  Weighed weighed{pieces.empty() ? std::string_view() : pieces.front()};
  for (size_t i = 1; i < pieces.size(); ++i) {
    if (!pieces[i].starts_with("q=") && !pieces[i].starts_with("Q=")) continue;
    const std::string_view number = pieces[i].substr(2);
    if (std::from_chars(number.data(), number.data() + number.size(), weighed.weight).ec !=
        std::errc{})
      weighed.weight = 0;
  }
  return weighed;
}

/// The weight of a word in a list; what `*` says when the list does not name it; else `otherwise`.
double weight_of(std::string_view list, std::string_view word, double otherwise) {
  double weight = otherwise;
  for (const std::string_view part : parts_of(list, ',')) {
    const Weighed weighed = weigh(part);
    if (same_word(weighed.word, word)) return weighed.weight;
    if (weighed.word == "*") weight = weighed.weight;
  }
  return weight;
}

std::string_view name_of(Coding coding) {
  return coding == Coding::kBrotli ? "br" : coding == Coding::kGzip ? "gzip" : "";
}

std::string_view content_of(const File& file, Coding coding) {
  return coding == Coding::kBrotli ? file.brotli : coding == Coding::kGzip ? file.gzip : file.plain;
}

/// Each form has a tag of its own, as its bytes differ.
std::string etag_of(const File& file, Coding coding) {
  const std::string_view name = name_of(coding);
  return fmt::format("\"{}{}{}\"", file.hash, name.empty() ? "" : "-", name);
}

bool client_has(const Request& request, const std::string& etag) {
  const std::string header = request.header("If-None-Match").value_or("");
  return std::ranges::any_of(parts_of(header, ','), [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

bool asks_for_a_page(const Request& request) {
  const std::string header = request.header("Accept").value_or("");
  return std::ranges::any_of(parts_of(header, ','), [](std::string_view part) {
    const Weighed weighed = weigh(part);
    return same_word(weighed.word, "text/html") && weighed.weight > 0;
  });
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding, const File& file) {
  Coding best = Coding::kPlain;
  double best_weight = 0;
  for (const Coding coding : {Coding::kBrotli, Coding::kGzip}) {
    if (content_of(file, coding).empty()) continue;
    const double weight = weight_of(accept_encoding, name_of(coding), 0);
    if (weight > best_weight) {
      best = coding;
      best_weight = weight;
    }
  }
  // Saying nothing of the plain form means that it will do, not that it is preferred.
  const double plain = weight_of(accept_encoding, "identity", 0);
  return plain > best_weight ? Coding::kPlain : best;
}

std::string_view content_type_of(std::string_view path) {
  struct Type {
    std::string_view ending;
    std::string_view type;
  };
  static constexpr std::array<Type, 13> kTypes{{{".html", "text/html; charset=utf-8"},
                                                {".js", "text/javascript; charset=utf-8"},
                                                {".css", "text/css; charset=utf-8"},
                                                {".json", "application/json"},
                                                {".svg", "image/svg+xml"},
                                                {".png", "image/png"},
                                                {".ico", "image/x-icon"},
                                                {".webp", "image/webp"},
                                                {".woff2", "font/woff2"},
                                                {".woff", "font/woff"},
                                                {".ttf", "font/ttf"},
                                                {".txt", "text/plain; charset=utf-8"},
                                                {".webmanifest", "application/manifest+json"}}};
  const auto found =
      std::ranges::find_if(kTypes, [&](const Type& type) { return path.ends_with(type.ending); });
  return found == kTypes.end() ? "application/octet-stream" : found->type;
}

Files::Files(std::span<const File> files, FilesOptions options) : options_(std::move(options)) {
  for (const File& file : files) files_.emplace(file.path, &file);
}

Response Files::answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = refusal(405, request, "only GET and HEAD are possible here");
    response.headers["Allow"] = "GET, HEAD";
    return response;
  }
  const File* const file = find(request);
  if (file == nullptr) return refusal(404, request, "there is nothing at " + request.path);
  return send(*file, request);
}

const File* Files::find(const Request& request) const {
  const auto named = [&](std::string_view path) {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : found->second;
  };
  if (request.path == "/") return named(options_.page);
  if (const File* const file = named(request.path)) return file;
  // A page in the place of a script that is gone would only be a riddle.
  if (request.path.starts_with(options_.immutable_below)) return nullptr;
  return asks_for_a_page(request) ? named(options_.page) : nullptr;
}

Response Files::refusal(int status, const Request& request, const std::string& text) const {
  Response response = Response::problem(status, text, request.id);
  response.headers.insert(options_.headers.begin(), options_.headers.end());
  response.headers["Cache-Control"] = "no-store";
  return response;
}

Response Files::send(const File& file, const Request& request) const {
  const Coding coding = choose_coding(request.header("Accept-Encoding").value_or(""), file);
  const std::string etag = etag_of(file, coding);
  Response response;
  response.headers = options_.headers;
  response.headers["ETag"] = etag;
  response.headers["Vary"] = "Accept-Encoding";
  response.headers["Cache-Control"] = file.path.starts_with(options_.immutable_below)
                                          ? "public, max-age=31536000, immutable"
                                          : "no-cache";
  if (client_has(request, etag)) {
    response.status = 304;
    return response;
  }
  response.headers["Content-Type"] = content_type_of(file.path);
  if (coding != Coding::kPlain) response.headers["Content-Encoding"] = name_of(coding);
  response.body = content_of(file, coding);
  return response;
}

}  // namespace ashlar::http
