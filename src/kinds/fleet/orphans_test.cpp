#include "kinds/fleet/orphans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/testing/memory_machines.hpp"
#include "kinds/fleet/testing/plan_runner.hpp"

namespace ashlar::fleet {
namespace {

using cloud::testing::MemoryCloud;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// An account with one deployed resource, and what its control plane knows.
class FleetOrphans : public ::testing::Test {
 protected:
  FleetOrphans() {
    prod_.id = "res_01m7yw9v532zpp3r3a4fe7dn5s";
    prod_.organization_id = organization_;
    prod_.kind = "redis";
    prod_.name = "prod";
    prod_.state = ResourceState::kActive;
    Request request{.resource_name = "prod", .region = "nyc1"};
    request.nodes.push_back({"node-1", "master", "s-1vcpu-1gb"});
    Plan plan;
    plan_create(plan, request, cloud_.catalog());
    testing::PlanRunner runner(plan, steps(tools_), clock_, secrets_, records_, "op1", prod_);
    if (!runner.run()) throw std::logic_error("nothing was deployed");
  }

  std::vector<std::string> found() {
    std::vector<std::string> types;
    for (const auto& orphan : find_orphans({tools_, organization_, find_}))
      types.push_back(orphan.type);
    return types;
  }
  Orphan destroy(const std::string& type, const std::string& id) {
    return destroy_orphan({tools_, organization_, find_}, type, id);
  }
  std::string id_of(const std::string& type) {
    for (const auto& orphan : find_orphans({tools_, organization_, find_}))
      if (orphan.type == type) return orphan.provider_id;
    throw std::out_of_range(type);
  }
  ErrorCode code_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.code();
    }
    throw std::logic_error("nothing was thrown");
  }

  std::string organization_ = "org_1";
  Resource prod_;
  bool known_ = true;
  const FindResource find_ = [this](const std::string& id) -> std::optional<Resource> {
    return known_ && id == prod_.id ? std::optional(prod_) : std::nullopt;
  };
  ManualClock clock_;
  MemoryCloud cloud_{clock_};
  testing::MemoryMachines machines_{cloud_};
  testing::MemorySecrets secrets_;
  testing::MemoryRecords records_;
  Tools tools_{cloud_, machines_, "ssh-ed25519 AAAA control-plane"};
};

TEST_F(FleetOrphans, AreNothingThatBelongsToALivingResource) {
  EXPECT_THAT(found(), IsEmpty());
  cloud_.plant("stray", {tag_of(prod_)});  // the drift of that resource
  EXPECT_THAT(found(), IsEmpty());
  prod_.state = ResourceState::kDeleting;
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(FleetOrphans, AreWhatADeletedResourceLeftBehind) {
  clock_.advance(std::chrono::hours(2));
  prod_.state = ResourceState::kDeleted;
  EXPECT_THAT(found(), UnorderedElementsAre("machine", "vpc", "firewall", "tag"));
  const auto orphan = find_orphans({tools_, organization_, find_}).front();
  EXPECT_EQ(orphan.name, "prod-node-1");
  EXPECT_EQ(orphan.monthly_usd, 6);
  EXPECT_EQ(orphan.resource_id, prod_.id);
  EXPECT_EQ(orphan.because, "redis 'prod' was deleted");
  EXPECT_GE(clock_.now() - orphan.created_at.value(), std::chrono::hours(2));
}

TEST_F(FleetOrphans, AreWhatTheOrganizationMadeForAResourceThatNobodyKnows) {
  known_ = false;
  // A firewall's and a tag's marks do not say whose they are.
  EXPECT_THAT(found(), UnorderedElementsAre("machine", "vpc"));
  EXPECT_THAT(find_orphans({tools_, organization_, find_}).front().because, HasSubstr("restored"));
}

TEST_F(FleetOrphans, AreNeverWhatMayBelongToSomebodyElse) {
  known_ = false;
  organization_ = "org_2";  // another control plane with the same account
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(code_of([&] { destroy("machine", cloud_.machines().front().machine.id); }),
            ErrorCode::kNotFound);
  const auto foreign = cloud_.plant("foreign", {"mine"});
  EXPECT_EQ(code_of([&] { destroy("machine", foreign); }), ErrorCode::kNotFound);
  EXPECT_EQ(cloud_.machines().size(), 2u);
}

TEST_F(FleetOrphans, GoOneByOne) {
  prod_.state = ResourceState::kDeleted;
  const std::string vpc = id_of("vpc");
  EXPECT_EQ(code_of([&] { destroy("vpc", vpc); }), ErrorCode::kConflict);  // it has a member
  EXPECT_EQ(destroy("machine", id_of("machine")).name, "prod-node-1");
  clock_.advance(std::chrono::seconds(10));
  destroy("vpc", vpc);
  destroy("firewall", id_of("firewall"));
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(cloud_.vpcs(), IsEmpty());
  EXPECT_THAT(cloud_.firewalls(), IsEmpty());
}

TEST_F(FleetOrphans, AreFormerSshKeysOfTheControlPlane) {
  tools_.ssh_public_key = "ssh-ed25519 BBBB control-plane";
  EXPECT_THAT(found(), UnorderedElementsAre("ssh-key"));
  destroy("ssh-key", id_of("ssh-key"));
  EXPECT_THAT(found(), Not(Contains("ssh-key")));
}

}  // namespace
}  // namespace ashlar::fleet
