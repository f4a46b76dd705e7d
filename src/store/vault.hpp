#pragma once
// Encryption of stored secrets: XChaCha20-Poly1305 under one key per data directory. Internal to
// the store.

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace ashlar::store {

/// Where a secret belongs. Bound into its ciphertext, so that a row that is moved or copied to
/// another owner does not open.
struct SecretPlace {
  std::string_view organization_id;
  std::string_view owner;
  std::string_view name;
};

/// Thread-safe after construction.
class Vault {
 public:
  /// Reads the key file, or makes one. `known_key` is the fingerprint that the database remembers,
  /// empty for a new one. Throws Error(kForbidden) when others may read the file, Error(kConflict)
  /// when it is missing or another one than the database's.
  Vault(const std::filesystem::path& key_file, std::string_view known_key);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Names the key without revealing it.
  std::string fingerprint() const;

  /// Random nonce and ciphertext, as base64.
  std::string seal(const SecretPlace& place, const Secret& value) const;
  /// Throws Error(kInternal) when the text was changed or belongs to another place. Both functions
  /// register the value with redact().
  Secret open(const SecretPlace& place, const std::string& sealed) const;

 private:
  static constexpr size_t kKeyBytes = 32;
  std::array<unsigned char, kKeyBytes> key_{};
};

/// SHA-256 as lower-case hexadecimal: what is stored of an API token.
std::string token_hash(const Secret& token);

}  // namespace ashlar::store
