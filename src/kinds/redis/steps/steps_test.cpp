// Steps against scripted machines: what they ask, and what they make of every answer.

#include "kinds/redis/steps/steps.hpp"

#include <gtest/gtest.h>

#include "kinds/redis/server/secrets.hpp"
#include "kinds/redis/spec/topology.hpp"
#include "kinds/redis/testing/test_doubles.hpp"

namespace ashlar::redis {
namespace {

using engine::Done;
using engine::Fail;
using engine::Retry;
using engine::StepOutcome;
using engine::Wait;

Spec small_spec() {
  return parse(*parse_json(R"({
    "name": "dev-redis", "type": "sentinel", "region": "nyc1", "enableTLS": true,
    "desiredState": {"roles": {
      "master": {"count": 1, "size": "s-1vcpu-1gb"},
      "replica": {"count": 1, "size": "s-1vcpu-1gb"},
      "sentinel": {"count": 3, "size": "s-1vcpu-1gb"}}}})"),
               test_catalog())
      ->spec;
}

class StepsTest : public testing::Test {
 protected:
  StepsTest() {
    bench_.make_machines("10.0.0.");
    for (const char* op : {"directory", "file", "file_once", "package", "systemd_unit", "sysctl"})
      machines_.answers["*"][op] = [](const Json&) { return succeeded(); };
    ensure_credentials(bench_.secrets, bench_.spec(), bench_.clock.now());
  }

  StepOutcome run(const std::string& key) {
    const Plan plan = bench_.plan(nullptr);
    const auto step = std::ranges::find(plan.steps, key, &PlannedStep::key);
    if (step == plan.steps.end()) throw std::out_of_range(key);
    return bench_.run(*step);
  }

  void answer_redis(const std::string& node, Json replies) {
    machines_.answers["dev-redis-" + node]["resp"] = [replies](const Json&) {
      return succeeded({{"replies", replies}}, false);
    };
  }

  static std::string master_info() { return "role:master\r\nmaster_repl_offset:5\r\n"; }
  static std::string replica_info(const std::string& leader, const std::string& link) {
    return "role:slave\r\nmaster_host:" + leader + "\r\nmaster_link_status:" + link + "\r\n";
  }

