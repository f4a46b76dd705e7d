// No query by an id that a user can name may answer across organizations; and pages stay stable.
#include <gmock/gmock.h>

#include "base/id.hpp"
#include "store/page.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class IsolationTest : public ::testing::Test, public StoreFixture {
 protected:
  void SetUp() override {
    resource = insert_resource("prod");
    operation = make_operation(resource);
    store().write([&](Transaction& t) {
      t.insert_operation(operation, {make_step(operation, 0, "a")}, "key");
      t.put_machine(make_machine(resource, "master-1"));
      t.append_event({.operation_id = operation.id, .type = "operation.started"});
      t.put_secret(organization(), resource.id, "password", Secret("a secret value"), false);
      t.put_answer(organization(), "key", {"digest", Json::object()}, at(0));
    });
    stranger = add_organization("strangers");
  }

  Resource resource;
  Operation operation;
  std::string stranger;
};

TEST_F(IsolationTest, EveryReadingAnswersItsOwnOrganizationOnly) {
  struct Query {
    const char* name;
    std::function<size_t(const std::string& organization)> answers;
  };
  const std::vector<Query> queries = {
      {"list_resources", [&](auto& o) { return store().list_resources(o, "", {}).items.size(); }},
      {"list_resources of a kind",
       [&](auto& o) { return store().list_resources(o, "redis", {}).items.size(); }},
      {"find_resource", [&](auto& o) { return store().find_resource(o, resource.id) ? 1 : 0; }},
      {"find_resource_by_name",
       [&](auto& o) { return store().find_resource_by_name(o, "redis", "prod") ? 1 : 0; }},
      {"list_machines", [&](auto& o) { return store().list_machines(o, resource.id).size(); }},
      {"list_operations", [&](auto& o) { return store().list_operations(o, "", {}).items.size(); }},
      {"list_operations of a resource",
       [&](auto& o) { return store().list_operations(o, resource.id, {}).items.size(); }},
      {"find_operation", [&](auto& o) { return store().find_operation(o, operation.id) ? 1 : 0; }},
      {"list_steps", [&](auto& o) { return store().list_steps(o, operation.id).size(); }},
      {"find_step",
       [&](auto& o) {
         const auto steps = store().list_steps(operation.id);
         return store().find_step(o, resource.id, steps.front().id) ? 1 : 0;
       }},
      {"list_events", [&](auto& o) { return store().list_events(o, operation.id, 0, 10).size(); }},
      {"find_secret",
       [&](auto& o) { return store().find_secret(o, resource.id, "password") ? 1 : 0; }},
      {"Transaction::resource_by_name",
       [&](auto& o) {
         size_t found = 0;
         store().write(
             [&](Transaction& t) { found = t.resource_by_name(o, "redis", "prod") ? 1 : 0; });
         return found;
       }},
      {"Transaction::operation_by_idempotency_key",
       [&](auto& o) {
         size_t found = 0;
         store().write(
             [&](Transaction& t) { found = t.operation_by_idempotency_key(o, "key") ? 1 : 0; });
         return found;
       }},
      {"Transaction::find_answer",
       [&](auto& o) {
         size_t found = 0;
         store().write([&](Transaction& t) { found = t.find_answer(o, "key") ? 1 : 0; });
         return found;
       }},
      {"Transaction::secret",
       [&](auto& o) {
         size_t found = 0;
         store().write(
             [&](Transaction& t) { found = t.secret(o, resource.id, "password") ? 1 : 0; });
         return found;
       }},
  };
  for (const Query& query : queries) {
    EXPECT_EQ(query.answers(organization()), 1u) << query.name;
    EXPECT_EQ(query.answers(stranger), 0u) << query.name;
    EXPECT_EQ(query.answers(""), 0u) << query.name << " without an organization";
    EXPECT_EQ(query.answers("' OR '1'='1"), 0u) << query.name;
  }
}

