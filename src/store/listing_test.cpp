// Tables of many: filters, orders, pages and counts, and what a resource has been through.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "store/sql.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ListingTest : public ::testing::Test, public StoreFixture {
 protected:
  /// A resource with something in every column, whose age is its order of insertion.
  Resource add(const std::string& name, const Json& spec, const Json& status = Json::object(),
               ResourceState state = ResourceState::kActive) {
    Resource resource = make_resource(name);
    resource.spec = spec;
    resource.status = status;
    resource.state = state;
    resource.created_at = at(++age_);
    resource.updated_at = at(1'000 - age_);
    store().write([&](Transaction& transaction) { transaction.insert_resource(resource); });
    return resource;
  }
  Resource in_region(const std::string& name, const std::string& region) {
    return add(name, {{"region", region}});
  }

  std::vector<std::string> names(const ResourceQuery& query, int limit = 200) {
    std::vector<std::string> all;
    PageRequest request{"", limit};
    do {
      const auto page = store().search_resources(organization(), query, request);
      for (const ListedResource& listed : page.items) all.push_back(listed.summary.name);
      EXPECT_LE(page.items.size(), static_cast<size_t>(limit));
      request.cursor = page.next;
      total_ = page.total;
    } while (!request.cursor.empty());
    EXPECT_EQ(static_cast<long long>(all.size()), total_);
    return all;
  }

  long long total_ = 0;
  int age_ = 0;
};

TEST_F(ListingTest, ShowsTheNewestFirstAndCountsAllPages) {
  for (const std::string name : {"a", "b", "c", "d", "e"}) in_region(name, "nyc1");
  EXPECT_THAT(names({}), ElementsAre("e", "d", "c", "b", "a"));
  EXPECT_THAT(names({}, 2), ElementsAre("e", "d", "c", "b", "a"));
  EXPECT_EQ(total_, 5);
}

TEST_F(ListingTest, FiltersByEveryColumn) {
  const Json sentinel{{"region", "nyc1"}, {"type", "sentinel"}};
  add("one", sentinel, {{"health", "healthy"}, {"version", "7.0.15"}});
  add("two", sentinel, {{"health", "down"}, {"version", "7.2.4"}}, ResourceState::kDegraded);
  add("three", {{"region", "ams3"}, {"type", "single"}}, {}, ResourceState::kFailed);
  EXPECT_THAT(names({.kind = "kafka"}), IsEmpty());
  EXPECT_THAT(names({.kind = "redis"}), ElementsAre("three", "two", "one"));
  EXPECT_THAT(names({.states = {"degraded", "failed"}}), ElementsAre("three", "two"));
  EXPECT_THAT(names({.healths = {"down"}}), ElementsAre("two"));
  EXPECT_THAT(names({.types = {"sentinel"}}), ElementsAre("two", "one"));
  EXPECT_THAT(names({.regions = {"ams3", "mars1"}}), ElementsAre("three"));
  EXPECT_THAT(names({.versions = {"7.0.15"}}), ElementsAre("one"));
  EXPECT_THAT(names({.states = {"active"}, .regions = {"ams3"}}), IsEmpty());
  EXPECT_THAT(names({.regions = {"nyc"}}), IsEmpty()) << "a part of a word is not the word";
}

TEST_F(ListingTest, FindsPartsOfNamesAndTakesNothingForAPattern) {
  for (const std::string name : {"prod-east", "prod-west", "dev"}) in_region(name, "nyc1");
  EXPECT_THAT(names({.name_contains = "prod"}), ElementsAre("prod-west", "prod-east"));
  EXPECT_THAT(names({.name_contains = "PROD-E"}), ElementsAre("prod-east"));
  EXPECT_THAT(names({.name_contains = "d"}), ElementsAre("dev", "prod-west", "prod-east"));
  for (const std::string hostile : {"%", "_", "prod_east", "\\", "' OR 1=1 --"})
    EXPECT_THAT(names({.name_contains = hostile}), IsEmpty()) << hostile;
  EXPECT_THAT(names({.regions = {"' OR 1=1 --"}}), IsEmpty());
}

