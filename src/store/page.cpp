#include "store/page.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

namespace ashlar::store {

std::string to_cursor(const Position& position) {
  const std::string plain =
      fmt::format("{}:{}", position.created_at.time_since_epoch().count(), position.id);
  std::string text(
      sodium_base64_ENCODED_LEN(plain.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                    plain.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

Position from_cursor(const std::string& cursor) {
  std::string plain(cursor.size(), '\0');
  size_t size = 0;
  const int parsed = sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(),
                                       cursor.data(), cursor.size(), nullptr, &size, nullptr,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  plain.resize(parsed == 0 ? size : 0);
  long long millis = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), millis);
  const size_t colon = static_cast<size_t>(end - plain.data());
  if (error != std::errc{} || colon + 1 >= plain.size() || plain[colon] != ':')
    throw Error(ErrorCode::kInvalidInput, "this is not a cursor of a listing",
                "pass the `next` of the page before, or nothing for the first page");
  return {Time{Millis{millis}}, plain.substr(colon + 1)};
}

}  // namespace ashlar::store
