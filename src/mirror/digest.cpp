#include "mirror/digest.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"

namespace ashlar::mirror {
namespace {

void check(int succeeded) {
  if (succeeded != 1) throw Error(ErrorCode::kInternal, "OpenSSL cannot compute a SHA-512");
}

}  // namespace

Sha512::Sha512() : context_(EVP_MD_CTX_new()) {
  check(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha512(), nullptr) : 0);
}

void Sha512::add(std::string_view bytes) {
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha512::so_far() const {
  const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
  std::array<unsigned char, 64> digest{};
  check(copy ? EVP_MD_CTX_copy_ex(copy.get(), context_.get()) : 0);
  check(EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr));
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace ashlar::mirror