TEST_F(ListingTest, SortsByEveryColumnInBothDirectionsAcrossPages) {
  for (int i = 0; i < 12; ++i) {
    Resource resource = add("n" + std::to_string(i % 10) + std::to_string(i),
                            {{"region", i % 3 == 0 ? "ams3" : "nyc1"}, {"type", i % 2 ? "a" : "b"}},
                            {{"nodeCounts", {{"master", i % 4}}},
                             {"health", i % 5 ? "healthy" : "down"},
                             {"version", i % 4 ? "7.0.15" : "7.2.4"}},
                            i % 3 == 1 ? ResourceState::kFailed : ResourceState::kActive);
    if (i % 2 == 0) resource.monthly_usd = 5.5 * (i % 6);
    store().write([&](Transaction& transaction) { transaction.update_resource(resource); });
  }
  for (int key = 0; key <= static_cast<int>(SortKey::kUpdatedAt); ++key) {
    const ResourceQuery up{.sort = static_cast<SortKey>(key), .descending = false};
    const ResourceQuery down{.sort = static_cast<SortKey>(key), .descending = true};
    auto ascending = names(up, 5);
    EXPECT_EQ(std::set(ascending.begin(), ascending.end()).size(), 12u) << key;
    EXPECT_EQ(ascending, names(up)) << key;
    std::ranges::reverse(ascending);
    EXPECT_EQ(ascending, names(down, 5)) << key;
  }
  const ResourceQuery by_name{.sort = SortKey::kName, .descending = false};
  const auto sorted = names(by_name);
  EXPECT_TRUE(std::ranges::is_sorted(sorted));
}

TEST_F(ListingTest, RefusesACursorOfAnotherOrder) {
  for (const std::string name : {"a", "b", "c"}) in_region(name, "nyc1");
  const auto page = store().search_resources(organization(), {.sort = SortKey::kName}, {"", 1});
  ASSERT_FALSE(page.next.empty());
  const auto read = [&](const ResourceQuery& query, const std::string& cursor) {
    return [=, this] { store().search_resources(organization(), query, {cursor, 1}); };
  };
  expect_error(ErrorCode::kInvalidInput, "cursor",
               read({.sort = SortKey::kName, .descending = false}, page.next));
  expect_error(ErrorCode::kInvalidInput, "cursor", read({.sort = SortKey::kNodes}, page.next));
  for (const std::string nonsense : {"x", "e30", "W10", "WzEsMiwzXQ", "////"})
    expect_error(ErrorCode::kInvalidInput, "cursor", read({}, nonsense));
}

TEST_F(ListingTest, FollowsEveryChangeAndForgetsTheDeleted) {
  Resource resource = in_region("one", "nyc1");
  resource.status = {{"health", "down"}, {"nodeCounts", {{"master", 2}, {"replica", 4}}}};
  resource.monthly_usd = 12.5;
  store().write([&](Transaction& transaction) { transaction.update_resource(resource); });
  const auto page = store().search_resources(organization(), {}, {});
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(to_json(page.items[0].summary), to_json(summary_of_made_up(resource)));
  resource.state = ResourceState::kDeleted;
  store().write([&](Transaction& transaction) { transaction.update_resource(resource); });
  EXPECT_THAT(names({}), IsEmpty());
}

TEST_F(ListingTest, ShowsTheLatestOperation) {
  Resource resource = in_region("one", "nyc1");
  const Operation operation = insert_operation(resource);
  resource.current_operation_id = operation.id;
  store().write([&](Transaction& transaction) { transaction.update_resource(resource); });
  const auto page = store().search_resources(organization(), {}, {});
  ASSERT_TRUE(page.items.at(0).operation);
  EXPECT_EQ(page.items[0].operation->id, operation.id);
}

TEST_F(ListingTest, KeepsOrganizationsApart) {
  const Resource ours = in_region("ours", "nyc1");
  const Operation operation = insert_operation(ours);
  append_events(operation.id, 3);
  store().write([&](Transaction& t) { t.append_sample(ours.id, {at(1), {{"m", {{"n", 1}}}}}); });
  const std::string other = add_organization("other");
  EXPECT_EQ(store().search_resources(other, {}, {}).total, 0);
  EXPECT_EQ(store().search_operations(other, {}, {}).total, 0);
  EXPECT_THAT(store().list_resource_events(other, ours.id, {}).items, IsEmpty());
  EXPECT_THAT(store().list_samples(other, ours.id, at(0)), IsEmpty());
  EXPECT_EQ(store().list_samples(organization(), ours.id, at(0)).size(), 1u);
}

TEST_F(ListingTest, IsFilledForResourcesOfAnEarlierSchema) {
  in_region("one", "nyc1");
  in_region("two", "ams3");
  close();
  open_sqlite(database(), false)->execute("DELETE FROM resource_summaries");
  reopen();
  EXPECT_THAT(names({.regions = {"ams3"}}), ElementsAre("two"));
  EXPECT_EQ(total_, 1);
}

