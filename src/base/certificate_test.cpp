#include "base/certificate.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ashlar {
namespace {

using std::chrono::days;

class CertificateTest : public testing::Test {
 protected:
  const Time now_ = SystemClock().now();
  const Secret authority_key_ = generate_key();
  const std::string authority_ = make_authority(authority_key_, "Ashlar prod-redis CA", now_);
  const Secret key_ = generate_key();
  const CertificateRequest request_{"prod-redis-master-1",
                                    {"prod-redis-master-1", "localhost"},
                                    {"10.10.0.5", "203.0.113.9", "127.0.0.1"}};
  const std::string certificate_ =
      issue_certificate(request_, key_, authority_, authority_key_, 1095, now_);

  std::string fault(Time at) const {
    return certificate_fault(certificate_, key_, authority_, request_, at);
  }
};

TEST_F(CertificateTest, AnIssuedCertificateServesItsNode) {
  EXPECT_EQ(fault(now_), "");
}

TEST_F(CertificateTest, SaysWhoseItIsAndHowLongItLasts) {
  const CertificateFacts facts = read_certificate(certificate_);
  EXPECT_EQ(facts.subject, "prod-redis-master-1");
  EXPECT_EQ(facts.names, (std::vector<std::string>{"prod-redis-master-1", "localhost", "10.10.0.5",
                                                   "203.0.113.9", "127.0.0.1"}));
  EXPECT_EQ(facts.fingerprint.size(), 64u);
  EXPECT_GT(facts.expires_at, now_ + days(1'090));
  EXPECT_LT(facts.expires_at, now_ + days(1'100));
}

TEST_F(CertificateTest, ServesMachinesWhoseClockIsSomewhatBehind) {
  EXPECT_EQ(fault(now_ - std::chrono::minutes(50)), "");
}

TEST_F(CertificateTest, IsRefusedWhenExpired) {
  EXPECT_EQ(fault(now_ + days(1'200)), "certificate has expired");
}

TEST_F(CertificateTest, IsRefusedUnderAnotherAuthority) {
  const std::string other = make_authority(authority_key_, "Another CA", now_);
  EXPECT_NE(certificate_fault(certificate_, key_, other, request_, now_), "");
}

TEST_F(CertificateTest, IsRefusedUnderAnAuthorityOfTheSameNameWithAnotherKey) {
  const std::string other = make_authority(generate_key(), "Ashlar prod-redis CA", now_);
  EXPECT_NE(certificate_fault(certificate_, key_, other, request_, now_), "");
}

TEST_F(CertificateTest, IsRefusedWithAnotherKey) {
  EXPECT_EQ(certificate_fault(certificate_, generate_key(), authority_, request_, now_),
            "it belongs to another key");
}

TEST_F(CertificateTest, IsRefusedWhenTheNodeHasANewAddress) {
  CertificateRequest moved = request_;
  moved.addresses[0] = "10.10.0.6";
  EXPECT_EQ(certificate_fault(certificate_, key_, authority_, moved, now_),
            "it does not name 10.10.0.6");
}

TEST_F(CertificateTest, TextThatIsNoCertificateIsAnError) {
  EXPECT_THROW(read_certificate("not a certificate"), Error);
}

TEST_F(CertificateTest, LongNamesAreCutInTheSubjectAndWholeInTheAlternativeNames) {
  CertificateRequest request = request_;
  request.name = std::string(80, 'a');
  request.dns_names = {std::string(60, 'b')};
  const auto pem = issue_certificate(request, key_, authority_, authority_key_, 1095, now_);
  EXPECT_EQ(read_certificate(pem).subject, std::string(64, 'a'));
  EXPECT_EQ(certificate_fault(pem, key_, authority_, request, now_), "");
}

}  // namespace
}  // namespace ashlar
