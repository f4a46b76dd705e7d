#include "pocketcloud/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar::pocketcloud {
namespace {

constexpr long kMostPerPage = 200;

long number(const http::Query& query, const std::string& name, long fallback, long most) {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  const std::string& text = found->second;
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) return fallback;
  return std::min(value, most);
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

PageRequest PageRequest::from(const http::Query& query) {
  return {number(query, "page", 1, 1'000'000'000), number(query, "per_page", 20, kMostPerPage)};
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
