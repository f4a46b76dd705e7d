#include "pocketcloud/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace ashlar::pocketcloud {
namespace {

constexpr long kMostPerPage = 200;
/// No list is longer. The specification knows no last page, so what lies beyond is just empty.
constexpr long kLastPage = 1'000'000'000;

/// A whole number from 1; the largest for one that does not fit. Nothing for anything else.
std::optional<long> counting_number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  long value = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
  if (error != std::errc{}) return std::numeric_limits<long>::max();
  return value >= 1 ? std::optional(value) : std::nullopt;
}

std::optional<std::string> text_of(const http::Query& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

std::string escape(const std::string& text) {
  std::string escaped;
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
    escaped += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return escaped;
}

std::string link(const std::string& url, const http::Query& query, const PageRequest& request,
                 long page) {
  std::string link = fmt::format("{}?page={}&per_page={}", url, page, request.per_page);
  for (const auto& [name, value] : query) {
    if (name != "page" && name != "per_page") link += "&" + escape(name) + "=" + escape(value);
  }
  return link;
}

}  // namespace

Parsed<PageRequest> PageRequest::from(const http::Query& query) {
  PageRequest request;
  std::vector<FieldError> faults;
  if (const auto text = text_of(query, "page")) {
    const auto page = counting_number(*text);
    if (!page) faults.push_back({"page", "must be a whole number from 1"});
    request.page = std::min(page.value_or(1), kLastPage);
  }
  if (const auto text = text_of(query, "per_page")) {
    const auto size = counting_number(*text);
    if (!size || *size > kMostPerPage)
      faults.push_back(
          {"per_page", fmt::format("must be a whole number from 1 to {}", kMostPerPage)});
    request.per_page = size.value_or(request.per_page);
  }
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return request;
}

Json paginate(std::string_view key, const Json& all, const PageRequest& request,
              const std::string& url, const http::Query& query) {
  const long total = static_cast<long>(all.size());
  const long last = std::max(1L, (total + request.per_page - 1) / request.per_page);
  Json items = Json::array();
  const long begin = (request.page - 1) * request.per_page;
  for (long i = begin; i < std::min(total, begin + request.per_page); ++i) items.push_back(all[i]);

  Json pages = Json::object();
  if (request.page > 1) {
    pages["first"] = link(url, query, request, 1);
    pages["prev"] = link(url, query, request, std::min(request.page - 1, last));
  }
  if (request.page < last) {
    pages["next"] = link(url, query, request, request.page + 1);
    pages["last"] = link(url, query, request, last);
  }
  Json links = Json::object();
  if (!pages.empty()) links["pages"] = pages;
  return {{key, items}, {"links", links}, {"meta", {{"total", total}}}};
}

}  // namespace ashlar::pocketcloud
