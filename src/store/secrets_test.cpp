// Secrets at rest, tokens, and what must never be readable in the files.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "base/file.hpp"
#include "base/id.hpp"
#include "store/records.hpp"
#include "store/store_test_support.hpp"
#include "store/vault.hpp"

namespace ashlar::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return 0;
  return status.st_mode & 0777;
}

class SecretsTest : public ::testing::Test, public StoreFixture {
 protected:
  void put(const std::string& name, const std::string& value, bool keep_existing = false) {
    store().write([&](Transaction& t) {
      t.put_secret(organization(), "res_1", name, Secret(value), keep_existing);
    });
  }
  std::string find(const std::string& name) {
    const auto secret = store().find_secret(organization(), "res_1", name);
    return secret ? secret->reveal() : "(none)";
  }
  /// Everything that a thief of the disk would have, but the key.
  std::string all_bytes() {
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(directory()))
      if (file.path().filename() != "secret.key") bytes += read_file(file.path());
    return bytes;
  }
};

TEST_F(SecretsTest, KeepsReplacesAndRemoves) {
  put("password", "first value");
  put("password", "second value", true);
  EXPECT_EQ(find("password"), "first value");
  put("password", "third value", false);
  EXPECT_EQ(find("password"), "third value");
  put("tls/ca-key", std::string("nul \0 and \xff bytes", 17));
  EXPECT_EQ(find("tls/ca-key"), std::string("nul \0 and \xff bytes", 17));
  put("empty", "");
  EXPECT_EQ(find("empty"), "");
  reopen();
  EXPECT_EQ(find("password"), "third value");
  store().write([&](Transaction& t) {
    EXPECT_EQ(t.secret(organization(), "res_1", "password")->reveal(), "third value");
    t.remove_secrets(organization(), "res_1");
  });
  EXPECT_EQ(find("password"), "(none)");
}

TEST_F(SecretsTest, RegistersValuesForRedactionOnReadAndWrite) {
  const std::string written = random_hex(16);
  put("password", written);
  EXPECT_EQ(redact("it is " + written), "it is [secret]");
}

TEST_F(SecretsTest, AMovedOrChangedRowDoesNotOpen) {
  put("a", "value of a");
  put("b", "value of b");
  close();
  {
    const auto connection = open_sqlite(database(), false);
    change(*connection,
           "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE name = 'a') "
           "WHERE name = 'b'");
    change(*connection, "UPDATE secrets SET sealed = 'AAAA' WHERE name = 'a'");
  }
  reopen();
  expect_error(ErrorCode::kInternal, "\"a\" of res_1", [&] { find("a"); });
  expect_error(ErrorCode::kInternal, "\"b\" of res_1", [&] { find("b"); });
}

TEST_F(SecretsTest, NothingSecretIsReadableInTheFiles) {
  const std::string secret = "canary-" + random_hex(16);
  const std::string awkward = "canary\"" + random_hex(8) + "\\n\nx";
  const std::string digits = "918273645546372819";
  put("password", secret);
  put("awkward", awkward);
  put("digits", digits);

  Resource resource = make_resource("prod");
  resource.spec = {{"leak", secret}, {"deep", {awkward, {{"x", "say " + secret}}}}};
  resource.status = {{"number", 918273645546372819LL}, {"text", digits}};
  Operation operation = make_operation(resource);
  operation.error = "it said " + secret;
  operation.summary = awkward;
  StepRecord step = make_step(operation, 0, "a");
  step.planned.args = {{"leak", secret}};
  step.planned.title = "Set " + secret;
  step.because = "auth " + awkward + " failed";
  step.outputs = {{"leak", awkward}};
  step.state_data = {{"leak", secret + secret}};
  store().write([&](Transaction& t) {
    t.insert_resource(resource);
    t.insert_operation(operation, {step}, "");
    t.append_event({.operation_id = operation.id,
                    .type = "x",
                    .message = "log " + secret,
                    .data = {{"leak", awkward}}});
    t.put_answer(organization(), "k", {"d", {{"leak", secret}}}, at(0));
    t.update_step(step);
    t.update_resource(resource);
    t.update_operation(operation);
  });

  const std::string bytes = all_bytes();
  ASSERT_THAT(bytes, HasSubstr(resource.id)) << "looked at the wrong files";
  const std::string escaped = Json(awkward).dump();
  EXPECT_EQ(bytes.find(secret), std::string::npos);
  EXPECT_EQ(bytes.find(awkward), std::string::npos);
  EXPECT_EQ(bytes.find(escaped.substr(1, escaped.size() - 2)), std::string::npos);
  EXPECT_EQ(bytes.find(digits), std::string::npos);
  EXPECT_EQ(bytes.find(first_token().reveal()), std::string::npos);
  EXPECT_EQ(bytes.find(first_token().reveal().substr(7)), std::string::npos);

  // What was masked is still whole JSON.
  const auto stored = store().find_resource(organization(), resource.id);
  EXPECT_EQ(dump(stored->spec), R"({"leak":"[secret]","deep":["[secret]",{"x":"say [secret]"}]})");
  EXPECT_EQ(dump(stored->status), R"({"number":"[secret]","text":"[secret]"})");
  EXPECT_EQ(store().list_events(operation.id, 0, 1)[0].message, "log [secret]");
  EXPECT_EQ(store().list_steps(operation.id)[0].because, "auth [secret] failed");
}

