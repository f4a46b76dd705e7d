#include "store/vault.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/id.hpp"

namespace ashlar::store {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex_of(const unsigned char* bytes, size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

/// organization|owner|name, each with its length, so that no two places read the same.
std::string bound_data(const SecretPlace& place) {
  return fmt::format("{}:{}|{}:{}|{}:{}", place.organization_id.size(), place.organization_id,
                     place.owner.size(), place.owner, place.name.size(), place.name);
}

void refuse_shared_key(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return;  // reading it says why
  if ((status.st_mode & 0077) == 0 && status.st_uid == ::geteuid()) return;
  throw Error(ErrorCode::kForbidden,
              fmt::format("{} must be readable by its owner, the user that runs Ashlar, and nobody "
                          "else: it opens every stored secret",
                          file.string()),
              fmt::format("chown and chmod 600 {}; if others may have read it, replace the secrets",
                          file.string()));
}

std::string read_or_make_key(const std::filesystem::path& file, std::string_view known_key) {
  if (!std::filesystem::exists(file)) {
    if (!known_key.empty())
      throw Error(ErrorCode::kConflict,
                  fmt::format("{} is missing, but the database beside it was encrypted with it",
                              file.string()),
                  "restore the file from a backup of the data directory");
    write_file_atomically(file, random_hex(32) + "\n", 0600);
  }
  refuse_shared_key(file);
  return read_file(file);
}

}  // namespace

Vault::Vault(const std::filesystem::path& key_file, std::string_view known_key) {
  if (sodium_init() < 0) throw Error(ErrorCode::kInternal, "libsodium does not start");
  std::string hex = read_or_make_key(key_file, known_key);
  size_t size = 0;
  const int parsed =
      sodium_hex2bin(key_.data(), key_.size(), hex.data(), hex.size(), "\n", &size, nullptr);
  sodium_memzero(hex.data(), hex.size());
  if (parsed != 0 || size != key_.size())
    throw Error(ErrorCode::kConflict,
                fmt::format("{} does not hold 64 hexadecimal digits", key_file.string()),
                "restore the file from a backup of the data directory");
  if (!known_key.empty() && known_key != fingerprint())
    throw Error(ErrorCode::kConflict,
                fmt::format("{} is not the key with which the database beside it was encrypted",
                            key_file.string()),
                "restore both from the same backup");
}

Vault::~Vault() {
  sodium_memzero(key_.data(), key_.size());
}

std::string Vault::fingerprint() const {
  static constexpr std::string_view kPurpose = "ashlar: the name of this key";
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_of(kPurpose), kPurpose.size(), key_.data(),
                     key_.size());
  return hex_of(hash.data(), hash.size());
}

std::string Vault::seal(const SecretPlace& place, const Secret& value) const {
  register_secret(value.reveal());
  const std::string bound = bound_data(place);
  std::vector<unsigned char> sealed(kNonceBytes + value.reveal().size() + kTagBytes);
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      sealed.data() + kNonceBytes, nullptr, bytes_of(value.reveal()), value.reveal().size(),
      bytes_of(bound), bound.size(), nullptr, sealed.data(), key_.data());
  std::string text(sodium_base64_ENCODED_LEN(sealed.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), sealed.data(), sealed.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

Secret Vault::open(const SecretPlace& place, const std::string& sealed) const {
  const std::string bound = bound_data(place);
  std::vector<unsigned char> bytes(sealed.size());
  size_t size = 0;
  const int parsed = sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(),
                                       nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  const bool whole = parsed == 0 && size >= kNonceBytes + kTagBytes;
  std::string value(whole ? size - kNonceBytes - kTagBytes : 0, '\0');
  if (!whole || crypto_aead_xchacha20poly1305_ietf_decrypt(
                    reinterpret_cast<unsigned char*>(value.data()), nullptr, nullptr,
                    bytes.data() + kNonceBytes, size - kNonceBytes, bytes_of(bound), bound.size(),
                    bytes.data(), key_.data()) != 0)
    throw Error(ErrorCode::kInternal,
                fmt::format("stored secret \"{}\" of {} does not open: its row was changed",
                            place.name, place.owner),
                "restore the data directory from a backup");
  register_secret(value);
  return Secret(std::move(value));
}

std::string token_hash(const Secret& token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), bytes_of(token.reveal()), token.reveal().size());
  return hex_of(hash.data(), hash.size());
}

}  // namespace ashlar::store
