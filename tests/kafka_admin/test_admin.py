"""Every operation of the admin program, well and badly used, against a real Kafka.

Operations that belong together go in one call: a call costs the start of a Java program.
"""

import json
import subprocess
import time

import conftest
import kafka_node


def topic(name, **more):
    return {"name": name, "partitions": 1, "replicas": 1, **more}


def failed(result, kind, words=""):
    assert not result["ok"] and result["type"] == kind, result
    assert words in result["error"], result
    return result


# --- formatting -------------------------------------------------------------------------------------


def test_a_node_is_formatted_and_no_secret_is_printed(formatted):
    node, answer, done = formatted
    assert answer["status"] == 0, answer
    assert "with metadata.version 4.1" in answer["output"]
    properties = (node.folder / "metadata/meta.properties").read_text()
    assert f"directory.id={kafka_node.DIRECTORY}" in properties and f"cluster.id={kafka_node.CLUSTER}" in properties
    for secret in (kafka_node.PASSWORD, "storedKey", "serverKey"):
        assert secret not in done.stdout + done.stderr


def test_formatting_again_changes_nothing_and_says_so(formatted):
    node = formatted[0]
    again, _ = node.format()
    assert again["status"] == 1 and "is already formatted" in again["output"]
    ignored, _ = node.format("--ignore-formatted")
    assert ignored["status"] == 0 and "already formatted" in ignored["output"]


def test_a_wrong_argument_is_told_without_the_password(formatted):
    node, admin = formatted[0], formatted[0].admin
    answer, done = admin.format("-t", kafka_node.CLUSTER, "-c", node.properties, "--standalone", "--ignore-formatted",
                                "--add-scram", f"SCRAM-SHA-999=[name=admin,password={kafka_node.PASSWORD}]")
    assert answer["status"] == 1 and "SCRAM" in answer["output"], answer
    assert kafka_node.PASSWORD not in done.stdout + done.stderr


# --- requests ---------------------------------------------------------------------------------------


def test_a_request_that_is_none_is_refused(admin):
    for text, words in (("[]", "must be an object"), ('{"operations": []}', "bootstrap"),
                        ('{"bootstrap": ["a:1"]}', "must be a list"),
                        (f'{{"password": "{kafka_node.PASSWORD}", oops', "no JSON: line 1")):
        done = admin.run(text)
        assert done.returncode == 2, text
        assert words in json.loads(done.stdout)["error"], done.stdout
        assert kafka_node.PASSWORD not in done.stdout + done.stderr


def test_an_operation_that_is_wrong_does_not_stop_the_others(node):
    wrong, empty, through, good = node.ask({"op": "nonsense"}, {"op": "create_topics", "topics": []},
                                           {"op": "quorum", "via": "somewhere"}, {"op": "quorum"})
    failed(wrong, "InvalidRequest", "is no operation")
    failed(empty, "InvalidRequest", "'topics'")
    failed(through, "InvalidRequest", "'via'")
    assert good["ok"] and not wrong["retriable"]


def test_stop_on_error_leaves_the_rest_untried(node):
    first, second, third = node.ask({"op": "quorum"}, {"op": "delete_topics", "names": ["not-there"]},
                                    {"op": "quorum"}, stopOnError=True)
    assert first["ok"]
    failed(second, "UnknownTopicOrPartitionException")
    failed(third, "NotTried")


def test_who_may_not_come_in_is_told_so(node):
    (refused,) = node.ask({"op": "cluster"}, properties=node.user(password="canary-wrong"))
    failed(refused, "SaslAuthenticationException", "invalid credentials")
    assert not refused["retriable"]
    stranger = kafka_node.Authority(node.folder, "stranger").file
    (unknown,) = node.ask({"op": "cluster"},
                          properties={**node.user(), "ssl.truststore.location": str(stranger)})
    failed(unknown, "SslAuthenticationException", "certification path")
    (garbage,) = node.ask({"op": "cluster"}, properties={**node.user(), "sasl.jaas.config": "canary-garbage"})
    assert not garbage["ok"] and "canary" not in json.dumps(garbage)


def test_nobody_there_is_told_in_time(node):
    began = time.monotonic()
    (result, second) = node.admin.ask({**node.request({"op": "cluster"}, {"op": "quorum"}), "timeoutMs": 1500,
                                       "bootstrap": [f"127.0.0.1:{kafka_node.free_ports(1)[0]}"]})
    assert time.monotonic() - began < 10
    failed(result, "TimeoutException", "Connection refused")
    assert result["retriable"] and not second["ok"]


# --- the cluster ------------------------------------------------------------------------------------


