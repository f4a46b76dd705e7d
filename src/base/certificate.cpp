#include "base/certificate.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "base/error.hpp"

namespace ashlar {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

constexpr long kDay = 24L * 60 * 60;
constexpr long kAuthorityDays = 3650;
/// Machines' clocks may be behind ours when they start.
constexpr long kBackdateSeconds = 60L * 60;

[[noreturn]] void fail(const char* what) {
  char reason[200] = "unknown reason";
  if (const auto code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  throw Error(ErrorCode::kInternal, fmt::format("cannot {}: {}", what, reason));
}

void check(bool succeeded, const char* what) {
  if (!succeeded) fail(what);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

Key read_key(const Secret& pem) {
  const Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  check(key != nullptr, "read a private key");
  return key;
}

X509Ptr read_x509(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  check(certificate != nullptr, "read a certificate");
  return certificate;
}

std::string to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
  return text_of(bio.get());
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
        "add an extension to a certificate");
}

time_t seconds_of(Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Version, random serial number, validity, subject and public key; neither issuer nor signature.
X509Ptr unsigned_certificate(const std::string& name, EVP_PKEY* key, Time now, long days) {
  X509Ptr certificate(X509_new());
  check(certificate && X509_set_version(certificate.get(), 2) == 1, "make a certificate");
  unsigned char serial[16];
  check(RAND_bytes(serial, sizeof serial) == 1, "get random bytes");
  serial[0] &= 0x7F;  // serial numbers are positive
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  const bool numbered = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
  BN_free(number);
  check(numbered, "number a certificate");
  const time_t from = seconds_of(now) - kBackdateSeconds;
  const time_t until = seconds_of(now) + days * kDay;
  check(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from) != nullptr &&
            ASN1_TIME_set(X509_getm_notAfter(certificate.get()), until) != nullptr,
        "date a certificate");
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  // RFC 5280 bounds a common name at 64 characters; host names longer than that stand in the SANs.
  const std::string common_name = name.substr(0, 64);
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes,
                                   static_cast<int>(common_name.size()), -1, 0) == 1,
        "name a certificate");
  check(X509_set_pubkey(certificate.get(), key) == 1, "put a key into a certificate");
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1,
        "name a certificate's issuer");
  check(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "sign a certificate");
}

std::string alternative_names(const CertificateRequest& request) {
  std::vector<std::string> parts;
  for (const auto& name : request.dns_names) parts.push_back("DNS:" + name);
  for (const auto& address : request.addresses) parts.push_back("IP:" + address);
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text);
  return text;
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> result;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_IPADD)
      result.push_back(address_text(name->d.iPAddress));
    else if (name->type == GEN_DNS)
      result.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                          ASN1_STRING_length(name->d.dNSName));
  }
  return result;
}

/// The chain and the dates, as OpenSSL judges them; empty when good.
std::string chain_fault(X509* certificate, X509* authority, Time now) {
  const Store store(X509_STORE_new());
  check(store && X509_STORE_add_cert(store.get(), authority) == 1, "trust an authority");
  const StoreContext context(X509_STORE_CTX_new());
  check(context && X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1,
        "verify a certificate");
  X509_STORE_CTX_set_time(context.get(), 0, seconds_of(now));
  if (X509_verify_cert(context.get()) == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace

Secret generate_key() {
  const Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "generate a key");
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1,
        "write a private key");
  return Secret(text_of(bio.get()));
}

std::string make_authority(const Secret& key_pem, const std::string& name, Time now) {
  const Key key = read_key(key_pem);
  const X509Ptr certificate = unsigned_certificate(name, key.get(), now, kAuthorityDays);
  X509* self = certificate.get();
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  sign(self, self, key.get());
  return to_pem(self);
}

std::string issue_certificate(const CertificateRequest& request, const Secret& key_pem,
                              const std::string& authority_pem, const Secret& authority_key,
                              int days, Time now) {
  const Key key = read_key(key_pem);
  const X509Ptr authority = read_x509(authority_pem);
  const X509Ptr certificate = unsigned_certificate(request.name, key.get(), now, days);
  X509* own = certificate.get();
  add_extension(own, authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(own, authority.get(), NID_key_usage, "critical,digitalSignature");
  // The members of a cluster present it as clients, too.
  add_extension(own, authority.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(own, authority.get(), NID_subject_key_identifier, "hash");
  add_extension(own, authority.get(), NID_authority_key_identifier, "keyid");
  add_extension(own, authority.get(), NID_subject_alt_name, alternative_names(request));
  sign(own, authority.get(), read_key(authority_key).get());
  return to_pem(own);
}

CertificateFacts read_certificate(const std::string& pem) {
  const X509Ptr certificate = read_x509(pem);
  CertificateFacts facts;
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                            sizeof name);
  facts.subject = name;
  std::tm until{};
  check(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &until) == 1,
        "read a certificate's end");
  facts.expires_at = Time{std::chrono::seconds{timegm(&until)}};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  check(X509_digest(certificate.get(), EVP_sha256(), digest, &length) == 1, "hash a certificate");
  for (unsigned int i = 0; i < length; ++i) facts.fingerprint += fmt::format("{:02x}", digest[i]);
  facts.names = names_of(certificate.get());
  return facts;
}

std::string certificate_fault(const std::string& pem, const Secret& key_pem,
                              const std::string& authority_pem, const CertificateRequest& wanted,
                              Time now) {
  const X509Ptr certificate = read_x509(pem);
  if (X509_check_private_key(certificate.get(), read_key(key_pem).get()) != 1) {
    ERR_clear_error();
    return "it belongs to another key";
  }
  if (auto fault = chain_fault(certificate.get(), read_x509(authority_pem).get(), now);
      !fault.empty())
    return fault;
  const auto names = names_of(certificate.get());
  for (const auto* list : {&wanted.dns_names, &wanted.addresses})
    for (const auto& name : *list)
      if (std::ranges::find(names, name) == names.end())
        return fmt::format("it does not name {}", name);
  return {};
}

}  // namespace ashlar
