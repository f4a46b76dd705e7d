// The control side's own data: results, keys.

#include "machine/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine/host_key.hpp"
#include "machine/test_support.hpp"

namespace ashlar::machine {
namespace {

using testing::HasSubstr;

TEST(BatchResult, NamesMachineAndOperationOfAFailure) {
  const BatchResult result = batch_result_from_json(Json::parse(R"({"results": [
      {"operation": "file /a", "ok": true, "changed": true, "message": "new file", "data": {}},
      {"operation": "command false", "ok": false, "changed": false, "message": "exit code 1", "data": {}}]})"));
  EXPECT_FALSE(result.ok());
  EXPECT_TRUE(result.changed());
  try {
    result.or_throw("redis-master-1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMachine);
    EXPECT_EQ(error.message(), "redis-master-1: command false: exit code 1");
  }
}

TEST(BatchResult, RefusesWhatAMachineMadeUp) {
  const char* const texts[] = {
      "null",
      "[]",
      "3",
      "{}",
      R"({"results": 3})",
      R"({"results": [3]})",
      R"({"results": [{}]})",
      R"({"error": "no"})",
      R"({"error": 3})",
      R"({"results": [{"operation": 1, "ok": true, "changed": true, "message": "", "data": {}}]})",
      R"({"results": [{"operation": "", "ok": 1, "changed": true, "message": "", "data": {}}]})",
      R"({"results": [{"operation": "", "ok": true, "changed": true, "message": "", "data": 3}]})"};
  for (const char* text : texts) {
    try {
      batch_result_from_json(Json::parse(text));
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kMachine) << text;
    }
  }
}

TEST(Batch, CarriesAnyBytesInFilesAndOnlyTextElsewhere) {
  EXPECT_EQ(file("/a", "caf\xc3\xa9").at("content"), "caf\xc3\xa9");
  EXPECT_EQ(file("/a", std::string("\xff\0", 2)).at("content_base64"), "/wA=");
  try {
    to_text({.operations = {command({"cat"}, "secret-\xff")}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("secret-")));
  }
}

TEST(HostKey, IsWhatSshKeygenReads) {
  const test::TemporaryFolder folder;
  for (const char* comment :
       {"", "a", "ashlar host key", "seven77", "a longer comment, with commas"}) {
    const KeyPair pair = generate_key_pair(comment);
    write_file_atomically(folder / "key", pair.private_key.reveal(), 0600);
    write_file_atomically(folder / "key.pub", pair.public_key + "\n");
    const test::Ran derived = test::shell("ssh-keygen -y -f " + (folder / "key") + " 2>&1");
    ASSERT_EQ(derived.exit_code, 0) << derived.out;
    EXPECT_EQ(derived.out, pair.public_key + "\n");
    const test::Ran printed = test::shell("ssh-keygen -l -f " + (folder / "key.pub") + " 2>&1");
    EXPECT_THAT(printed.out, HasSubstr(" " + fingerprint(pair.public_key) + " "));
  }
}

TEST(HostKey, IsNewEachTime) {
  EXPECT_NE(generate_key_pair("x").public_key, generate_key_pair("x").public_key);
}

TEST(HostKey, RefusesWhatIsNoKey) {
  for (const char* text : {"", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 !!!!",
                           "ssh-ed25519 AAAA", "ssh-ed25519 ====", "ssh-ed25519 AAA=A",
                           "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==", "nonsense"})
    EXPECT_THROW(fingerprint(text), Error) << text;
  EXPECT_THROW(generate_key_pair("two\nlines"), Error);
}

}  // namespace
}  // namespace ashlar::machine
