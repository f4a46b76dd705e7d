#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/id.hpp"
#include "store/store_test_support.hpp"
#include "store/transaction.hpp"

namespace ashlar::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreTest : public ::testing::Test, public StoreFixture {};

TEST_F(StoreTest, KeepsOrganizationsApartFromTheirFirstDayOn) {
  const Organization other = store().create_organization("other", at(5));
  reopen();
  const auto all = store().organizations();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(std::ranges::count(all, organization(), &Organization::id), 1);
  EXPECT_EQ(std::ranges::count(all, other.id, &Organization::id), 1);
  EXPECT_EQ(std::ranges::find(all, other.id, &Organization::id)->created_at, at(5));
  const Secret token = store().create_token(other.id, "theirs", {"*"}, at(6)).secret;
  EXPECT_EQ(store().authenticate(token)->organization_id, other.id);
}

TEST_F(StoreTest, RoundTripsEveryFieldOfAResource) {
  Resource resource = make_resource("prod");
  resource.spec = {{"b", 1}, {"a", {{"deep", "ü"}}}};
  resource.status = {{"state", nullptr}};
  resource.state = ResourceState::kDeploying;
  resource.generation = 7;
  resource.current_operation_id = "op_x";
  resource.updated_at = at(9);
  store().write([&](Transaction& transaction) { transaction.insert_resource(resource); });
  EXPECT_EQ(to_json(*store().find_resource(organization(), resource.id)), to_json(resource));

  resource.state = ResourceState::kActive;
  resource.status = Json::object();
  store().write([&](Transaction& transaction) { transaction.update_resource(resource); });
  EXPECT_EQ(to_json(*store().find_resource_by_name(organization(), "redis", "prod")),
            to_json(resource));
}

