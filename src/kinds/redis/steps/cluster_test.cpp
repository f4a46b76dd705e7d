// The kind's steps against real Redis and Sentinel processes on loopback, with TLS.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "base/file.hpp"
#include "kinds/redis/observe/observe.hpp"
#include "kinds/redis/observe/proof.hpp"
#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/testing/local_machines.hpp"
#include "kinds/redis/testing/test_doubles.hpp"

namespace ashlar::redis {
namespace {

using namespace std::chrono_literals;

Spec cluster_spec(bool tls) {
  Json input = *parse_json(R"({
    "name": "test-redis", "deploymentType": "redis-sentinel-prod", "region": "nyc1",
    "downAfterMilliseconds": 1000, "clientRights": ["administration"], "systemPassword": "canary-password-1",
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"},
      "replica": {"count": 2, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})");
  input["enableTLS"] = tls;
  return parse(input, test_catalog())->spec;
}

class Cluster : public testing::Test {
 protected:
  explicit Cluster(bool tls) : bench_(cluster_spec(tls), machines_) {}

  LocalMachines machines_;
  Bench bench_;

  void SetUp() override {
    bench_.secrets.put(secret_name::kGivenPassword, Secret("canary-password-1"));
    bench_.make_machines(machines_.address_prefix());
  }

  Plan plan_now(const Json& observed) { return bench_.plan(observed); }

  /// Runs a plan's steps as the engine would, one at a time; fleet's own count as done.
  void carry_out(const Plan& plan) {
    std::set<std::string> done;
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (done.size() < plan.steps.size()) {
      const size_t before = done.size();
      for (const auto& step : plan.steps) {
        const bool ready = std::ranges::all_of(step.predecessors(), [&](std::string_view key) {
          return done.contains(std::string(key));
        });
        if (ready && !done.contains(step.key) && attempt(step)) done.insert(step.key);
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << step.key << ": " << because_;
      }
      if (done.size() == before) std::this_thread::sleep_for(50ms);
      ASSERT_FALSE(HasFatalFailure());
    }
  }

  bool attempt(const PlannedStep& step) {
    if (!step.type.starts_with("redis.")) return true;
    const auto outcome = bench_.run(step);
    if (const auto* wait = std::get_if<engine::Wait>(&outcome)) because_ = wait->because;
    if (const auto* retry = std::get_if<engine::Retry>(&outcome))
      ADD_FAILURE() << step.key << ": " << retry->error.what();
    if (const auto* fail = std::get_if<engine::Fail>(&outcome))
      ADD_FAILURE() << step.key << ": " << fail->error.what();
    EXPECT_FALSE(HasFailure()) << step.key;
    if (HasFailure()) throw Error(ErrorCode::kInternal, "step " + step.key + " failed");
    return std::holds_alternative<engine::Done>(outcome);
  }

  /// Observes until the cluster is in the wanted condition.
  Json observe_until(const std::function<bool(const Json&)>& wanted) {
    Json observed;
    for (int attempt = 0; attempt < 300; ++attempt) {
      observed = bench_.observe();
      if (wanted(observed)) return observed;
      std::this_thread::sleep_for(100ms);
    }
    ADD_FAILURE() << "not reached: " << observed.dump(2);
    return observed;
  }