TEST_F(ListingTest, FiltersAndCountsOperations) {
  const Resource one = in_region("one", "nyc1");
  const Resource two = in_region("two", "nyc1");
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) {
    Operation operation = make_operation(i % 2 ? one : two);
    operation.created_at = at(i);
    operation.action = i < 3 ? "deploy" : "upgrade";
    operation.state = i % 3 ? OperationState::kSucceeded : OperationState::kFailed;
    store().write([&](Transaction& t) { t.insert_operation(operation, {}, ""); });
    ids.push_back(operation.id);
  }
  const auto found = [&](const OperationQuery& query, int limit = 200) {
    std::vector<std::string> all;
    PageRequest request{"", limit};
    long long total = 0;
    do {
      const auto page = store().search_operations(organization(), query, request);
      for (const Operation& operation : page.items) all.push_back(operation.id);
      request.cursor = page.next;
      total = page.total;
    } while (!request.cursor.empty());
    EXPECT_EQ(static_cast<long long>(all.size()), total);
    return all;
  };
  EXPECT_THAT(found({}, 4), ElementsAre(ids[5], ids[4], ids[3], ids[2], ids[1], ids[0]));
  EXPECT_THAT(found({.states = {"failed"}}), ElementsAre(ids[3], ids[0]));
  EXPECT_THAT(found({.resource_id = one.id}, 1), ElementsAre(ids[5], ids[3], ids[1]));
  EXPECT_THAT(found({.resource_id = one.id, .actions = {"upgrade"}}), ElementsAre(ids[5], ids[3]));
}

TEST_F(ListingTest, TellsTheEventsOfAllOperationsTheLatestFirst) {
  const Resource resource = in_region("one", "nyc1");
  const Resource other = in_region("other", "nyc1");
  std::vector<std::string> operations;
  for (int i = 0; i < 3; ++i) {
    Operation operation = make_operation(i == 1 ? other : resource);
    operation.created_at = at(i);
    operation.state = OperationState::kSucceeded;
    store().write([&](Transaction& t) { t.insert_operation(operation, {}, ""); });
    append_events(operation.id, 4);
    operations.push_back(operation.id);
  }
  for (const int limit : {1, 3, 4, 5, 200}) {
    std::vector<std::string> seen;
    PageRequest request{"", limit};
    do {
      const auto page = store().list_resource_events(organization(), resource.id, request);
      for (const Event& event : page.items)
        seen.push_back((event.operation_id == operations[2] ? "second/" : "first/") +
                       std::to_string(event.number));
      request.cursor = page.next;
    } while (!request.cursor.empty());
    EXPECT_THAT(seen, ElementsAre("second/4", "second/3", "second/2", "second/1", "first/4",
                                  "first/3", "first/2", "first/1"))
        << limit;
  }
}

TEST_F(ListingTest, KeepsSamplesForSomeHours) {
  const Resource resource = in_region("one", "nyc1");
  const auto measure = [&](Time when, int value) {
    store().write(
        [&](Transaction& t) { t.append_sample(resource.id, {when, {{"m", {{"n", value}}}}}); });
  };
  measure(at(0), 1);
  measure(at(1), 2);
  measure(at(1), 3);
  const auto samples = store().list_samples(organization(), resource.id, at(0));
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(samples[1].readings["m"]["n"], 3) << "a moment has one value";
  measure(at(1) + kSamplesKept, 4);
  const auto later = store().list_samples(organization(), resource.id, at(0));
  ASSERT_EQ(later.size(), 2u) << "the oldest is forgotten";
  EXPECT_EQ(later[0].at, at(1));
}

// A page of 10,000 resources with states as large as those of 12 nodes. The bound is ten times what
// it takes on a slow machine; reading whole rows would take longer than that.
TEST_F(ListingTest, StaysFastWithTenThousandResources) {
  const Json status{{"health", "healthy"}, {"nodes", std::string(10'000, 'x')}};
  store().write([&](Transaction& transaction) {
    for (int i = 0; i < 10'000; ++i) {
      Resource resource = make_resource("cluster-" + std::to_string(i));
      resource.spec = {{"region", i % 7 == 0 ? "ams3" : "nyc1"}};
      resource.status = status;
      resource.created_at = at(i);
      transaction.insert_resource(resource);
    }
  });
  const auto began = std::chrono::steady_clock::now();
  const ResourceQuery query{
      .regions = {"ams3"}, .name_contains = "ster-9", .sort = SortKey::kMonthlyUsd};
  const auto page = store().search_resources(organization(), query, {"", 50});
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(page.items.size(), 50u);
  EXPECT_EQ(page.total, 159);
  EXPECT_LT(took, std::chrono::milliseconds(300));
  RecordProperty(
      "microseconds",
      std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

}  // namespace
}  // namespace ashlar::store
