"""Kafka on real machines: deployed and proved, used by a stock client, changed while it works, mended, and away again."""

import json
import os
import socket
import subprocess
import sys

import pytest
import yaml
from confluent_kafka import KafkaException

import harness
from kafka_clients import Stock, load

LAYERS = ("kafka",)
OBSERVE_INTERVAL = 5

TOPICS = [{"name": "orders", "partitions": 6}, {"name": "customers", "configuration": {"cleanup.policy": "compact"}}]
USERS = [{"name": "shop", "acls": [{"topic": "orders", "operations": ["write", "describe"]}]},
         {"name": "billing", "acls": [{"topic": "orders", "operations": ["read", "describe"]},
                                      {"group": "billing*", "operations": ["read"]}]}]


def spec(instance, **more):
    return {"kind": "kafka", "name": "events", "type": "kafka-cluster", "region": "nyc1",
            "desiredState": {"roles": {"broker": {"count": 3, "size": "s-1vcpu-1gb"}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)], "topics": TOPICS, "users": USERS, **more}


def write_spec(instance, document):
    path = instance.directory / "kafka.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def apply(instance, document, *options):
    return instance.cli("apply", "-f", write_spec(instance, document), "--yes", *options, timeout=600).stdout


@pytest.fixture(scope="module")
def kafka(instance):
    apply(instance, spec(instance))
    return instance.find_cluster("events", "kafka")["id"]


def wait_until_idle(instance, identifier):
    """Also what Ashlar does by itself is over."""
    harness.wait_until("nothing is at work", lambda: instance.operation(
        instance.cluster(identifier)["currentOperationId"])["state"] in ("succeeded", "failed", "cancelled"), 120)


def steps_of_the_last_operation(instance, identifier):
    operation = instance.cluster(identifier)["currentOperationId"]
    return [step["key"] for step in instance.operation(operation)["steps"]]


def test_it_is_proved_and_described(instance, kafka):
    status = instance.cluster(kafka, refresh=True)["status"]
    assert status["health"] == "healthy" and status["problems"] == []
    assert status["metadataVersion"].startswith("4.1") and status["activeController"].startswith("broker-")
    assert [(node["name"], node["role"], node["state"]) for node in status["nodes"]] == [
        (f"broker-{number}", "broker, controller", "active") for number in (1, 2, 3)]
    assert {topic["name"]: topic["partitions"] for topic in status["topics"]} == {"orders": 6, "customers": 1}
    assert status["drift"] == []
    for node in status["nodes"]:
        assert node["diskBytes"] > node["diskFreeBytes"] > 1_000_000_000, node
    described = instance.cli("describe", "kafka", "events").stdout
    assert "active controller" in described and max(map(len, described.splitlines())) <= 80


def test_nobody_gets_in_without_a_password_or_beyond_what_it_may(instance, kafka):
    stock = Stock(instance, kafka)
    topics = stock.admin("shop").list_topics(timeout=20).topics
    assert "orders" in topics and "customers" not in topics
    wrong = Stock(instance, kafka)
    wrong.passwords["shop"] = "wrong-password"
    with pytest.raises(KafkaException):
        wrong.admin("shop").list_topics(timeout=5)
    # Only the cluster's own machines reach the listeners of nodes.
    host = stock.bootstrap[0].split(":")[0]
    for port in (9093, 9094):
        with pytest.raises(OSError):
            socket.create_connection((host, port), 2).close()


def test_what_is_printed_to_connect_writes_and_reads_a_record(instance, kafka, tmp_path):
    """As it is pasted, but that the client is not installed anew."""
    lines = instance.cluster(kafka)["status"]["connection"]["shell"]
    (tmp_path / "kafka-client").symlink_to(sys.prefix)
    (tmp_path / "ashlar").symlink_to(harness.ASHLAR)
    script = "\n".join(line for line in lines if "-m venv" not in line)
    said = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, **instance.cli_environment(), "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert said.returncode == 0, said.stderr
    assert "records not taken: 0" in said.stdout and "read: hello" in said.stdout
    assert oct((tmp_path / "shop.conf").stat().st_mode)[-3:] == "600"