  /// Commands as a client with the system password; the replies.
  Json as_client(const std::string& node, std::vector<Command> commands,
                 const std::string& user = "default", const char* password = secret_name::kSystem) {
    const Machine machine = *bench_.records.find_node(node);
    const NodePart part = topology_of(bench_.spec()).node(node);
    Json operation =
        redis_operation(speaker_for(bench_.spec(), part, machine, *bench_.secrets.find(password)),
                        commands, false, false);
    operation["user"] = user;
    machine::Batch batch;
    batch.operations.push_back(operation);
    const auto result = machines_.run(fleet::target_of(machine), batch, Millis(5'000));
    EXPECT_TRUE(result.results.at(0).ok) << result.results.at(0).message;
    return result.results.at(0).data.value("replies", Json());
  }

  static bool healthy(const Json& observed) { return observed["health"] == "healthy"; }

  void expect_deployment() {
    carry_out(plan_now(nullptr));
    const Json observed = bench_.observe();
    EXPECT_EQ(observed["health"], "healthy") << observed["problems"];
    EXPECT_TRUE(plan_now(observed).empty()) << observed["drift"].dump(1);
    EXPECT_EQ(bench_.resource.status["proof"]["groups"][0]["master"], "master-1");

    const Json& replica = observed["nodes"][1];
    EXPECT_EQ(replica["replication"]["follows"], "master-1");
    EXPECT_EQ(replica["replication"]["linkUp"], true);
    EXPECT_EQ(replica["certificate"].is_object(), bench_.spec().tls);
    EXPECT_EQ(observed["connection"]["sentinels"].size(), 3u);
    EXPECT_EQ(observed["connection"]["masterNames"], Json({"test-redis-m1"}));

    // Nothing that is shown holds a secret.
    const std::string shown =
        observed.dump() + Json(bench_.outputs).dump() + Json(bench_.logged).dump();
    for (const auto& [name, secret] : bench_.secrets.all())
      EXPECT_EQ(shown.find(secret.reveal()), std::string::npos) << name;
  }

  static bool refused(const Json& reply) {
    return reply.is_object() && reply.value("error", "").starts_with("NOPERM");
  }

  /// Each user may only do its own work.
  void expect_users_limited() {
    const Json replication = as_client("master-1", {{"PING"}, {"GET", "x"}, {"CONFIG", "GET", "*"}},
                                       kReplicationUser, secret_name::kReplication);
    EXPECT_EQ(replication[0], "PONG");
    EXPECT_TRUE(refused(replication[1])) << replication;
    EXPECT_TRUE(refused(replication[2])) << replication;

    const Json sentinel = as_client("master-1", {{"PING"}, {"GET", "x"}, {"FLUSHALL"}},
                                    kSentinelUser, secret_name::kSentinel);
    EXPECT_TRUE(refused(sentinel[1])) << sentinel;
    EXPECT_TRUE(refused(sentinel[2])) << sentinel;

    const Json client =
        as_client("sentinel-1", {{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "test-redis-m1"},
                                 {"SENTINEL", "REMOVE", "test-redis-m1"},
                                 {"SENTINEL", "SET", "test-redis-m1", "quorum", "1"},
                                 {"ACL", "LIST"}});
    EXPECT_EQ(client[0][0], bench_.records.find_node("master-1")->private_address);
    for (size_t i = 1; i < 4; ++i) EXPECT_TRUE(refused(client[i])) << client[i];
  }

  void expect_dead_sentinel_to_be_reported() {
    machines_.kill_process("test-redis-sentinel-2");
    const Json observed = bench_.observe();
    EXPECT_EQ(observed["health"], "degraded");
    EXPECT_EQ(observed["nodes"][4]["state"], "error");
    EXPECT_EQ(observed["nodes"][4]["reachable"], true);
    const std::string error = observed["nodes"][4]["error"];
    EXPECT_NE(error.find("connect"), std::string::npos) << error;
    EXPECT_EQ(observed["groups"][0]["master"], "master-1");
  }

  void expect_proof_to_fail_while_a_replica_is_astray() {
    EXPECT_EQ(as_client("replica-1", {{"REPLICAOF", "NO", "ONE"}})[0], "OK");
    PlannedStep proof;
    proof.key = kProveKey;
    proof.type = "redis.prove";
    const auto outcome = bench_.run(proof);
    ASSERT_TRUE(std::holds_alternative<engine::Wait>(outcome));
    EXPECT_NE(std::get<engine::Wait>(outcome).because.find("replica-1"), std::string::npos);
  }

  std::string because_;
};

class TlsClusterTest : public Cluster {
 protected:
  TlsClusterTest() : Cluster(true) {}
};

class PlainClusterTest : public Cluster {
 protected:
  PlainClusterTest() : Cluster(false) {}
};

TEST_F(TlsClusterTest, IsDeployedProvedAndNeedsNothingMore) {
  expect_deployment();
}

TEST_F(PlainClusterTest, IsDeployedProvedAndNeedsNothingMore) {
  expect_deployment();
}

TEST_F(TlsClusterTest, StepsRunAgainWithoutEffect) {
  const Plan plan = plan_now(nullptr);
  carry_out(plan);
  const std::string certificate =
      bench_.secrets
          .find(secret_name::node_certificate(bench_.records.find_node("master-1")->name))
          ->reveal();
  const std::string password = bench_.secrets.find(secret_name::kSystem)->reveal();
  carry_out(plan);
  for (const auto& node : {"master-1", "replica-1", "sentinel-1"})
    EXPECT_EQ(bench_.outputs.at(configure_key(node)), Json({{"changed", false}})) << node;
  EXPECT_EQ(bench_.secrets.find(secret_name::kSystem)->reveal(), password);
  EXPECT_EQ(password, "canary-password-1");
  EXPECT_EQ(bench_.secrets
                .find(secret_name::node_certificate(bench_.records.find_node("master-1")->name))
                ->reveal(),
            certificate);
}

TEST_F(TlsClusterTest, ALostMasterIsReplacedAndComesBackAsAReplica) {
  carry_out(plan_now(nullptr));
  EXPECT_EQ(as_client("master-1", {{"SET", "kept", "yes"}, {"WAIT", "2", "2000"}})[1], 2);
  machines_.kill_process("test-redis-master-1");
  const Json after = observe_until([](const Json& observed) {
    return observed["groups"][0]["master"].is_string() &&
           observed["groups"][0]["master"] != "master-1" &&
           observed["nodes"][0]["state"] == "error";
  });
  EXPECT_EQ(after["health"], "degraded");
  const std::string promoted = after["groups"][0]["master"];
  EXPECT_EQ(as_client(promoted, {{"GET", "kept"}})[0], "yes");

  machines_.start_process("test-redis-master-1");
  const Json whole = observe_until(healthy);
  EXPECT_EQ(whole["nodes"][0]["role"], "replica");
  // On a starved machine the sentinels may have voted once more since.
  const std::string leader = whole["groups"][0]["master"];
  EXPECT_EQ(whole["nodes"][0]["replication"]["follows"], leader);
  EXPECT_EQ(as_client("master-1", {{"GET", "kept"}})[0], "yes");
  // The new arrangement is as good as the old one: nothing is planned, and the proof holds again.
  EXPECT_TRUE(plan_now(whole).empty());
  carry_out([&] {
    Json unproved = whole;
    unproved["proof"] = nullptr;
    return plan_now(unproved);
  }());
  EXPECT_EQ(bench_.resource.status["proof"]["groups"][0]["master"], leader);
}

TEST_F(TlsClusterTest, ALostMachineIsReplacedAndTheOldOneForgotten) {
  carry_out(plan_now(nullptr));
  EXPECT_EQ(as_client("master-1", {{"SET", "kept", "yes"}, {"WAIT", "2", "2000"}})[1], 2);

  // Its machine is gone for good, after its replica took over.
  machines_.kill_process("test-redis-master-1");
  Machine lost = *bench_.records.find_node("master-1");
  std::erase_if(bench_.cloud.listed, [&](const auto& one) { return one.id == lost.provider_id; });
  const Json after = observe_until([](const Json& observed) {
    return observed["groups"][0]["master"].is_string() &&
           observed["groups"][0]["master"] != "master-1";
  });
  EXPECT_EQ(after["nodes"][0]["state"], "missing");
  const Plan repair = plan_now(after);

  // What fleet's steps would do: a new machine under the old name, with another address.
  lost.name += "-new";
  lost.provider_id = "900";
  lost.private_address = machines_.address_prefix() + "200";
  bench_.records.put(lost);
  cloud::CloudMachine made;
  made.id = "900";
  made.state = cloud::MachineState::kActive;
  bench_.cloud.listed.push_back(made);
  carry_out(repair);

  const Json whole = bench_.observe();
  EXPECT_EQ(whole["health"], "healthy") << whole["problems"];
  EXPECT_EQ(whole["nodes"][0]["role"], "replica");
  EXPECT_EQ(as_client("master-1", {{"GET", "kept"}})[0], "yes");
}

TEST_F(TlsClusterTest, RefusesWhatItShould) {
  carry_out(plan_now(nullptr));
  expect_users_limited();
  expect_proof_to_fail_while_a_replica_is_astray();
  expect_dead_sentinel_to_be_reported();
}

}  // namespace
}  // namespace ashlar::redis
