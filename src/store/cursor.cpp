#include "store/cursor.hpp"

#include <sodium.h>

#include "base/error.hpp"

namespace ashlar::store {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

bool has_types(const Json& place, std::string_view types) {
  if (!place.is_array() || place.size() != types.size()) return false;
  for (size_t i = 0; i < types.size(); ++i) {
    const Json& member = place[i];
    const bool fits = types[i] == 's'   ? member.is_string()
                      : types[i] == 'i' ? member.is_number_integer()
                                        : member.is_number();
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::string to_opaque(const Json& place) {
  const std::string plain = dump(place);
  std::string text(sodium_base64_ENCODED_LEN(plain.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                    plain.size(), kVariant);
  text.pop_back();
  return text;
}

Json from_opaque(const std::string& cursor, std::string_view types) {
  std::string plain(cursor.size(), '\0');
  size_t size = 0;
  const int parsed =
      sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), cursor.data(),
                        cursor.size(), nullptr, &size, nullptr, kVariant);
  plain.resize(parsed == 0 ? size : 0);
  Result<Json> place = parse_json(plain);
  if (!place || !has_types(*place, types))
    throw Error(ErrorCode::kInvalidInput, "this is not a cursor of this listing and its order",
                "pass the `next` of the page before, or nothing for the first page");
  return std::move(*place);
}

}  // namespace ashlar::store
