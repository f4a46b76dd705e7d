#include <gmock/gmock.h>

#include <cstdlib>

#include "base/id.hpp"
#include "store/records.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {

ResourceSummary summary_of_made_up(const Resource& resource) {
  const auto text = [](const Json& object, const char* name) -> std::string {
    const bool is_there = object.is_object() && object.contains(name) && object[name].is_string();
    return is_there ? object[name].get<std::string>() : std::string();
  };
  KindSummary summary{.type = text(resource.spec, "type"),
                      .region = text(resource.spec, "region"),
                      .version = text(resource.status, "version")};
  if (resource.status.is_object())
    summary.node_counts = resource.status.value("nodeCounts", Json::object());
  return summary_of(resource, summary);
}

TestDirectory::TestDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "ashlar-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TestDirectory::~TestDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

StoreFixture::StoreFixture() {
  reopen();
  first_token_ = *store_->ensure_first_organization(at(0));
  organization_ = store_->authenticate(first_token_)->organization_id;
}

void StoreFixture::reopen() {
  store_.reset();
  store_ = Store::open(directory(), summary_of_made_up);
}

Resource StoreFixture::make_resource(const std::string& name) const {
  return {.id = new_id("res"),
          .organization_id = organization_,
          .kind = "redis",
          .name = name,
          .spec = Json::object(),
          .created_at = at(0),
          .updated_at = at(0)};
}

Operation StoreFixture::make_operation(const Resource& resource) const {
  return {.id = new_id("op"),
          .organization_id = resource.organization_id,
          .resource_id = resource.id,
          .kind = resource.kind,
          .resource_name = resource.name,
          .action = "deploy",
          .state = OperationState::kRunning,
          .created_at = at(0)};
}

StepRecord StoreFixture::make_step(const Operation& operation, int position,
                                   const std::string& key) const {
  StepRecord step;
  step.id = new_id("st");
  step.operation_id = operation.id;
  step.position = position;
  step.planned.key = key;
  step.planned.type = "test.step";
  step.state = StepState::kReady;
  return step;
}

Machine StoreFixture::make_machine(const Resource& resource, const std::string& node) const {
  return {.id = new_id("m"),
          .organization_id = resource.organization_id,
          .resource_id = resource.id,
          .node = node,
          .role = "master",
          .name = resource.name + "-" + node,
          .provider = "digitalocean",
          .provider_id = "17",
          .region = "nyc1",
          .size = "s-1vcpu-1gb",
          .private_address = "10.0.0.2",
          .host_key = "ssh-ed25519 AAAA",
          .created_at = at(1)};
}

Resource StoreFixture::insert_resource(const std::string& name) {
  Resource resource = make_resource(name);
  store_->write([&](Transaction& transaction) { transaction.insert_resource(resource); });
  return resource;
}

Operation StoreFixture::insert_operation(const Resource& resource,
                                         const std::vector<StepRecord>& steps) {
  Operation operation = make_operation(resource);
  auto own_steps = steps;
  for (StepRecord& step : own_steps) step.operation_id = operation.id;
  store_->write(
      [&](Transaction& transaction) { transaction.insert_operation(operation, own_steps, ""); });
  return operation;
}

std::string StoreFixture::add_organization(const std::string& name) {
  const std::string id = new_id("org");
  const auto connection = open_sqlite(database(), false);
  change(*connection,
         "INSERT INTO organizations (id, name, created_at) VALUES (:id, :name, :created_at)", id,
         name, at(0));
  return id;
}

void StoreFixture::append_events(const std::string& operation_id, int count) {
  store_->write([&](Transaction& transaction) {
    for (int i = 0; i < count; ++i)
      transaction.append_event({.operation_id = operation_id, .type = "step.log", .at = at(i)});
  });
}

void expect_error(ErrorCode code, const std::string& part, const std::function<void()>& body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown; expected an error about " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
  }
}

}  // namespace ashlar::store
