"""Brokers and controllers of a Kafka cluster that come, leave and are replaced, while a stock client writes and reads."""

import pytest

import harness
from kafka_clients import Stock, load
from test_kafka import TOPICS, USERS, apply, steps_of_the_last_operation, wait_until_idle

LAYERS = ("kafka",)
OBSERVE_INTERVAL = 5
SMALL = "s-1vcpu-1gb"


def spec(instance, controllers=3, brokers=3, size=SMALL, **more):
    return {"kind": "kafka", "name": "events", "type": "kafka-prod", "region": "nyc1",
            "desiredState": {"roles": {"controller": {"count": controllers, "size": SMALL},
                                       "broker": {"count": brokers, "size": size}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)], "topics": TOPICS, "users": USERS, **more}


@pytest.fixture(scope="module")
def kafka(instance):
    apply(instance, spec(instance))
    return instance.find_cluster("events", "kafka")["id"]


def asked(instance, *arguments):
    """What Kafka's own tools say on the first broker."""
    droplet = next(each for each in instance.droplets() if each["name"].endswith("broker-1"))
    address = next(net["ip_address"] for net in droplet["networks"]["v4"] if net["type"] == "private")
    settings = "/tmp/nodes.properties"
    instance.inside(droplet["id"], "sh", "-c", "grep '^ssl\\.' /etc/kafka/server.properties >%s; "
                    "echo security.protocol=SSL >>%s" % (settings, settings))
    return instance.inside(droplet["id"], "sh", "-c", "java -Xmx96m -cp '/opt/kafka-*/libs/*' " + " ".join(arguments).format(
        server=f"--bootstrap-server {address}:9093 --command-config {settings}"))


def throttles(instance):
    found = asked(instance, "org.apache.kafka.tools.ConfigCommand" if False else "kafka.admin.ConfigCommand",
                  "{server} --describe --entity-type brokers")
    topics = asked(instance, "kafka.admin.ConfigCommand", "{server} --describe --entity-type topics")
    return [line for line in (found + topics).splitlines() if "throttled" in line]


def homes(instance, identifier):
    """Replicas on each broker, as Kafka counts them."""
    status = instance.cluster(identifier, refresh=True)["status"]
    assert status["health"] == "healthy", status["problems"]
    return {node["name"]: node["replicas"] for node in status["nodes"] if node["role"] == "broker"}


def changed_under_load(instance, kafka, measured, what, document):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        said = apply(instance, document, *(["--confirm", "events"] if True else []))
    measured(f"longest gap between acknowledged records, {what}", running.gap, "s")
    return said


def test_new_brokers_get_their_share(instance, kafka, measured):
    said = changed_under_load(instance, kafka, measured, "3 to 5 brokers", spec(instance, brokers=5))
    assert "of replicas move" in said
    replicas = homes(instance, kafka)
    assert len(replicas) == 5 and max(replicas.values()) - min(replicas.values()) <= 3, replicas
    assert throttles(instance) == []


def test_brokers_that_leave_are_emptied_first(instance, kafka, measured):
    changed_under_load(instance, kafka, measured, "5 to 3 brokers", spec(instance))
    assert set(homes(instance, kafka)) == {"broker-1", "broker-2", "broker-3"}
    assert throttles(instance) == []
    assert len(instance.droplets()) == 6
    assert instance.cluster(kafka)["status"]["drift"] == []


def test_controllers_come_and_go(instance, kafka, measured):
    changed_under_load(instance, kafka, measured, "3 to 5 controllers", spec(instance, controllers=5))
    votes = [node["name"] for node in instance.cluster(kafka, refresh=True)["status"]["nodes"] if node["votes"]]
    assert len(votes) == 5
    changed_under_load(instance, kafka, measured, "5 to 3 controllers", spec(instance))
    votes = [node["name"] for node in instance.cluster(kafka, refresh=True)["status"]["nodes"] if node["votes"]]
    assert votes == ["controller-1", "controller-2", "controller-3"]
    assert not any(key.startswith("kafka.withdraw") for key in steps_of_the_last_operation(instance, kafka))
    assert instance.cluster(kafka)["status"]["drift"] == []


@pytest.mark.parametrize("lost", ["controller-2", "broker-2"])
def test_a_lost_machine_is_made_anew_by_an_update(instance, kafka, measured, lost):
    wait_until_idle(instance, kafka)
    droplet = next(each for each in instance.droplets() if each["name"].endswith(lost))
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        instance.cloud_delete(f"/v2/droplets/{droplet['id']}")
        harness.wait_until("it is missed", lambda: any(
            item["what"] == "machine-missing" for item in instance.cluster(kafka, refresh=True)["status"]["drift"]), 60)
        apply(instance, spec(instance))
    measured(f"longest gap between acknowledged records, {lost} destroyed and made anew", running.gap, "s")
    status = instance.cluster(kafka, refresh=True)["status"]
    assert status["health"] == "healthy" and status["drift"] == []


def test_topics_get_another_number_of_replicas(instance, kafka, measured):
    topics = [{**TOPICS[0], "replicationFactor": 2, "configuration": {"min.insync.replicas": 1}}, TOPICS[1]]
    changed_under_load(instance, kafka, measured, "replicas of a topic changed", spec(instance, topics=topics))
    factors = {topic["name"]: topic["replicationFactor"] for topic in instance.cluster(kafka)["status"]["topics"]}
    assert factors == {"orders": 2, "customers": 3}
    apply(instance, spec(instance))
    factors = {topic["name"]: topic["replicationFactor"] for topic in instance.cluster(kafka)["status"]["topics"]}
    assert factors == {"orders": 3, "customers": 3}


def test_machines_are_replaced_one_at_a_time(instance, kafka, measured):
    said = changed_under_load(instance, kafka, measured, "brokers' machines replaced",
                              spec(instance, size="s-1vcpu-2gb", strategy="replace"))
    assert "replace 3 machines, one at a time" in said
    assert {each["size_slug"] for each in instance.droplets() if "broker" in each["name"]} == {"s-1vcpu-2gb"}
    assert len(instance.droplets()) == 6
