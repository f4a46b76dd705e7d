#include "store/migrations.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "store/records.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Migration kFirst{1, "0001_first",
                           "-- a comment; with a semicolon;\n"
                           "CREATE TABLE things (\n  id TEXT PRIMARY KEY\n);\n\n"
                           "INSERT INTO things (id) VALUES ('a; b');\n"};
constexpr Migration kSecond{2, "0002_second", "ALTER TABLE things ADD COLUMN size BIGINT;\n"};
constexpr Migration kBroken{2, "0002_broken",
                            "CREATE TABLE more (id TEXT);\nINSERT INTO nowhere (id) VALUES (1);\n"};

class MigrationsTest : public ::testing::Test {
 protected:
  void apply(std::vector<Migration> migrations) { migrate(*connection, migrations); }
  std::vector<std::string> applied() {
    return all_rows<std::string>(*connection, "SELECT name FROM migrations ORDER BY version");
  }
  std::vector<std::string> tables(const std::string& name) {
    return all_rows<std::string>(*connection, "SELECT name FROM sqlite_master WHERE name = :name",
                                 name);
  }

  TestDirectory directory;
  std::unique_ptr<Connection> connection = open_sqlite(directory.path() / "test.db", false);
};

TEST_F(MigrationsTest, AreAppliedOnceEach) {
  apply({kFirst});
  apply({kFirst});
  EXPECT_THAT(all_rows<std::string>(*connection, "SELECT id FROM things"), ElementsAre("a; b"));
  apply({kFirst, kSecond});
  EXPECT_THAT(applied(), ElementsAre("0001_first", "0002_second"));
  EXPECT_EQ(change(*connection, "UPDATE things SET size = 3"), 1);
}

TEST_F(MigrationsTest, AFailedOneLeavesNothingBehind) {
  expect_error(ErrorCode::kInternal, "0002_broken", [&] { apply({kFirst, kBroken}); });
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_THAT(tables("things"), IsEmpty());
  EXPECT_THAT(tables("migrations"), IsEmpty());
  apply({kFirst});
  expect_error(ErrorCode::kInternal, "0002_broken", [&] { apply({kFirst, kBroken}); });
  EXPECT_THAT(tables("more"), IsEmpty());
  EXPECT_THAT(applied(), ElementsAre("0001_first"));
}

TEST_F(MigrationsTest, ADatabaseOfANewerProgramIsRefused) {
  apply({kFirst, kSecond});
  expect_error(ErrorCode::kConflict, "newer", [&] { apply({kFirst}); });
  EXPECT_THAT(applied(), ElementsAre("0001_first", "0002_second"));
}

TEST_F(MigrationsTest, OtherTextUnderTheSameNumberIsRefused) {
  apply({kFirst});
  Migration edited = kFirst;
  edited.sql = "CREATE TABLE others (id TEXT);\n";
  expect_error(ErrorCode::kConflict, "0001_first", [&] { apply({edited}); });
}

TEST_F(MigrationsTest, AnUnfinishedStatementIsRefused) {
  expect_error(ErrorCode::kInternal, "ends within",
               [&] { apply({{1, "0001_cut", "CREATE TABLE things (\n"}}); });
}

TEST_F(MigrationsTest, EmbeddedOnesAreNumberedWithoutGaps) {
  int expected = 1;
  for (const Migration& migration : embedded_migrations()) {
    EXPECT_EQ(migration.version, expected++) << migration.name;
    EXPECT_FALSE(migration.sql.empty());
  }
  EXPECT_GT(expected, 1);
  apply({embedded_migrations().begin(), embedded_migrations().end()});
}

TEST(StoreOpen, RefusesADatabaseOfANewerAshlarAndNamesIt) {
  TestDirectory directory;
  Store::open(directory.path());
  {
    const auto connection = open_sqlite(directory.path() / "ashlar.db", false);
    change(*connection,
           "INSERT INTO migrations (version, name, checksum, applied_at) "
           "VALUES (9999, '9999_future', 'x', 0)");
  }
  expect_error(ErrorCode::kConflict, "ashlar.db: the database has schema version 9999",
               [&] { Store::open(directory.path()); });
}

}  // namespace
}  // namespace ashlar::store
