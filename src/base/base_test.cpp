#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/yaml.hpp"

namespace ashlar {
namespace {

TEST(Clock, RoundTripsRfc3339) {
  const auto parsed = from_rfc3339("2026-11-21T00:24:40.123Z");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_rfc3339(*parsed), "2026-11-21T00:24:40.123Z");
  EXPECT_FALSE(from_rfc3339("2026-13-21T00:24:40Z"));
  EXPECT_FALSE(from_rfc3339("yesterday"));
}

TEST(Yaml, KeepsTheLineOfEveryValue) {
  const auto documents =
      parse_yaml("name: x\nroles:\n  master:\n    count: 3\n    nodes:\n      - a\n");
  ASSERT_TRUE(documents) << documents.error().what();
  const YamlDocument& document = documents->at(0);
  EXPECT_EQ(document.value["roles"]["master"]["count"], 3);
  EXPECT_EQ(document.line_of("roles.master.count"), 4);
  EXPECT_EQ(document.line_of("roles.master.nodes[0]"), 6);
  EXPECT_EQ(document.line_of("roles.master.missing"), 4);
}

TEST(Yaml, QuotedScalarsAreStrings) {
  const auto documents = parse_yaml("a: \"3\"\nb: 3\nc: yes\nd: 1.5\ne: ~\nf: ''\n");
  ASSERT_TRUE(documents) << documents.error().what();
  EXPECT_EQ(dump(documents->at(0).value), R"({"a":"3","b":3,"c":"yes","d":1.5,"e":null,"f":""})");
}

TEST(Yaml, RefusesWhatIsNoTextWithItsLine) {
  for (const std::string& text :
       {std::string("a: 1\nb: caf\xe9\n"), std::string("a: 1\nb: \0c\n", 11),
        std::string("a: 1\nb: \x1b[0m\n")}) {
    const auto documents = parse_yaml(text);
    ASSERT_FALSE(documents) << text;
    EXPECT_NE(documents.error().message().find("line 2, column 1: this line "), std::string::npos);
  }
  EXPECT_TRUE(parse_yaml("a:\t\"Grüße\"\r\n# 日本\n"));
}

TEST(Yaml, RefusesWhatTheParserWouldNeverEnd) {
  for (const char* text : {",", ", a", "a: 1\n---\n,", "]", "}"}) {
    const auto documents = parse_yaml(text);
    ASSERT_FALSE(documents) << text;
    EXPECT_NE(documents.error().message().find("line "), std::string::npos);
  }
}

TEST(Yaml, TakesSeveralDocumentsAndEmptyOnes) {
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2\n---\n- 3\n")->size(), 3u);
  EXPECT_EQ(parse_yaml("---\n---\n")->size(), 2u);
  EXPECT_EQ(parse_yaml("")->size(), 0u);
}

TEST(Yaml, RefusesAliasesAndDuplicates) {
  EXPECT_FALSE(parse_yaml("a: &x 1\nb: *x\n"));
  const auto twice = parse_yaml("a: 1\na: 2\n");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message().find("line 2"), std::string::npos);
  EXPECT_FALSE(parse_yaml("a: [1"));
}

TEST(Json, NamesThePlaceOfAnError) {
  const auto parsed = parse_json("{\n  \"a\": }");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message().find("line 2"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(1000, '[')));
}

TEST(Secret, IsMaskedEverywhere) {
  register_secret("hunter2\"hunter2");
  EXPECT_EQ(redact("the password is hunter2\"hunter2."), "the password is [secret].");
  EXPECT_EQ(redact(dump(Json{{"p", "hunter2\"hunter2"}})), R"({"p":"[secret]"})");
}

}  // namespace
}  // namespace ashlar