TEST_F(IsolationTest, WritesDoNotReachAcross) {
  Resource stolen = resource;
  stolen.organization_id = stranger;
  expect_error(ErrorCode::kNotFound, resource.id,
               [&] { store().write([&](Transaction& t) { t.update_resource(stolen); }); });
  Operation other = operation;
  other.organization_id = stranger;
  expect_error(ErrorCode::kNotFound, operation.id,
               [&] { store().write([&](Transaction& t) { t.update_operation(other); }); });
  Machine machine = make_machine(resource, "master-1");
  machine.organization_id = stranger;
  EXPECT_THROW(store().write([&](Transaction& t) { t.put_machine(machine); }), Error);
  store().write([&](Transaction& t) { t.remove_secrets(stranger, resource.id); });
  EXPECT_TRUE(store().find_secret(organization(), resource.id, "password"));
  EXPECT_EQ(store().list_machines(organization(), resource.id).size(), 1u);
}

TEST_F(IsolationTest, TheSameNameAndKeyMayExistInBoth) {
  Resource same = make_resource("prod");
  same.organization_id = stranger;
  Operation its = make_operation(same);
  store().write([&](Transaction& t) {
    t.insert_resource(same);
    t.insert_operation(its, {}, "key");
  });
  EXPECT_EQ(store().find_resource_by_name(stranger, "redis", "prod")->id, same.id);
}

class PageTest : public ::testing::Test, public StoreFixture {
 protected:
  void insert_at(const std::string& name, long long millis) {
    Resource resource = make_resource(name);
    resource.created_at = at(millis);
    store().write([&](Transaction& t) { t.insert_resource(resource); });
  }
};

TEST_F(PageTest, ShowEachRowOnceWhileRowsAreInserted) {
  // Several share a millisecond, so that the id decides.
  for (int i = 0; i < 25; ++i) insert_at("old-" + std::to_string(i), i / 4);
  std::vector<std::string> seen;
  PageRequest request{.limit = 4};
  for (int round = 0; round < 100; ++round) {
    const auto page = store().list_resources(organization(), "redis", request);
    for (const Resource& resource : page.items) seen.push_back(resource.name);
    insert_at("new-" + std::to_string(round), 1'000 + round);
    if (page.next.empty()) break;
    EXPECT_THAT(page.items, SizeIs(4));
    request.cursor = page.next;
  }
  ASSERT_THAT(seen, SizeIs(25));
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 25u);
  EXPECT_EQ(seen.front(), std::string("old-24")) << "newest first";
}

TEST_F(PageTest, ClampsLimitsAndEndsWithoutAnEmptyPage) {
  for (int i = 0; i < 3; ++i) insert_at("r" + std::to_string(i), i);
  EXPECT_THAT(store().list_resources(organization(), "", {.limit = 0}).items, SizeIs(1));
  EXPECT_THAT(store().list_resources(organization(), "", {.limit = -7}).items, SizeIs(1));
  EXPECT_THAT(store().list_resources(organization(), "", {.limit = 1'000'000}).items, SizeIs(3));
  EXPECT_EQ(store().list_resources(organization(), "", {.limit = 3}).next, "");
}

TEST_F(PageTest, RefusesWhatIsNotACursor) {
  for (const char* cursor : {"x", "!!!", "MTIz", "OmFiYw", "MTIzOg", "-", "AAAA", "bm90OmE"})
    expect_error(ErrorCode::kInvalidInput, "not a cursor",
                 [&] { store().list_resources(organization(), "", {.cursor = cursor}); });
  const Position position{at(5), "res_1"};
  EXPECT_EQ(from_cursor(to_cursor(position)).id, "res_1");
  EXPECT_EQ(from_cursor(to_cursor(position)).created_at, at(5));
}

TEST_F(IsolationTest, AStepIsFoundThroughItsOwnResourceOnly) {
  const Resource other = insert_resource("other");
  const std::string step = store().list_steps(operation.id).front().id;
  EXPECT_EQ(store().find_step(organization(), resource.id, step)->id, step);
  EXPECT_FALSE(store().find_step(organization(), other.id, step));
  EXPECT_FALSE(store().find_step(organization(), resource.id, "st_none"));
}

}  // namespace
}  // namespace ashlar::store