  ScriptedMachines machines_;
  Bench bench_{small_spec(), machines_};
};

template <class Wanted>
const Wanted& expect(const StepOutcome& outcome) {
  const auto* found = std::get_if<Wanted>(&outcome);
  if (found == nullptr) {
    std::string what = "another outcome";
    if (const auto* wait = std::get_if<Wait>(&outcome)) what = "Wait: " + wait->because;
    if (const auto* retry = std::get_if<Retry>(&outcome)) what = retry->error.what();
    if (const auto* fail = std::get_if<Fail>(&outcome)) what = fail->error.what();
    throw std::runtime_error(what);
  }
  return *found;
}

TEST_F(StepsTest, CredentialsAreMadeOnce) {
  const auto before = bench_.secrets.all();
  expect<Done>(run(kCredentialsKey));
  const auto after = bench_.secrets.all();
  ASSERT_EQ(before.size(), after.size());
  EXPECT_EQ(after.size(), 7u);  // five passwords, the authority's key and certificate
  for (const auto& [name, secret] : after) {
    EXPECT_EQ(secret.reveal(), before.at(name).reveal()) << name;
    EXPECT_GE(secret.reveal().size(), 40u) << name;
  }
}

TEST_F(StepsTest, AGivenPasswordIsTakenOnceAndLaterOnesAreNot) {
  MemorySecrets secrets;
  secrets.put(secret_name::kGivenPassword, Secret("the-first-password"));
  ensure_credentials(secrets, small_spec(), bench_.clock.now());
  secrets.put(secret_name::kGivenPassword, Secret("the-second-password"));
  ensure_credentials(secrets, small_spec(), bench_.clock.now());
  EXPECT_EQ(read_passwords(secrets).system.reveal(), "the-first-password");
}

TEST_F(StepsTest, InstallingPutsTheConditionInPlaceBeforeThePackage) {
  expect<Done>(run(install_key("master-1")));
  EXPECT_EQ(machines_.operation_names("dev-redis-master-1"),
            (std::vector<std::string>{"package", "directory", "file", "package", "systemd_unit",
                                      "sysctl"}))
      << "a look whether anything is to be installed comes first";
  const Json package = machines_.seen("dev-redis-master-1", "package").at(0);
  EXPECT_EQ(package["names"], (Json{"redis-server", "openssl"}));
  expect<Done>(run(install_key("sentinel-1")));
  EXPECT_EQ(machines_.operation_names("dev-redis-sentinel-1"),
            (std::vector<std::string>{"package", "directory", "file", "directory", "file",
                                      "package", "systemd_unit"}));
  const Json other = machines_.seen("dev-redis-sentinel-1", "systemd_unit").at(0);
  EXPECT_EQ(other["name"], kRedisUnit) << "an image may bring it";
  EXPECT_EQ(other["state"], "stopped");
}

TEST_F(StepsTest, WhatIsSaidWhileItInstallsIsTheStepsOutput) {
  machines_.answers["*"]["package"] = [](const Json&) {
    auto result = succeeded();
    result.message = "installed it";
    return result;
  };
  machines_.jobs_take_long = true;
  EXPECT_EQ(expect<Wait>(run(install_key("master-1"))).because, "its packages are being installed");
  EXPECT_TRUE(machines_.seen("dev-redis-master-1", "file").empty()) << "all of it is the job's";
  machines_.let_jobs_end();
  expect<Done>(run(install_key("master-1")));
  EXPECT_NE(bench_.output.find("package: installed it\n"), std::string::npos) << bench_.output;
}

TEST_F(StepsTest, AContainerThatRefusesTheKernelParameterIsNoted) {
  machines_.answers["*"]["sysctl"] = [](const Json&) { return failed("Read-only file system"); };
  EXPECT_EQ(expect<Done>(run(install_key("master-1"))).outputs["kernelParameters"], false);
  ASSERT_EQ(bench_.logged.size(), 1u);
  EXPECT_NE(bench_.logged[0].find("Read-only file system"), std::string::npos);
}

TEST_F(StepsTest, AFailedPackageIsTriedAgainAndNamesTheMachine) {
  machines_.answers["*"]["package"] = [](const Json&) { return failed("no route to the mirror"); };
  const Error error = expect<Retry>(run(install_key("master-1"))).error;
  EXPECT_NE(error.message().find("dev-redis-master-1"), std::string::npos);
  EXPECT_NE(error.message().find("no route to the mirror"), std::string::npos);
}

TEST_F(StepsTest, LostConnectionsAreTriedAgainAndLostTrustIsNot) {
  for (const ErrorCode passing : {ErrorCode::kUnavailable, ErrorCode::kTimeout}) {
    machines_.broken.insert_or_assign("dev-redis-master-1", Error(passing, "gone"));
    expect<Retry>(run(install_key("master-1")));
  }
  machines_.broken.insert_or_assign("dev-redis-master-1",
                                    Error(ErrorCode::kUntrusted, "another host key"));
  expect<Fail>(run(install_key("master-1")));
}

TEST_F(StepsTest, ANodeIsConfiguredInOneBatchThatWritesRedisConfOnce) {
  expect<Done>(run(configure_key("replica-1")));
  EXPECT_EQ(machines_.operation_names("dev-redis-replica-1"),
            (std::vector<std::string>{"directory", "file", "file", "file", "file", "file_once",
                                      "systemd_unit"}));
  const Json conf = machines_.seen("dev-redis-replica-1", "file_once").at(0);
  EXPECT_EQ(conf["path"], "/etc/redis/ashlar/redis.conf");
  EXPECT_EQ(conf["mode"], "0640");
  EXPECT_NE(conf["content"].get<std::string>().find("replicaof 10.0.0.1 6379\n"),
            std::string::npos);
  const Json key = machines_.seen("dev-redis-replica-1", "file").at(2);
  EXPECT_EQ(key["path"], "/etc/redis/ashlar/node.key");
  EXPECT_EQ(key["mode"], "0400");
}

TEST_F(StepsTest, AReplacedMachineGetsANewCertificateForTheSameKey) {
  expect<Done>(run(configure_key("replica-1")));
  expect<Done>(run(configure_key("replica-1")));
  Machine moved = *bench_.records.find_node("replica-1");
  moved.private_address = "10.0.0.77";
  bench_.records.put(moved);
  expect<Done>(run(configure_key("replica-1")));
  const auto files = machines_.seen("dev-redis-replica-1", "file");
  ASSERT_EQ(files.size(), 12u);
  EXPECT_EQ(files[1]["content"], files[5]["content"]) << "kept while it serves";
  EXPECT_NE(files[1]["content"], files[9]["content"]);
  const auto names = read_certificate(files[9]["content"]).names;
  EXPECT_NE(std::ranges::find(names, "10.0.0.77"), names.end());
}

TEST_F(StepsTest, ANodeWithoutAMachineFailsAndSaysWhatToDo) {
  bench_.records.remove_node("master-1");
  const Error error = expect<Fail>(run(configure_key("replica-1"))).error;
  EXPECT_NE(error.message().find("master-1"), std::string::npos);
  EXPECT_FALSE(error.remedy().empty());
}

TEST_F(StepsTest, ASentinelIsGivenEverythingInOneBatch) {
  expect<Done>(run(configure_key("sentinel-2")));
  const std::string conf =
      machines_.seen("dev-redis-sentinel-2", "file_once").at(0)["content"].get<std::string>();
  for (const char* line : {"sentinel monitor dev-redis-m1 10.0.0.1 6379 2\n",
                           "sentinel known-replica dev-redis-m1 10.0.0.2 6379\n",
                           "sentinel known-sentinel dev-redis-m1 10.0.0.3 26379 ",
                           "sentinel known-sentinel dev-redis-m1 10.0.0.5 26379 "})
    EXPECT_NE(conf.find(line), std::string::npos) << line;
  EXPECT_EQ(conf.find("known-sentinel dev-redis-m1 10.0.0.4"), std::string::npos) << "itself";
}

TEST_F(StepsTest, ReplicationIsWaitedFor) {
  answer_redis("master-1", {master_info()});
  answer_redis("replica-1", {replica_info("10.0.0.1", "down")});
  const Wait waiting = expect<Wait>(run(replication_key("dev-redis-m1")));
  EXPECT_EQ(waiting.because, "replica-1 is not connected to master-1");
  EXPECT_FALSE(waiting.progress);
  answer_redis("replica-1", {replica_info("10.0.0.1", "up")});
  EXPECT_EQ(expect<Done>(run(replication_key("dev-redis-m1"))).outputs["master"], "master-1");
}

TEST_F(StepsTest, ReplicationDoesNotWaitForWhoCouldNotBeStarted) {
  answer_redis("master-1", {master_info()});
  bench_.failed = {configure_key("replica-1")};
  EXPECT_EQ(expect<Done>(run(replication_key("dev-redis-m1"))).outputs["master"], "master-1");
  EXPECT_TRUE(machines_.seen("dev-redis-replica-1", "resp").empty());
}

TEST_F(StepsTest, ASynchronizationThatAdvancesMovesTheDeadline) {
  answer_redis("master-1", {master_info()});
  const std::string loading = replica_info("10.0.0.1", "down") + "master_sync_left_bytes:";
  answer_redis("replica-1", {loading + "900\r\n"});
  EXPECT_TRUE(expect<Wait>(run(replication_key("dev-redis-m1"))).progress);
  EXPECT_FALSE(expect<Wait>(run(replication_key("dev-redis-m1"))).progress) << "it hangs";
  answer_redis("replica-1", {loading + "500\r\n"});
  EXPECT_TRUE(expect<Wait>(run(replication_key("dev-redis-m1"))).progress);
}

TEST_F(StepsTest, AReplicaOfSomeoneElseIsToldWhomToFollow) {
  answer_redis("master-1", {master_info()});
  answer_redis("replica-1", {replica_info("10.0.0.99", "up")});
  expect<Wait>(run(replication_key("dev-redis-m1")));
  const auto sent = machines_.seen("dev-redis-replica-1", "resp");
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1]["commands"], Json({{"REPLICAOF", "10.0.0.1", "6379"}, {"CONFIG", "REWRITE"}}));
}