def test_cluster_and_quorum(node):
    cluster, quorum, controllers = node.data({"op": "cluster"}, {"op": "quorum"}, {"op": "cluster", "via": "controllers"})
    assert cluster["id"] == kafka_node.CLUSTER and cluster["controller"] == 1
    assert cluster["brokers"] == [{"id": 1, "host": "127.0.0.1", "port": node.client, "rack": "zone-a", "fenced": False}]
    assert cluster["features"]["kraft.version"] == 1
    assert quorum["leader"] == 1 and quorum["highWatermark"] > 0 and quorum["observers"] == []
    (voter,) = quorum["voters"]
    assert voter["id"] == 1 and voter["directoryId"] == kafka_node.DIRECTORY and voter["lag"] == 0 and voter["behindMs"] == 0
    assert voter["endpoints"] == [{"listener": "CONTROLLER", "host": "127.0.0.1", "port": node.controller}]
    assert [each["port"] for each in controllers["controllers"]] == [node.controller]


def test_voters_are_known_by_their_directory(node):
    endpoints = [{"listener": "CONTROLLER", "host": "127.0.0.1", "port": node.controller}]
    again, other, last, wrong = node.ask(
        {"op": "add_voter", "id": 1, "directoryId": kafka_node.DIRECTORY, "endpoints": endpoints},
        {"op": "remove_voter", "id": 1, "directoryId": "AAAAAAAAAAAAAAAAAAAAAQ"},
        {"op": "remove_voter", "id": 1, "directoryId": kafka_node.DIRECTORY, "clusterId": "bm90LXRoaXMtb25lLWhlcg"},
        {"op": "add_voter", "id": 2, "directoryId": "short", "endpoints": endpoints})
    failed(again, "DuplicateVoterException")
    failed(other, "VoterNotFoundException")
    failed(last, "InconsistentClusterIdException")
    failed(wrong, "InvalidRequest", "directoryId")


def test_features_go_up_only(node):
    before, tried, done, after, again = node.data(
        {"op": "cluster"}, {"op": "update_features", "release": "4.4", "validateOnly": True},
        {"op": "update_features", "release": "4.4"}, {"op": "cluster"}, {"op": "update_features", "release": "4.4"})
    assert before["metadataVersion"].startswith("4.1-") and after["metadataVersion"].startswith("4.4-")
    change = done["changed"]["metadata.version"]
    assert tried["changed"] == done["changed"] and change["from"] < change["to"] and again["changed"] == {}
    asked, refused, unknown = node.ask(
        {"op": "update_features", "release": "4.1"}, {"op": "update_features", "release": "4.1", "downgrade": True},
        {"op": "update_features", "features": {"metadata.version": "9.9"}})
    failed(asked, "InvalidRequest", "'downgrade'")
    failed(refused, "InvalidUpdateVersionException")
    failed(unknown, "InvalidRequest", "no release")


def test_unregistering_a_broker_that_is_not(node):
    (result,) = node.ask({"op": "unregister_broker", "id": 99})
    failed(result, "BrokerIdNotRegisteredException")


# --- topics -----------------------------------------------------------------------------------------


def test_topics_are_made_enlarged_and_deleted(node):
    made, listed, larger, again = node.data(
        {"op": "create_topics", "topics": [topic("life", partitions=2, configs={"retention.ms": 1000})]},
        {"op": "topics", "names": ["life"]},
        {"op": "create_partitions", "topics": [{"name": "life", "partitions": 3}]},
        {"op": "topics", "names": ["life"], "configs": False})
    assert made == {"done": [{"name": "life"}], "failed": []} and larger == made
    (life,) = listed["topics"]
    assert life["configs"] == {"retention.ms": "1000"} and len(life["id"]) == 22 and not life["internal"]
    assert life["partitions"] == [{"partition": p, "leader": 1, "replicas": [1], "isr": [1]} for p in (0, 1)]
    assert len(again["topics"][0]["partitions"]) == 3 and "configs" not in again["topics"][0]
    some, smaller, many, absent = node.ask(
        {"op": "create_topics", "topics": [topic("life"), topic("life-two")]},
        {"op": "create_partitions", "topics": [{"name": "life", "partitions": 1}]},
        {"op": "create_topics", "topics": [topic("wide", replicas=3)]},
        {"op": "topics", "names": ["not-there"]})
    failed(some, "TopicExistsException")
    assert some["data"]["done"] == [{"name": "life-two"}] and some["data"]["failed"][0]["name"] == "life"
    failed(smaller, "InvalidPartitionsException")
    failed(many, "InvalidReplicationFactorException")
    failed(absent, "UnknownTopicOrPartitionException")
    node.data({"op": "delete_topics", "names": ["life", "life-two"]})


