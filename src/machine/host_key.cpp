#include "machine/host_key.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "machine/base64.hpp"

namespace ashlar::machine {
namespace {

constexpr const char* kType = "ssh-ed25519";
constexpr size_t kKeyBytes = 32;
constexpr size_t kBlockBytes = 8;
constexpr size_t kLineLength = 70;

using RawKey = std::array<unsigned char, kKeyBytes>;

// The building blocks of SSH's wire format (RFC 4251, section 5).
std::string uint32(size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string string(const std::string& value) {
  return uint32(value.size()) + value;
}

std::string text_of(const RawKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

std::string public_blob(const RawKey& public_key) {
  return string(kType) + string(text_of(public_key));
}

/// OpenSSH's own private key format (PROTOCOL.key), unencrypted. libssh 0.10 can write it to files
/// only, and a private key has no business in one.
std::string private_pem(const RawKey& seed, const RawKey& public_key, const std::string& comment) {
  const std::string check = uint32(0x41534c52);  // any number, twice: tells a right passphrase
  std::string secret = check + check + public_blob(public_key) +
                       string(text_of(seed) + text_of(public_key)) + string(comment);
  for (char padding = 1; secret.size() % kBlockBytes != 0; ++padding) secret += padding;
  const std::string bytes = std::string("openssh-key-v1") + '\0' + string("none") + string("none") +
                            string("") + uint32(1) + string(public_blob(public_key)) +
                            string(secret);
  std::string pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  const std::string body = to_base64(bytes);
  for (size_t at = 0; at < body.size(); at += kLineLength)
    pem += body.substr(at, kLineLength) + "\n";
  return pem + "-----END OPENSSH PRIVATE KEY-----\n";
}

RawKey raw(const EVP_PKEY* key, int (*read)(const EVP_PKEY*, unsigned char*, size_t*)) {
  RawKey bytes{};
  size_t size = bytes.size();
  if (read(key, bytes.data(), &size) != 1 || size != bytes.size())
    throw Error(ErrorCode::kInternal, "OpenSSL cannot export an Ed25519 key");
  return bytes;
}

}  // namespace

KeyPair generate_key_pair(const std::string& comment) {
  if (comment.find_first_of("\r\n") != std::string::npos)
    throw Error(ErrorCode::kInvalidInput, "a key's comment must be one line");
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  if (!key) throw Error(ErrorCode::kInternal, "OpenSSL cannot generate an Ed25519 key");
  const RawKey public_key = raw(key.get(), EVP_PKEY_get_raw_public_key);
  const RawKey seed = raw(key.get(), EVP_PKEY_get_raw_private_key);
  return {.public_key = fmt::format("{} {}{}{}", kType, to_base64(public_blob(public_key)),
                                    comment.empty() ? "" : " ", comment),
          .private_key = Secret(private_pem(seed, public_key, comment))};
}

std::string fingerprint(const std::string& public_key) {
  const size_t space = public_key.find(' ');
  const size_t begin = space == std::string::npos ? public_key.size() : space + 1;
  const size_t end = std::min(public_key.find_first_of(" \r\n", begin), public_key.size());
  const std::string type = public_key.substr(0, begin - (begin > 0 ? 1 : 0));
  const std::string blob = from_base64(public_key.substr(begin, end - begin)).value_or("");
  // The blob repeats the type: what does not is not a public key.
  if (space == std::string::npos || !blob.starts_with(string(type)))
    throw Error(ErrorCode::kInvalidInput,
                "this is not a public key in OpenSSH's form (type, base64, comment)");
  std::array<unsigned char, 32> digest{};
  EVP_Q_digest(nullptr, "SHA256", nullptr, blob.data(), blob.size(), digest.data(), nullptr);
  std::string text = to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

}  // namespace ashlar::machine