TEST_F(StepsTest, ANodeThatCallsItselfMasterIsLeftAlone) {
  // It may hold writes that nobody else has.
  answer_redis("master-1", {master_info()});
  answer_redis("replica-1", {std::string("role:master\r\nmaster_repl_offset:3\r\n")});
  expect<Wait>(run(replication_key("dev-redis-m1")));
  EXPECT_EQ(machines_.seen("dev-redis-replica-1", "resp").size(), 1u);
}

TEST_F(StepsTest, AnotherCertificateOnTheMachineIsNotTrusted) {
  expect<Done>(run(configure_key("master-1")));
  answer_redis("master-1", {"PONG"});
  const std::string own = machines_.seen("dev-redis-master-1", "file").at(1)["content"];
  machines_.answers["*"]["read_file"] = [&](const Json&) {
    return succeeded({{"exists", true}, {"content", own}}, false);
  };
  const Json outputs = expect<Done>(run(tls_key("master-1"))).outputs;
  EXPECT_EQ(outputs["fingerprint"], read_certificate(own).fingerprint);

  MemorySecrets others;
  ensure_credentials(others, bench_.spec(), bench_.clock.now());
  const auto foreign = ensure_tls_files(
      others, certificate_request(bench_.spec(), *bench_.records.find_node("master-1")), "master-1",
      1095, bench_.clock.now());
  machines_.answers["*"]["read_file"] = [&](const Json&) {
    return succeeded({{"exists", true}, {"content", foreign.certificate}}, false);
  };
  EXPECT_EQ(expect<Fail>(run(tls_key("master-1"))).error.code(), ErrorCode::kUntrusted);
}

