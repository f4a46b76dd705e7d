#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/control_characters.hpp"

namespace ashlar {
namespace {

using namespace std::string_literals;

TEST(Text, KnowsUtf8FromOtherBytes) {
  for (const char* text : {"", "plain", "Grüße", "日本語", "🔑", "\x7f", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text : {"\xff", "caf\xe9", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf0\x9f\x94", "\x80", "a\xc3(b"})
    EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(Text, CountsCharactersNotBytes) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("Grüße"), 5u);
  EXPECT_EQ(count_characters("🔑🔑"), 2u);
}

TEST(Text, FindsControlCharactersInEitherForm) {
  EXPECT_EQ(control_character_in("10.0.0.0\0/8"s), U'\0');
  EXPECT_EQ(control_character_in("a\tb"), U'\t');
  EXPECT_EQ(control_character_in("a\x7f"), U'\x7f');
  EXPECT_EQ(control_character_in("a\xc2\x85z"), char32_t{0x85});
  for (const char* text : {"", " ~", "Ä\xc2\xa0", "日本語", "🔑"})
    EXPECT_EQ(control_character_in(text), std::nullopt) << text;
}

TEST(Text, EscapesWhatAUrlWouldReadOtherwise) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/ü:@#?&%+"), "a%20b%2F%C3%BC%3A%40%23%3F%26%25%2B");
}

TEST(Text, EveryControlCharacterOfAValueIsReportedWithItsPath) {
  const Json value =
      parse_json(R"({"clusters": [{"clientRanges": ["10.0.0.0/8", "10.0.0.0\u0000/8"],
      "systemPassword": "canary\ncanary", "we\u0007ird": 1, "deep": {"a": [["\u0085"]]}}],
      "fine": "Grüße 日本 🔑", "number": 1, "none": null})")
          .value();
  const std::vector<FieldError> faults = control_character_faults(value);
  const auto holds = [](const char* code) {
    return std::string("holds the control character U+") + code + ", which no text may";
  };
  EXPECT_EQ(faults, (std::vector<FieldError>{
                        {"clusters[0].clientRanges[1]", holds("0000")},
                        {"clusters[0].systemPassword", holds("000A")},
                        {"clusters[0].we\\u0007ird", "has a name that " + holds("0007")},
                        {"clusters[0].deep.a[0][0]", holds("0085")}}));
}

}  // namespace
}  // namespace ashlar
