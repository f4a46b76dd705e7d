#include "base/id.hpp"

#include <sodium.h>

#include <array>
#include <chrono>
#include <cstdint>

namespace ashlar {

std::string new_id(std::string_view prefix) {
  static constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const auto millis = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                std::chrono::system_clock::now().time_since_epoch())
                                                .count());
  std::string text(26, '0');
  uint64_t rest = millis;
  for (size_t i = 10; i-- > 0; rest >>= 5) text[i] = kAlphabet[rest & 31];
  std::array<unsigned char, 16> random{};
  randombytes_buf(random.data(), random.size());
  for (size_t i = 0; i < 16; ++i) text[10 + i] = kAlphabet[random[i] & 31];
  return std::string(prefix) + "_" + text;
}

std::string random_hex(size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string hex(bytes * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(raw.data()), bytes);
  hex.pop_back();
  return hex;
}

}  // namespace ashlar