TEST_F(StepsTest, ACloudThatDoesNotAnswerIsNotTakenForMissingMachines) {
  bench_.cloud.list_error = Error(ErrorCode::kUnavailable, "503");
  EXPECT_THROW(bench_.observe(), Error);
  expect<Retry>(run(kProveKey));
}

TEST_F(StepsTest, ObservingTellsMissingOffStartingAndUnreachableApart) {
  bench_.cloud.listed.erase(bench_.cloud.listed.begin());
  bench_.cloud.listed[0].state = cloud::MachineState::kOff;
  bench_.cloud.listed[1].state = cloud::MachineState::kNew;
  machines_.broken.insert_or_assign("dev-redis-sentinel-2",
                                    Error(ErrorCode::kUnavailable, "no route to host"));
  machines_.answers["dev-redis-sentinel-3"]["resp"] = [](const Json&) {
    return failed("cannot connect to 10.0.0.5:26379: Connection refused");
  };
  const Json nodes = bench_.observe()["nodes"];
  const auto is = [&](size_t index, const char* state, bool reachable, const char* error) {
    EXPECT_EQ(nodes[index]["state"], state);
    EXPECT_EQ(nodes[index]["reachable"], reachable) << index;
    EXPECT_EQ(nodes[index]["error"], error);
  };
  is(0, "missing", false, "the provider no longer has its machine");
  is(1, "off", false, "its machine is switched off");
  is(2, "starting", false, "its machine is being made");
  is(3, "error", false, "no route to host");
  is(4, "error", true, "cannot connect to 10.0.0.5:26379: Connection refused");
}