TEST_F(SecretsTest, OnlyTheOwnerMayReadTheFiles) {
  insert_resource("prod");
  for (const auto& file : std::filesystem::directory_iterator(directory()))
    EXPECT_EQ(mode_of(file.path()), 0600u) << file.path();
  EXPECT_TRUE(std::filesystem::exists(directory() / "ashlar.db-wal"));
  TestDirectory parent;
  const auto made = parent.path() / "a" / "b";
  Store::open(made);
  EXPECT_EQ(mode_of(made), 0700u);
}

TEST_F(SecretsTest, RefusesAKeyThatOthersMayRead) {
  close();
  for (const mode_t mode : {0640, 0604, 0660}) {
    std::filesystem::permissions(directory() / "secret.key", std::filesystem::perms(mode));
    expect_error(ErrorCode::kForbidden, "secret.key", [&] { reopen(); });
  }
  std::filesystem::permissions(directory() / "secret.key", std::filesystem::perms(0600));
  reopen();
}

TEST_F(SecretsTest, RefusesAMissingOrForeignKeyInsteadOfMakingANewOne) {
  put("password", "some value");
  close();
  const auto key = directory() / "secret.key";
  const std::string right = read_file(key);
  std::filesystem::remove(key);
  expect_error(ErrorCode::kConflict, "missing", [&] { reopen(); });
  EXPECT_FALSE(std::filesystem::exists(key));
  write_file_atomically(key, random_hex(32), 0600);
  expect_error(ErrorCode::kConflict, "not the key", [&] { reopen(); });
  write_file_atomically(key, "short", 0600);
  expect_error(ErrorCode::kConflict, "64 hexadecimal digits", [&] { reopen(); });
  write_file_atomically(key, right, 0600);
  reopen();
  EXPECT_EQ(find("password"), "some value");
}

TEST_F(SecretsTest, AuthenticatesByTheHashOfAToken) {
  EXPECT_THAT(first_token().reveal(), ::testing::MatchesRegex("ashlar_[0-9a-f]{64}"));
  EXPECT_EQ(redact(first_token().reveal()), "[secret]");
  EXPECT_THAT(store().authenticate(first_token())->permissions, ::testing::ElementsAre("*"));
  EXPECT_EQ(store().authenticate(first_token())->name, "administrator");
  EXPECT_FALSE(store().ensure_first_organization(at(1))) << "there is one";

  const Secret reader =
      store().create_token(organization(), "ci", {"servers:read", "x"}, at(2)).secret;
  const auto principal = store().authenticate(reader);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->organization_id, organization());
  EXPECT_THAT(principal->permissions, ::testing::ElementsAre("servers:read", "x"));
  for (const std::string& wrong :
       {std::string(), std::string("ashlar_"), reader.reveal() + "0", token_hash(reader),
        std::string("ashlar_") + std::string(64, '0'), std::string("' OR 1=1 --")})
    EXPECT_FALSE(store().authenticate(Secret(wrong))) << wrong.size();
  expect_error(ErrorCode::kNotFound, "org_none",
               [&] { store().create_token("org_none", "x", {}, at(3)); });
}

}  // namespace
}  // namespace ashlar::store
