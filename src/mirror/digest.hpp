#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace ashlar::mirror {

/// SHA-512 of what is added piece by piece.
class Sha512 {
 public:
  /// Throws Error(kInternal) when the library has no memory left.
  Sha512();

  void add(std::string_view bytes);
  /// Of all that was added so far, as 128 digits of 0-9 and a-f; more may be added afterwards.
  std::string so_far() const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace ashlar::mirror
