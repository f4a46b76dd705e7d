"""The control plane killed again and again while it deploys, enlarges, rolls, shrinks and deletes a Kafka cluster: it comes to the
same end, no machine is made twice, no throttle stays, and nothing is left behind."""

import pytest

import harness
from test_crash_sweep import CLOUD_OPTIONS as CLOUD_OPTIONS
from test_crash_sweep import batter, leftovers, names, restart
from test_kafka import TOPICS, USERS
from test_kafka_membership import throttles

LAYERS = ("kafka",)
LONG = True
NAME = "events"
LIVES = (3, 5, 8)  # transitions: what waits for Kafka has few of them


def spec(instance):
    return {"name": NAME, "type": "kafka-cluster", "region": "nyc1",
            "desiredState": {"roles": {"broker": {"count": 3, "size": "s-1vcpu-1gb"}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)], "topics": TOPICS, "users": USERS}


@pytest.fixture(scope="module")
def kafka(instance):
    accepted = instance.api("POST", "/infrastructure/kafka/deploy", 202, json={"clusters": [spec(instance)]}).json()
    instance.deaths = batter(instance, accepted["correlationId"], LIVES)
    return instance.find_cluster(NAME, "kafka")["id"]


def settled(instance, kafka, brokers):
    status = instance.cluster(kafka, refresh=True)["status"]
    assert status["health"] == "healthy" and status["drift"] == [], (status["problems"], status["drift"])
    assert names(instance) == [f"{NAME}-broker-{number}" for number in range(1, brokers + 1)]
    assert [node["name"] for node in status["nodes"]] == [f"broker-{number}" for number in range(1, brokers + 1)]
    return status


def changed(instance, kafka, patch):
    accepted = instance.api("PATCH", f"/servers/{kafka}", 202, json=patch, headers={"Ashlar-Confirm": NAME}).json()
    return batter(instance, accepted["correlationId"], LIVES)


def test_a_deployment_ends_as_it_was_declared(instance, kafka, measured):
    measured("times killed during a deployment", instance.deaths, "crashes")
    status = settled(instance, kafka, 3)
    assert {topic["name"]: topic["partitions"] for topic in status["topics"]} == {"orders": 6, "customers": 1}


@pytest.mark.parametrize("brokers", [4, 3])
def test_brokers_come_and_go(instance, kafka, measured, brokers):
    deaths = changed(instance, kafka, {"desiredState": {"roles": {"broker": {"count": brokers}}}})
    measured(f"times killed on the way to {brokers} brokers", deaths, "crashes")
    settled(instance, kafka, brokers)
    assert throttles(instance) == []


def test_a_configuration_rolls_through(instance, kafka, measured):
    deaths = changed(instance, kafka, {"configuration": {"num.io.threads": 6}})
    measured("times killed during a rolling restart", deaths, "crashes")
    settled(instance, kafka, 3)
    for droplet in instance.droplets():
        assert "num.io.threads=6" in instance.inside(droplet["id"], "cat", "/etc/kafka/server.properties")


def test_a_delete_leaves_nothing(instance, kafka, measured):
    restart(instance)
    harness.wait_until("the server answers", lambda: instance.api("GET", "/health/ready").ok, 30)
    accepted = instance.api("DELETE", f"/servers/{kafka}", 202, headers={"Ashlar-Confirm": NAME}).json()
    measured("times killed during a delete", batter(instance, accepted["correlationId"], LIVES), "crashes")
    assert leftovers(instance) == []