def test_a_dry_run_makes_nothing(node):
    node.data({"op": "create_topics", "topics": [topic("dry")], "validateOnly": True})
    (gone,) = node.ask({"op": "topics", "names": ["dry"]})
    failed(gone, "UnknownTopicOrPartitionException")


def test_the_summary_counts(node):
    node.data({"op": "create_topics", "topics": [topic("tight", partitions=3),
                                                 topic("starved", configs={"min.insync.replicas": 2})]})
    (summary,) = node.data({"op": "topics", "summary": True, "limit": 1})
    (broker,) = summary["brokers"]
    assert broker["id"] == 1 and broker["leaders"] == broker["replicas"] == summary["partitions"] >= 4
    assert broker["notInSync"] == 0 and broker["needed"]["count"] == 0
    assert summary["neverSpare"]["count"] >= 2 and summary["neverSpare"]["named"] == [
        {"topic": "starved", "replicas": 1, "minIsr": 2, "internal": False}]
    # Kafka wants no more replicas in sync than there are.
    for nothing in ("offline", "underReplicated", "underMinIsr", "notPreferred"):
        assert summary[nothing] == {"count": 0, "named": []}, nothing
    node.data({"op": "delete_topics", "names": ["tight", "starved"]})


def test_leaders_are_elected(node):
    node.data({"op": "create_topics", "topics": [topic("led")]})
    assert node.data({"op": "elect_leaders"}, {"op": "elect_leaders", "partitions": [{"topic": "led", "partition": 0}]}) \
        == [{"done": [], "failed": []}] * 2
    unclean, absent = node.ask({"op": "elect_leaders", "type": "unclean"},
                               {"op": "elect_leaders", "partitions": [{"topic": "led", "partition": 7}]})
    failed(unclean, "InvalidRequest", "loses records")
    failed(absent, "UnknownTopicOrPartitionException")


# --- settings ---------------------------------------------------------------------------------------


def settings(answer):
    return {entry["name"]: entry["value"] for entry in answer["resources"][0]["entries"]}


def test_settings_of_topics_and_brokers(node):
    place = {"type": "topic", "name": "set"}
    throttled = "leader.replication.throttled.replicas"
    node.data({"op": "create_topics", "topics": [topic("set")]},
              {"op": "alter_configs", "resources": [
                  {**place, "set": {"retention.ms": "5000"}, "append": {throttled: "0:1,1:1"}},
                  {"type": "broker", "name": "1", "set": {"leader.replication.throttled.rate": 1000000}},
                  {"type": "default-broker", "set": {"log.retention.ms": 77000}}]},
              {"op": "alter_configs", "resources": [{**place, "append": {throttled: "0:9"}}]},
              {"op": "alter_configs", "resources": [
                  {**place, "subtract": {throttled: "0:1,1:1"}, "delete": ["retention.ms"]}]})
    *seen, unknown, value, kind, nothing = node.ask(
        {"op": "describe_configs", "resources": [place]},
        {"op": "describe_configs", "resources": [{"type": "broker", "name": "1"}], "names": [
            "leader.replication.throttled.rate", "log.retention.ms", "node.id"]},
        {"op": "describe_configs", "resources": [{"type": "default-broker"}]},
        {"op": "describe_configs", "resources": [place], "all": True},
        {"op": "alter_configs", "resources": [{"type": "default-broker", "delete": ["log.retention.ms"]}]},
        {"op": "alter_configs", "resources": [{"type": "topic", "name": "not-there", "set": {"retention.ms": "1"}}]},
        {"op": "alter_configs", "resources": [{**place, "set": {"retention.ms": "soon"}}]},
        {"op": "alter_configs", "resources": [{"type": "planet", "name": "x", "set": {"a": "b"}}]},
        {"op": "alter_configs", "resources": [place]})
    assert all(each["ok"] for each in seen), seen
    one, broker, every, whole, _ = (each["data"] for each in seen)
    assert settings(one)[throttled] == "0:9" and "5000" not in settings(one).values()
    assert settings(broker) == {"leader.replication.throttled.rate": "1000000", "log.retention.ms": "77000", "node.id": "1"}
    assert settings(every)["log.retention.ms"] == "77000" and len(settings(whole)) > 20
    failed(unknown, "UnknownTopicOrPartitionException")
    failed(value, "InvalidConfigurationException")
    failed(kind, "InvalidRequest", "planet")
    failed(nothing, "InvalidRequest")


