#include "http/client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "base/certificate.hpp"
#include "base/file.hpp"

namespace ashlar::http {
namespace {

constexpr size_t kMostBodyBytes = 256u << 20;
constexpr size_t kMostIdleHandles = 64;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

/// Where one exchange's answer goes.
struct Exchange {
  CURL* handle = nullptr;
  ClientResponse response;
  const std::function<bool(std::string_view)>* on_bytes = nullptr;
  const std::function<bool(const ClientResponse&)>* on_head = nullptr;  // until it was told
  const std::function<bool()>* while_waiting = nullptr;
  bool stopped = false;  // by the caller's on_bytes
  bool too_large = false;
  std::exception_ptr thrown;  // by on_bytes; must not pass through C code
};

size_t on_header(char* bytes, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {
    exchange.response.headers.clear();  // a final answer follows an interim one (100 Continue)
    return line.size();
  }
  const auto full_size = line.size();
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const auto colon = line.find(':');
  if (colon == line.npos) return full_size;
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  auto& stored = exchange.response.headers[std::string(line.substr(0, colon))];
  stored = stored.empty() ? std::string(value) : stored + ", " + std::string(value);
  return full_size;
}

/// False to stop.
bool hand_on(Exchange& exchange, long status, std::string_view piece) {
  if (const auto* on_head = std::exchange(exchange.on_head, nullptr)) {
    exchange.response.status = static_cast<int>(status);
    if (!(*on_head)(exchange.response)) return false;
  }
  return (*exchange.on_bytes)(piece);
}

size_t on_body(char* bytes, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view piece(bytes, size * count);
  if (exchange.on_bytes) {
    long status = 0;
    curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status < 400) {
      try {
        exchange.stopped = !hand_on(exchange, status, piece);
      } catch (...) {
        exchange.thrown = std::current_exception();
        exchange.stopped = true;
      }
      return exchange.stopped ? CURL_WRITEFUNC_ERROR : piece.size();
    }
  }
  if (exchange.response.body.size() + piece.size() > kMostBodyBytes) {
    exchange.too_large = true;
    return CURL_WRITEFUNC_ERROR;
  }
  exchange.response.body += piece;
  return piece.size();
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  try {
    if (!(*exchange.while_waiting)()) exchange.stopped = true;
  } catch (...) {
    exchange.thrown = std::current_exception();
    exchange.stopped = true;
  }
  return exchange.stopped ? 1 : 0;
}

/// Loopback is never asked for through a proxy, whatever the environment says.
const std::string& hosts_without_proxy() {
  static const std::string hosts = [] {
    const char* given = std::getenv("no_proxy");
    if (!given) given = std::getenv("NO_PROXY");
    std::string list = given ? given : "";
    if (!list.empty()) list += ',';
    return list + "localhost,127.0.0.1,::1";
  }();
  return hosts;
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

bool repeatable(const std::string& method) {
  return method != "POST" && method != "PATCH";
}

std::string shown(const ClientRequest& request) {
  return fmt::format("{} {}", request.method, shown_url(request.url));
}

void check_header(const std::string& name, const std::string& value) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  if (name.empty() || name.find_first_of(kBreaks) != name.npos ||
      value.find_first_of(kBreaks) != value.npos) {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the header {} has no name or a line break", name));
  }
}

List header_list(const ClientRequest& request) {
  curl_slist* list = nullptr;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (!longer) throw std::bad_alloc();
    list = longer;
  };
  List guard;
  append("Expect:");  // no waiting for 100 Continue
  guard.reset(list);
  for (const auto& [name, value] : request.headers) {
    check_header(name, value);
    (void)guard.release();
    append(value.empty() ? name + ";" : name + ": " + value);
    guard.reset(list);
  }
  return guard;
}

