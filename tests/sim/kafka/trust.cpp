#include "tests/sim/kafka/trust.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace ashlar::sim {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

Bio reading(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

X509Ptr next_certificate(BIO* from) {
  return {PEM_read_bio_X509(from, nullptr, nullptr, nullptr), &X509_free};
}

bool signed_by_one_of(const std::string& identity, const std::string& authorities) {
  const Bio own = reading(identity);
  const X509Ptr certificate = next_certificate(own.get());
  if (!certificate) return false;
  const Bio all = reading(authorities);
  while (const X509Ptr authority = next_certificate(all.get()))
    if (X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1) return true;
  return false;
}

}  // namespace

bool Trust::between(const Credentials& one, const Credentials& other) {
  return takes(one.authorities, other.identity) && takes(other.authorities, one.identity);
}

bool Trust::takes(const std::string& authorities, const std::string& identity) {
  const auto [entry, is_new] = known_.try_emplace({authorities, identity}, false);
  if (is_new) entry->second = signed_by_one_of(identity, authorities);
  return entry->second;
}

}  // namespace ashlar::sim
