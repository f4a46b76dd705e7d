// Many writers and readers at once: group commit keeps each writer's all-or-nothing, nobody misses
// an event.
#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "store/event_hub.hpp"
#include "store/records.hpp"
#include "store/store_test_support.hpp"
#include "store/write_queue.hpp"

namespace ashlar::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ConcurrencyTest : public ::testing::Test, public StoreFixture {};

TEST_F(ConcurrencyTest, WritersShareACommitButNotARollback) {
  constexpr int kWriters = 16, kRounds = 20;
  std::vector<Operation> operations;
  for (int i = 0; i < kWriters; ++i)
    operations.push_back(insert_operation(insert_resource("r" + std::to_string(i))));

  std::vector<std::jthread> writers;
  std::atomic<int> refused = 0;
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back([&, i] {
      for (int round = 0; round < kRounds; ++round) try {
          store().write([&](Transaction& t) {
            t.append_event({.operation_id = operations[static_cast<size_t>(i)].id,
                            .type = round % 3 == 0 ? "doomed" : "kept"});
            if (round % 3 == 0) throw std::runtime_error("undo this one only");
          });
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "undo this one only");
          ++refused;
        }
    });
  writers.clear();

  EXPECT_EQ(refused, kWriters * 7);
  for (const Operation& operation : operations) {
    const auto events = store().list_events(operation.id, 0, 100);
    ASSERT_THAT(events, SizeIs(13));
    for (size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].type, "kept");
      EXPECT_EQ(events[i].number, static_cast<long long>(i) + 1);
    }
  }
}

TEST_F(ConcurrencyTest, ReadersSeeWholeTransactionsWhileAWriterWrites) {
  Resource resource = insert_resource("prod");
  std::atomic<bool> stop = false;
  std::atomic<int> reads = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 8; ++i)  // more than there are read sessions
    readers.emplace_back([&] {
      while (!stop) {
        const auto seen = store().find_resource(organization(), resource.id);
        ASSERT_TRUE(seen);
        ASSERT_EQ(seen->generation % 2, 1) << "half a transaction";
        ++reads;
      }
    });
  for (int i = 0; i < 100; ++i)
    store().write([&](Transaction& t) {
      ++resource.generation;
      t.update_resource(resource);
      ++resource.generation;
      t.update_resource(resource);
    });
  stop = true;
  readers.clear();
  EXPECT_GT(reads, 0);
  EXPECT_EQ(store().find_resource(organization(), resource.id)->generation, 201);
}

TEST_F(ConcurrencyTest, AReadAfterAWriteSeesIt) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const Resource mine = make_resource(std::to_string(i) + "-" + std::to_string(round));
        store().write([&](Transaction& t) { t.insert_resource(mine); });
        ASSERT_TRUE(store().find_resource(organization(), mine.id));
      }
    });
}