TEST_F(StepsTest, AWriteThatNoReplicaHasIsNoProof) {
  answer_redis("master-1", {master_info()});
  answer_redis("replica-1", {replica_info("10.0.0.1", "up")});
  for (int i = 1; i <= 3; ++i) {
    Json peers = Json::array();
    for (int other = 1; other <= 3; ++other)
      if (other != i)
        peers.push_back({"ip", "10.0.0." + std::to_string(2 + other), "flags", "sentinel"});
    answer_redis("sentinel-" + std::to_string(i),
                 {"# Server\r\n",
                  {{"name", "dev-redis-m1", "ip", "10.0.0.1", "flags", "master"}},
                  {{"ip", "10.0.0.2", "flags", "slave"}},
                  peers,
                  "OK 3 usable Sentinels"});
  }
  EXPECT_EQ(bench_.observe()["problems"], Json::array());
  machines_.answers["dev-redis-master-1"]["resp"] = [](const Json& operation) {
    if (operation["commands"][0][0] == "INFO")
      return succeeded({{"replies", {master_info()}}}, false);
    return succeeded({{"replies", {"OK", 0}}});
  };
  EXPECT_EQ(expect<Wait>(run(kProveKey)).because,
            "master-1 took a write that 0 of 1 replicas acknowledged");
  EXPECT_FALSE(bench_.resource.status.contains("proof"));
}

TEST_F(StepsTest, SecretsTravelInBatchesOnlyAndNeverInCommandLines) {
  machines_.answers["*"]["read_file"] = [](const Json&) { return failed("absent"); };
  answer_redis("master-1", {master_info()});
  answer_redis("replica-1", {replica_info("10.0.0.1", "up")});
  for (const char* node : {"master-1", "replica-1"}) run(configure_key(node));
  run(configure_key("sentinel-1"));
  run(replication_key("dev-redis-m1"));
  const std::string shown = Json(bench_.outputs).dump() + Json(bench_.logged).dump();
  for (const auto& [name, secret] : bench_.secrets.all())
    EXPECT_EQ(shown.find(secret.reveal()), std::string::npos) << name;
  for (const char* node : {"master-1", "replica-1", "sentinel-1"})
    for (const char* op : {"command", "job_start"})
      EXPECT_TRUE(machines_.seen(std::string("dev-redis-") + node, op).empty());
}

TEST_F(StepsTest, CredentialsAreWhatAClientNeeds) {
  const auto find = [&](const std::string& name) { return bench_.secrets.find(name); };
  const Json credentials = bench_.kind().credentials(bench_.resource, find);
  EXPECT_EQ(credentials["username"], "default");
  EXPECT_EQ(credentials["password"], bench_.secrets.find(secret_name::kSystem)->reveal());
  EXPECT_EQ(credentials["sentinelPassword"], credentials["password"]);
  EXPECT_NE(credentials["caCertificate"].get<std::string>().find("BEGIN CERTIFICATE"),
            std::string::npos);
  EXPECT_TRUE(credentials["connection"].is_null()) << "nothing has been proved yet";
  EXPECT_EQ(credentials.size(), 5u);
}

TEST_F(StepsTest, TheKindTakesTheSecretsOutOfTheSpec) {
  Json input = to_json(small_spec());
  input["systemPassword"] = "canary-password-2";
  const auto accepted = bench_.kind().parse(input, nullptr, test_catalog());
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->spec.dump().find("canary"), std::string::npos);
  EXPECT_EQ(accepted->secrets.at(secret_name::kGivenPassword).reveal(), "canary-password-2");
}

TEST_F(StepsTest, EveryPlannedStepHasAType) {
  const auto& steps = bench_.kind().steps;
  for (const Plan& plan :
       {bench_.plan(nullptr),
        bench_.kind().plan_delete(bench_.resource.spec, nullptr, test_catalog())})
    for (const auto& step : plan.steps)
      EXPECT_TRUE(std::ranges::any_of(steps, [&](const auto& type) {
        return type.name == step.type;
      })) << step.type;
}

}  // namespace
}  // namespace ashlar::redis
