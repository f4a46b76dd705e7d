// Feeds arbitrary headers to what reads a browser's: coding, tags, accepted types, cookies, and
// what a proxy says. Whatever they are, the answer is one of the forms of a file, labelled as what
// it is.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/cookies.hpp"
#include "http/files.hpp"
#include "http/proxy.hpp"

namespace {

using namespace ashlar::http;

constexpr File kFiles[] = {{"/index.html", "h1", "page", "page in gzip", "page in brotli"},
                           {"/assets/a.js", "h2", "script", "script in gzip", ""}};

std::string_view next_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void must(bool holds) {
  if (!holds) std::abort();
}

void check_answer(const Response& response) {
  if (response.status == 304) return must(response.body.empty());
  if (response.status == 404) return must(!response.headers.contains("ETag"));
  must(response.status == 200);
  const auto coding = response.headers.find("Content-Encoding");
  const std::string form = coding == response.headers.end() ? ""
                           : coding->second == "br"         ? " in brotli"
                                                            : " in gzip";
  must(response.body == "page" + form || response.body == "script" + form);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Files files(kFiles, {});
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Request request;
  request.method = "GET";
  request.path = next_line(rest);
  request.peer = "127.0.0.1";
  for (const char* name : {"Accept", "Accept-Encoding", "If-None-Match", "Cookie",
                           "X-Forwarded-For", "X-Forwarded-Proto"})
    request.headers[name] = next_line(rest);
  check_answer(files.answer(request));
  for (const std::string& value : cookie_values(request.headers["Cookie"], "session"))
    must(value.find(';') == value.npos);
  must(!client_address(request).empty());
  came_over_tls(request);
  return 0;
}