TEST_F(ConcurrencyTest, AHundredReadersFollowAnOperationToItsEnd) {
  const Operation operation = insert_operation(insert_resource("a"));
  constexpr int kEvents = 60;
  std::atomic<int> complete = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 100; ++i)
    readers.emplace_back([&] {
      long long seen = 0;
      const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      while (seen < kEvents && std::chrono::steady_clock::now() < give_up) {
        store().wait_for_events(operation.id, seen, Millis{30'000});
        for (const Event& event : store().list_events(operation.id, seen, 7)) {
          ASSERT_EQ(event.number, seen + 1);
          seen = event.number;
        }
      }
      if (seen == kEvents) ++complete;
    });
  for (int i = 0; i < kEvents; ++i) append_events(operation.id, 1);
  readers.clear();
  EXPECT_EQ(complete, 100);
}

TEST_F(ConcurrencyTest, WaitingSleepsThroughOtherNewsAndEndsInTime) {
  const Operation mine = insert_operation(insert_resource("a"));
  const Operation other = insert_operation(insert_resource("b"));
  append_events(mine.id, 2);
  const auto begin = std::chrono::steady_clock::now();
  store().wait_for_events(mine.id, 1, Millis{60'000});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30))
      << "event 2 is there";

  std::jthread news([&] { append_events(other.id, 1); });
  const auto asleep = std::chrono::steady_clock::now();
  store().wait_for_events(mine.id, 2, Millis{200});
  EXPECT_GE(std::chrono::steady_clock::now() - asleep, std::chrono::milliseconds(200));
}

TEST(EventHub, KnowsAnEventThatComesWhileTheDatabaseIsRead) {
  EventHub hub;
  const auto begin = std::chrono::steady_clock::now();
  hub.wait("op", 0, Millis{60'000}, [&] {
    hub.publish("op", 1);
    return 0;
  });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_THROW(hub.wait("op", 0, Millis{1}, []() -> long long { throw std::runtime_error("x"); }),
               std::runtime_error);
  hub.wait("op", 5, Millis{1}, [] { return 1; });
}

class WriteQueueTest : public ::testing::Test {
 protected:
  void SetUp() override { connection->execute("CREATE TABLE lines (text TEXT NOT NULL)"); }
  void insert(const std::string& text) {
    change(*connection, "INSERT INTO lines (text) VALUES (:text)", text);
  }
  long long count(const std::string& text) {
    return *one_row<long long>(*connection, "SELECT COUNT(*) FROM lines WHERE text = :text", text);
  }
  /// Runs the jobs as one batch: they queue up, in order, behind a job that waits for them.
  std::vector<std::string> run_as_batch(const std::vector<std::function<void()>>& bodies) {
    std::vector<std::string> outcomes(bodies.size());
    std::atomic<bool> started = false, release = false;
    std::jthread blocker([&] {
      queue.run({.body =
                     [&] {
                       started = true;
                       started.notify_all();
                       release.wait(false);
                     },
                 .committed = [] {}});
    });
    started.wait(false);
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          queue.run({.body = bodies[i], .committed = [&, i] { outcomes[i] = "committed"; }});
        } catch (const std::exception& error) {
          outcomes[i] = error.what();
        }
      });
      while (queue.waiting() != i + 1) std::this_thread::yield();
    }
    release = true;
    release.notify_all();
    threads.clear();
    return outcomes;
  }

  TestDirectory directory;
  std::unique_ptr<Connection> connection = open_sqlite(directory.path() / "test.db", false);
  WriteQueue queue{*connection};
};

TEST_F(WriteQueueTest, ServesInOrderAndUndoesOnlyTheFailed) {
  std::vector<int> order;
  const auto outcomes = run_as_batch({[&] { order.push_back(0), insert("a"); },
                                      [&] {
                                        order.push_back(1), insert("b");
                                        throw std::runtime_error("mine");
                                      },
                                      [&] { order.push_back(2), insert("c"); }});
  EXPECT_THAT(outcomes, ElementsAre("committed", "mine", "committed"));
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
  EXPECT_EQ(count("a") + count("c"), 2);
  EXPECT_EQ(count("b"), 0);
}

// The database may end the transaction by itself (a full disk does): then nobody before the culprit
// was stored, and those after it must not be stored statement by statement.
TEST_F(WriteQueueTest, WhenTheTransactionIsLostOthersAreToldAndLaterOnesGoOn) {
  const auto outcomes = run_as_batch({[&] { insert("before"); },
                                      [&] {
                                        insert("culprit");
                                        connection->execute("ROLLBACK");
                                        throw std::runtime_error("the disk is full");
                                      },
                                      [&] { insert("after"); }});
  EXPECT_THAT(outcomes, ElementsAre("the disk is full", "the disk is full", "committed"));
  EXPECT_EQ(count("before"), 0);
  EXPECT_EQ(count("after"), 1);

  const auto silent =
      run_as_batch({[&] { connection->execute("ROLLBACK"); }, [&] { insert("x"); }});
  EXPECT_NE(silent[0], "committed");
  EXPECT_EQ(silent[1], "committed");
}

TEST_F(WriteQueueTest, AFullDiskIsNamedAndPasses) {
  const std::string large(100'000, 'x');
  connection->execute("PRAGMA max_page_count = 10");
  expect_error(ErrorCode::kUnavailable, "the disk is full, nothing was stored", [&] {
    queue.run({.body =
                   [&] {
                     insert("small");
                     insert(large);
                   },
               .committed = [] {}});
  });
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_EQ(count("small"), 0);
  const auto outcomes =
      run_as_batch({[&] { insert("one"); }, [&] { insert(large); }, [&] { insert("three"); }});
  EXPECT_THAT(outcomes[1], HasSubstr("disk is full"));
  EXPECT_EQ(outcomes[2], "committed");
  EXPECT_EQ(count("one"), outcomes[0] == "committed" ? 1 : 0);
  connection->execute("PRAGMA max_page_count = 1000000");
  queue.run({.body = [&] { insert(large); }, .committed = [] {}});
  EXPECT_EQ(count(large), 1);
}

}  // namespace
}  // namespace ashlar::store