def test_a_certificate_is_changed_without_a_restart(node):
    def serial():
        shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{node.client}"], input="",
                               capture_output=True, text=True).stdout
        return subprocess.run(["openssl", "x509", "-noout", "-serial"], input=shown, capture_output=True, text=True,
                              check=True).stdout
    before = serial()
    node.authority.sign("node", "/O=ashlar node/CN=kafka-1")
    assert serial() == before
    node.data({"op": "alter_configs", "resources": [{"type": "broker", "name": "1", "set": {
        f"listener.name.{listener}.ssl.keystore.location": str(node.certificate)
        for listener in ("client", "nodes", "controller")}}]})
    end = time.monotonic() + 10
    while serial() == before:
        assert time.monotonic() < end, "the old certificate stayed"
        time.sleep(0.2)
    node.data({"op": "cluster"}, {"op": "quorum", "via": "controllers"})


# --- moving -----------------------------------------------------------------------------------------


def test_reassignment_with_one_broker(node):
    node.data({"op": "create_topics", "topics": [topic("moved")]})
    here = {"topic": "moved", "partition": 0}
    same, moving, cancelled, everything = node.data(
        {"op": "reassign", "partitions": [{**here, "replicas": [1]}]}, {"op": "reassignments"},
        {"op": "cancel_reassign", "partitions": [here]}, {"op": "cancel_reassign"})
    assert same["done"] == [here] and moving["reassignments"] == []
    assert cancelled == everything == {"done": [], "failed": []}
    unknown, absent, nowhere = node.ask(
        {"op": "reassign", "partitions": [{**here, "replicas": [9]}]},
        {"op": "reassign", "partitions": [{"topic": "not-there", "partition": 0, "replicas": [1]}]},
        {"op": "reassign", "partitions": [{**here, "replicas": []}]})
    failed(unknown, "InvalidReplicaAssignmentException")
    failed(absent, "UnknownTopicOrPartitionException")
    failed(nowhere, "InvalidRequest")


# --- records ----------------------------------------------------------------------------------------


def test_the_probe_goes_there_and_back(node):
    node.data({"op": "create_topics", "topics": [topic("probed", partitions=4), topic("kept", configs={
        "cleanup.policy": "compact", "compression.type": "zstd"})]})
    first, second, other = node.data(*[{"op": "probe", "topic": name} for name in ("probed", "probed", "kept")])
    for answer, offset in ((first, 0), (second, 1)):
        assert {trip["partition"] for trip in answer["done"]} == {0, 1, 2, 3}
        for trip in answer["done"]:
            assert trip["offset"] == offset and trip["leader"] == 1 and 0 < trip["writeMs"] <= trip["roundTripMs"]
    assert len(other["done"]) == 1
    (absent,) = node.ask({"op": "probe", "topic": "not-there"})
    failed(absent, "UnknownTopicOrPartitionException")


def test_a_probe_that_is_refused_fails(node):
    node.data({"op": "create_topics", "topics": [topic("narrow", configs={"max.message.bytes": 10})]})
    (result,) = node.ask({"op": "probe", "topic": "narrow"})
    failed(result, "RecordTooLargeException")
    assert not result["retriable"]


def test_bytes_are_counted(node):
    plain, detailed, some = node.data({"op": "log_dirs"}, {"op": "log_dirs", "byTopic": True, "byPartition": True},
                                      {"op": "log_dirs", "brokers": [1, 99]})
    (broker,) = detailed["brokers"]
    (folder,) = broker["dirs"]
    assert folder["error"] is None and 0 < folder["usableBytes"] < folder["totalBytes"]
    assert folder["bytes"] == broker["bytes"] == sum(folder["topics"].values()) >= folder["topics"]["probed"] > 0
    assert "topics" not in plain["brokers"][0]["dirs"][0]
    assert {each["id"]: each["ok"] for each in some["brokers"]} == {1: True, 99: False}


def test_groups_and_how_far_they_are_behind(node):
    node.data({"op": "create_topics", "topics": [topic("read")]}, {"op": "probe", "topic": "read"})
    properties = node.folder / "consumer.properties"
    properties.write_text("\n".join(f"{name}={value}" for name, value in node.user().items()))
    subprocess.run(["java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{node.libs}/*",
                    "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server",
                    f"127.0.0.1:{node.client}", "--command-config", properties, "--topic", "read", "--group", "readers",
                    "--from-beginning", "--max-messages", "1", "--timeout-ms", "20000"], check=True, capture_output=True)
    node.data({"op": "probe", "topic": "read"})
    everyone, named, nobody, brief = node.data({"op": "groups"}, {"op": "groups", "names": ["readers"]},
                                               {"op": "groups", "names": ["not-there"]}, {"op": "groups", "details": False})
    (group,) = named["groups"]
    assert group in everyone["groups"] and nobody["groups"] == [] and "members" not in brief["groups"][0]
    assert group["state"] == "Empty" and group["members"] == [] and group["lag"] == 1
    assert group["offsets"] == [{"topic": "read", "partition": 0, "committed": 1, "end": 2, "lag": 1}]