TEST_F(StoreTest, RoundTripsEveryFieldOfAnOperationAndItsSteps) {
  const Resource resource = insert_resource("prod");
  Operation operation = make_operation(resource);
  operation.summary = "Deploy it";
  operation.actor = {ActorType::kToken, "tok_1", "ci"};
  operation.steps_total = 2;
  operation.expected = Millis{1'234};
  operation.monthly_usd_before = 1.25;
  operation.monthly_usd_after = 6.5;
  operation.started_at = at(3);
  StepRecord step = make_step(operation, 0, "create/a");
  step.planned.title = "Create a";
  step.planned.phase = "Creating";
  step.planned.node = "a";
  step.planned.args = {{"size", "s"}};
  step.planned.after = {"x", "y"};
  step.planned.expected = Millis{5};
  step.planned.deadline = Millis{6};
  store().write([&](Transaction& t) { t.insert_operation(operation, {step}, "key-1"); });

  step.state = StepState::kWaiting;
  step.attempts = 3;
  step.state_data = {{"droplet", 17}};
  step.outputs = {{"address", "10.0.0.1"}};
  step.because = "the machine boots";
  step.figures = {{"bytesCopied", 3}};
  step.not_before = at(4);
  step.started_at = at(1);
  step.progress_at = at(2);
  step.finished_at = at(5);
  step.lease_owner = "me";
  step.lease_until = at(6);
  step.stuck = true;
  operation.state = OperationState::kFailed;
  operation.error = "no machine";
  operation.stuck = true;
  operation.steps_done = 1;
  operation.finished_at = at(8);
  store().write([&](Transaction& t) {
    t.update_step(step);
    t.update_operation(operation);
  });

  EXPECT_EQ(to_json(*store().find_operation(organization(), operation.id)), to_json(operation));
  const auto steps = store().list_steps(organization(), operation.id);
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_EQ(to_json(steps[0]), to_json(step));
  EXPECT_EQ(steps[0].state_data, step.state_data);
  EXPECT_EQ(steps[0].lease_owner, "me");
  EXPECT_EQ(steps[0].lease_until, at(6));
}

TEST_F(StoreTest, RoundTripsAMachineAndReplacesItByNode) {
  const Resource resource = insert_resource("prod");
  Machine machine = make_machine(resource, "master-1");
  store().write([&](Transaction& t) { t.put_machine(machine); });
  machine.id = new_id("m");
  machine.public_address = "192.0.2.1";
  store().write([&](Transaction& t) { t.put_machine(machine); });
  const auto machines = store().list_machines(organization(), resource.id);
  ASSERT_THAT(machines, SizeIs(1));
  EXPECT_EQ(to_json(machines[0]), to_json(machine));
  store().write([&](Transaction& t) {
    EXPECT_THAT(t.machines(resource.id), SizeIs(1));
    t.remove_machine(resource.id, "master-1");
    EXPECT_THAT(t.machines(resource.id), IsEmpty());
  });
}

TEST_F(StoreTest, RollsBackWhenTheBodyThrows) {
  const Resource resource = make_resource("prod");
  EXPECT_THROW(store().write([&](Transaction& t) {
    t.insert_resource(resource);
    EXPECT_TRUE(t.resource(resource.id)) << "a transaction sees its own writes";
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_FALSE(store().find_resource(organization(), resource.id));
  store().write([&](Transaction& t) { t.insert_resource(resource); });
}

TEST_F(StoreTest, NamesAreUniqueUntilDeleted) {
  Resource first = insert_resource("prod");
  const Resource second = make_resource("prod");
  expect_error(ErrorCode::kConflict, first.id,
               [&] { store().write([&](Transaction& t) { t.insert_resource(second); }); });
  Resource other_kind = make_resource("prod");
  other_kind.kind = "vpn";
  store().write([&](Transaction& t) { t.insert_resource(other_kind); });
  first.state = ResourceState::kDeleted;
  store().write([&](Transaction& t) {
    t.update_resource(first);
    t.insert_resource(second);
  });
  EXPECT_EQ(store().find_resource_by_name(organization(), "redis", "prod")->id, second.id);
  EXPECT_THAT(store().list_resources(organization(), "redis", {}).items, SizeIs(1));
  EXPECT_TRUE(store().find_resource(organization(), first.id)) << "its history is still there";
}

TEST_F(StoreTest, AResourceHasOneOpenOperation) {
  const Resource resource = insert_resource("prod");
  Operation first = make_operation(resource);
  store().write([&](Transaction& t) { t.insert_operation(first, {}, ""); });
  const Operation second = make_operation(resource);
  expect_error(ErrorCode::kConflict, first.id,
               [&] { store().write([&](Transaction& t) { t.insert_operation(second, {}, ""); }); });
  first.state = OperationState::kSucceeded;
  store().write([&](Transaction& t) {
    t.update_operation(first);
    t.insert_operation(second, {}, "");
  });
  // Neither may a final one be opened again beside it.
  first.state = OperationState::kRunning;
  expect_error(ErrorCode::kConflict, "UNIQUE",
               [&] { store().write([&](Transaction& t) { t.update_operation(first); }); });
}

TEST_F(StoreTest, UpdatesOfWhatIsNotThereAreErrors) {
  const Resource resource = make_resource("prod");
  const Operation operation = make_operation(resource);
  expect_error(ErrorCode::kNotFound, resource.id,
               [&] { store().write([&](Transaction& t) { t.update_resource(resource); }); });
  expect_error(ErrorCode::kNotFound, operation.id,
               [&] { store().write([&](Transaction& t) { t.update_operation(operation); }); });
  expect_error(ErrorCode::kNotFound, "st_9", [&] {
    store().write([&](Transaction& t) {
      StepRecord step;
      step.id = "st_9";
      t.update_step(step);
    });
  });
}

TEST_F(StoreTest, IdempotencyKeysFindTheFirstOperationAndAnswer) {
  const Resource resource = insert_resource("prod");
  const Operation operation = make_operation(resource);
  store().write([&](Transaction& t) {
    EXPECT_FALSE(t.operation_by_idempotency_key(organization(), "k"));
    EXPECT_FALSE(t.find_answer(organization(), "k"));
    t.insert_operation(operation, {}, "k");
    t.put_answer(organization(), "k", {"digest", {{"id", 1}}}, at(0));
  });
  store().write([&](Transaction& t) {
    EXPECT_EQ(t.operation_by_idempotency_key(organization(), "k"), operation.id);
    EXPECT_FALSE(t.operation_by_idempotency_key("org_other", "k"));
    EXPECT_FALSE(t.operation_by_idempotency_key(organization(), ""));
    EXPECT_EQ(t.find_answer(organization(), "k")->answer, Json({{"id", 1}}));
    EXPECT_EQ(t.find_answer(organization(), "k")->request_digest, "digest");
    EXPECT_FALSE(t.find_answer("org_other", "k"));
  });
}

TEST_F(StoreTest, NumbersEventsWithinTheirOperation) {
  const Operation first = insert_operation(insert_resource("a"));
  const Operation second = insert_operation(insert_resource("b"));
  for (const Operation& operation : {first, second, first})
    store().write([&](Transaction& t) {
      t.append_event({.operation_id = operation.id,
                      .step_id = "s",
                      .step_key = "k",
                      .type = "x",
                      .message = "m",
                      .data = {{"d", 1}},
                      .at = at(1)});
      t.append_event({.operation_id = operation.id, .type = "y", .at = at(2)});
    });
  const auto events = store().list_events(organization(), first.id, 1, 2);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].number, 2);
  EXPECT_EQ(events[1].number, 3);
  EXPECT_EQ(events[1].data, Json({{"d", 1}}));
  EXPECT_THAT(store().list_events(second.id, 0, 100), SizeIs(2));
}

TEST_F(StoreTest, AnErrorThatIsCaughtWithinLeavesTheTransactionUsable) {
  const Resource taken = insert_resource("taken");
  const Resource free = make_resource("free");
  store().write([&](Transaction& t) {
    Resource same_id = make_resource("other");
    same_id.id = taken.id;
    EXPECT_THROW(t.insert_resource(same_id), Error);
    t.insert_resource(free);
  });
  EXPECT_TRUE(store().find_resource(organization(), free.id));
}

TEST_F(StoreTest, RefusesAWriteWithinAWrite) {
  expect_error(ErrorCode::kInternal, "within a write",
               [&] { store().write([&](Transaction&) { store().write([](Transaction&) {}); }); });
  insert_resource("still works");
}

}  // namespace
}  // namespace ashlar::store