def test_secrets_are_in_no_answer_but_the_credentials(instance, kafka):
    passwords = Stock(instance, kafka).passwords.values()
    operation = instance.cluster(kafka)["currentOperationId"]
    for path in (f"/servers/{kafka}", f"/operations/{operation}", f"/operations/{operation}/events"):
        text = instance.api("GET", path, 200).text
        assert not any(password in text for password in passwords), path


def test_topics_and_users_change_while_records_flow(instance, kafka, measured):
    topics = [{"name": "orders", "partitions": 8, "configuration": {"retention.ms": 86_400_000}}, {"name": "bills"}]
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        said = apply(instance, spec(instance, topics=topics))
    assert "create 1 topic, enlarge 1 topic, configure 1 topic" in said
    assert not any(key.startswith("kafka.withdraw") for key in steps_of_the_last_operation(instance, kafka))
    measured("longest gap between acknowledged records, topics changed", running.gap, "s")
    status = instance.cluster(kafka, refresh=True)["status"]
    found = {topic["name"]: (topic["partitions"], topic["configuration"]) for topic in status["topics"]}
    assert found["orders"] == (8, {"retention.ms": "86400000"}) and "bills" in found
    # What the spec no longer declares is told, and left alone.
    assert "customers" in found
    assert [item["what"] for item in status["drift"]] == ["topic-undeclared"]
    instance.topics = topics


def test_a_configuration_rolls_through_without_a_record_lost(instance, kafka, measured):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        apply(instance, spec(instance, topics=instance.topics, configuration={"num.io.threads": 6}))
    measured("longest gap between acknowledged records, rolling restart", running.gap, "s")
    withdrawn = [key for key in steps_of_the_last_operation(instance, kafka) if key.startswith("kafka.withdraw")]
    assert len(withdrawn) == 3
    for droplet in instance.droplets():
        assert "num.io.threads=6" in instance.inside(droplet["id"], "cat", "/etc/kafka/server.properties")


def test_what_was_changed_by_hand_is_set_again(instance, kafka):
    droplet = instance.droplets()[0]["id"]
    instance.inside(droplet, "sh", "-c", "echo auto.create.topics.enable=true >>/etc/kafka/server.properties")
    harness.wait_until("it is set again", lambda: "auto.create.topics.enable=true" not in instance.inside(
        droplet, "cat", "/etc/kafka/server.properties"), 120)


def test_a_broker_that_stops_is_started_again(instance, kafka):
    droplet = instance.droplets()[0]["id"]
    instance.inside(droplet, "systemctl", "stop", "kafka")
    harness.wait_until("it runs again", lambda: instance.cluster(kafka)["status"]["health"] == "healthy"
                       and "ActiveState=active" in instance.inside(droplet, "systemctl", "show", "-p", "ActiveState", "kafka"), 180)


def test_what_can_never_pass_is_refused_before_anything_stops(instance, kafka):
    wait_until_idle(instance, kafka)
    path = instance.directory / "tight.yaml"
    tight = [*instance.topics, {"name": "tight", "replicationFactor": 2, "configuration": {"min.insync.replicas": 2}}]
    apply(instance, spec(instance, topics=tight, configuration={"num.io.threads": 6}))
    path.write_text(yaml.safe_dump(spec(instance, topics=tight, configuration={"num.io.threads": 7})))
    refused = instance.cli("apply", "-f", path, "--yes", check=False)
    assert refused.returncode != 0 and "tight" in refused.stderr


def test_it_is_gone_with_all_that_it_had(instance, kafka):
    wait_until_idle(instance, kafka)
    instance.cli("delete", "kafka", "events", "--yes", "--confirm", "events", timeout=300)
    assert instance.droplets() == []
    assert json.loads(instance.cli("get", "kafka", "-o", "json").stdout)["items"] == []