# --- who may do what --------------------------------------------------------------------------------


def test_users_and_their_passwords(node):
    secret = "canary-of-reader"
    node.data({"op": "alter_scram", "users": [{"name": "reader", "password": "canary-first"}]},
              {"op": "alter_scram", "users": [{"name": "reader", "password": secret}]})
    (old,) = node.ask({"op": "topics"}, properties=node.user("reader", "canary-first"))
    failed(old, "SaslAuthenticationException")
    seen, denied = node.ask({"op": "topics"}, {"op": "create_topics", "topics": [topic("denied")]},
                            properties=node.user("reader", secret))
    assert seen["data"]["topics"] == []
    failed(denied, "TopicAuthorizationException")
    users, absent, weak, empty, _ = node.ask(
        {"op": "scram_users"}, {"op": "alter_scram", "users": [{"name": "nobody", "delete": True}]},
        {"op": "alter_scram", "users": [{"name": "reader", "password": secret, "iterations": 1}]},
        {"op": "alter_scram", "users": [{"name": "reader", "password": ""}]},
        {"op": "alter_scram", "users": [{"name": "reader", "delete": True}]})
    assert users["data"]["users"] == [
        {"name": "admin", "credentials": [{"mechanism": "SCRAM-SHA-512", "iterations": 4096}]},
        {"name": "reader", "credentials": [{"mechanism": "SCRAM-SHA-512", "iterations": 8192}]}]
    failed(absent, "ResourceNotFoundException")
    failed(weak, "UnacceptableCredentialException")
    failed(empty, "InvalidRequest")
    assert secret not in json.dumps([absent, weak, empty])


def test_rules(node):
    rule = {"resourceType": "topic", "resourceName": "orders-", "patternType": "prefixed", "principal": "User:reader",
            "host": "*", "operation": "read", "permission": "allow"}
    other = {**rule, "principal": "User:writer", "operation": "write"}
    (made,) = node.data({"op": "create_acls", "acls": [rule, other]})
    every, readers, gone, unknown, all_at_once = node.ask(
        {"op": "acls"}, {"op": "acls", "principal": "User:reader"},
        {"op": "delete_acls", "acls": [{"principal": "User:reader"}]},
        {"op": "create_acls", "acls": [{**rule, "operation": "juggle"}]}, {"op": "delete_acls", "acls": [{}]})
    assert sorted(map(str, made["done"])) == sorted(map(str, [rule, other])) and made["failed"] == []
    assert sorted(map(str, every["data"]["acls"])) == sorted(map(str, [rule, other]))
    assert readers["data"]["acls"] == gone["data"]["deleted"] == [rule]
    failed(unknown, "InvalidRequest", "juggle")
    failed(all_at_once, "InvalidRequest", "every rule")


def test_quotas(node):
    reader = {"entity": {"user": "reader"}, "limits": {"consumer_byte_rate": 1024.0}}
    everyone = {"entity": {"user": None}, "limits": {"producer_byte_rate": 2048.0}}
    node.data({"op": "alter_quotas", "quotas": [reader, everyone]})
    listed, unknown, word, less = node.ask(
        {"op": "quotas"}, {"op": "alter_quotas", "quotas": [{**reader, "limits": {"colour": 1}}]},
        {"op": "alter_quotas", "quotas": [{**reader, "limits": {"consumer_byte_rate": "fast"}}]},
        {"op": "alter_quotas", "quotas": [{**reader, "limits": {"consumer_byte_rate": None}}]})
    assert sorted(map(str, listed["data"]["quotas"])) == sorted(map(str, [reader, everyone]))
    failed(unknown, "InvalidRequestException")
    failed(word, "InvalidRequest", "number or null")
    assert less["ok"] and node.data({"op": "quotas"})[0]["quotas"] == [everyone]


# --- the other version ------------------------------------------------------------------------------


def test_it_compiles_against_the_older_version_too_and_speaks_to_the_newer(node, tmp_path):
    older = kafka_node.Admin(tmp_path / "older", kafka_node.jars(conftest.OLDER))
    cluster, summary = older.ask(node.request({"op": "cluster"}, {"op": "topics", "summary": True}))
    assert cluster["data"]["id"] == kafka_node.CLUSTER and summary["ok"]