void prepare(CURL* handle, const ClientOptions& options, const ClientRequest& request,
             curl_slist* headers, Exchange& exchange, char* error_text) {
  curl_easy_reset(handle);  // keeps connections, DNS answers and TLS sessions
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, request.most_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, static_cast<long>(request.most_redirects));
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.authorities_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options.authorities_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_NOPROXY, hosts_without_proxy().c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "ashlar");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.stall_timeout.count() > 0) {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(
        handle, CURLOPT_LOW_SPEED_TIME,
        static_cast<long>(std::max<Millis::rep>(request.stall_timeout.count() / 1'000, 1)));
  }
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  if (request.while_waiting) {
    exchange.while_waiting = &request.while_waiting;
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  }
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else {
    if (!request.body.empty() || !repeatable(request.method) || request.method == "PUT") {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  // When a kept connection turns out to be dead, libcurl silently sends the request again on a new
  // one. The peer may have acted on the first, so what must not happen twice gets a new connection.
  if (!repeatable(request.method)) curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
}

[[noreturn]] void fail(CURL* handle, CURLcode code, const ClientRequest& request,
                       const Exchange& exchange, const char* error_text) {
  const std::string reason = *error_text ? error_text : curl_easy_strerror(code);
  long sent = 0;
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent);
  const auto what = shown(request);
  if (exchange.too_large) {
    throw Error(ErrorCode::kTimeout,
                fmt::format("{}: the answer is larger than {} bytes", what, kMostBodyBytes));
  }
  if (request.most_redirects > 0 &&
      (code == CURLE_TOO_MANY_REDIRECTS || (code == CURLE_UNSUPPORTED_PROTOCOL && sent > 0))) {
    throw Error(
        ErrorCode::kInvalidInput,
        fmt::format("{}: it leads on to an address that is not https://, or to too many", what),
        "give the https:// address where it is in the end");
  }
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    throw Error(ErrorCode::kInvalidInput, fmt::format("{}: {}", what, reason),
                "give an http:// or https:// URL");
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    throw Error(ErrorCode::kUntrusted,
                fmt::format("{}: the certificate does not prove the host: {}", what, reason),
                "check the URL and this machine's CA certificates and clock");
  }
  if (sent == 0) {
    throw Error(ErrorCode::kUnavailable, fmt::format("{}: no connection: {}", what, reason),
                "check the address, the network and whether the server runs");
  }
  throw Error(ErrorCode::kTimeout,
              fmt::format("{}: the request was sent and no whole answer came: {}", what, reason));
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::string shown_url(const std::string& given) {
  // Where its parts cannot be told apart, neither can a password.
  if (given.find('@') != given.npos && !is_http_url(given)) return "an address that cannot be read";
  std::string url = given.substr(0, given.find_first_of("?#"));
  const auto scheme = url.find("://");
  const auto authority = scheme == url.npos ? 0 : scheme + 3;
  const auto at = url.rfind('@', url.find('/', authority));
  if (at != url.npos && at >= authority) url.erase(authority, at + 1 - authority);
  return url;
}

bool is_http_url(const std::string& text) {
  if (text.find('\0') != text.npos) return false;
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return false;
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  return (scheme == "http" || scheme == "https") && !part_of(url.get(), CURLUPART_HOST).empty();
}

/// libcurl's handles are used by one thread at a time, and each keeps its own connections; the last
/// one used is taken first, so a single caller always meets a warm connection.
struct Client::Impl {
  const ClientOptions options;
  std::mutex mutex;
  std::vector<Handle> idle;

  Handle take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Handle handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    Handle handle(curl_easy_init());
    if (!handle) throw Error(ErrorCode::kInternal, "libcurl could not be started");
    return handle;
  }

  void give_back(Handle handle) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kMostIdleHandles) idle.push_back(std::move(handle));
  }

  ClientResponse perform(const ClientRequest& request,
                         const std::function<bool(std::string_view)>* on_bytes) {
    const List headers = header_list(request);
    Handle handle = take();
    Exchange exchange{.handle = handle.get(), .on_bytes = on_bytes};
    if (request.on_head) exchange.on_head = &request.on_head;
    char error_text[CURL_ERROR_SIZE] = "";
    prepare(handle.get(), options, request, headers.get(), exchange, error_text);
    const CURLcode code = curl_easy_perform(handle.get());
    if (exchange.thrown) std::rethrow_exception(exchange.thrown);
    if (code != CURLE_OK && !exchange.stopped) {
      fail(handle.get(), code, request, exchange, error_text);
    }
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    if (code == CURLE_OK) give_back(std::move(handle));
    return std::move(exchange.response);
  }
};

namespace {

/// Read once now: a file that is missing or something else would fail each request, for a reason
/// that is hard to see.
ClientOptions checked(ClientOptions options) {
  if (options.authorities_file.empty()) return options;
  const std::string content = read_file(options.authorities_file);
  try {
    read_certificate(content);
  } catch (const Error&) {
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{} holds no certificate in PEM", options.authorities_file),
                "name the file of the authority that signed the other side's certificate");
  }
  return options;
}

}  // namespace

Client::Client(ClientOptions options) : impl_(new Impl{.options = checked(std::move(options))}) {
  start_curl();
}
Client::~Client() = default;

ClientResponse Client::send(const ClientRequest& request) {
  return impl_->perform(request, nullptr);
}

ClientResponse Client::stream(const ClientRequest& request,
                              const std::function<bool(std::string_view)>& on_bytes) {
  return impl_->perform(request, &on_bytes);
}

void SseParser::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' && after_return_) {
      after_return_ = false;
    } else if (c == '\n' || c == '\r') {
      after_return_ = c == '\r';
      const auto line = std::move(pending_);
      pending_.clear();
      take_line(line);
    } else {
      after_return_ = false;
      pending_ += c;
    }
  }
}

void SseParser::take_line(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  if (line.empty()) return dispatch();
  const auto colon = line.find(':');
  if (colon == 0) return;  // a comment, also used to keep the connection alive
  const auto field = line.substr(0, colon);
  auto value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    data_.append(value) += '\n';
  } else if (field == "event") {
    event_ = value;
  } else if (field == "id" && value.find('\0') == value.npos) {
    id_ = value;
  }
}

void SseParser::dispatch() {
  if (!data_.empty()) {
    data_.pop_back();
    on_event_(id_, event_.empty() ? "message" : event_, data_);
  }
  data_.clear();
  event_.clear();
}

}  // namespace ashlar::http
