#pragma once
// Serves a fixed set of files that the program carries in itself: a web console. Paths are looked
// up whole, so no path can lead anywhere else.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace ashlar::http {

/// One file in every form in which it can be sent. What the views show must outlive every use.
struct File {
  std::string_view path;  // "/assets/index-4f1c.js"
  std::string_view hash;  // of the content: the ETag
  std::string_view plain;
  std::string_view gzip;    // empty: not worth it
  std::string_view brotli;  // empty: not worth it
};

/// How the client wants it: q-values of Accept-Encoding are heeded, and among equals the smaller
/// form is sent. Pure.
enum class Coding { kPlain, kGzip, kBrotli };
Coding choose_coding(std::string_view accept_encoding, const File& file);

struct FilesOptions {
  /// Sent for a path that is no file when the client asks for a page (Accept: text/html), since a
  /// console's own routes are known to its scripts only.
  std::string page = "/index.html";
  /// Files below it have names that change with their content, and are kept for ever.
  std::string immutable_below = "/assets/";
  /// Of every answer, refusals included.
  Headers headers;
};

/// Thread-safe.
class Files {
 public:
  Files(std::span<const File> files, FilesOptions options);

  /// Answers GET and HEAD (405 for others): 200, 304 when the client has it, or 404.
  Response answer(const Request& request) const;
  bool empty() const { return files_.empty(); }

 private:
  const File* find(const Request& request) const;
  Response refusal(int status, const Request& request, const std::string& text) const;
  Response send(const File& file, const Request& request) const;

  std::map<std::string_view, const File*> files_;
  FilesOptions options_;
};

/// By the ending of its name, as browsers want it; application/octet-stream for others.
std::string_view content_type_of(std::string_view path);

}  // namespace ashlar::http
