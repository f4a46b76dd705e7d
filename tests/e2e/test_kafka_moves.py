"""Replicas of a Kafka cluster on the move: an addition is cancelled, its bound is changed, and where they go to dies."""

import os
import time

import pytest
from confluent_kafka import Producer

import harness
from kafka_clients import Stock, load
from test_kafka import apply, write_spec
from test_kafka_membership import homes, spec, throttles

LAYERS = ("kafka",)
LONG = True
OBSERVE_INTERVAL = 5

SLOW, FAST = 1_000_000, 500_000_000  # bytes a second
MEGABYTES = 90  # in each replica of all partitions: at SLOW they take most of a minute to two new brokers
RECORD = 100_000


def fill(stock, topic, partitions):
    producer = Producer(stock.options("shop", acks="all", linger_ms=20))
    content = os.urandom(RECORD)
    for number in range(MEGABYTES * 1_000_000 // RECORD):
        producer.produce(topic, content, partition=number % partitions)
        producer.poll(0)
    assert producer.flush(120) == 0


@pytest.fixture(scope="module")
def kafka(instance):
    apply(instance, spec(instance))
    identifier = instance.find_cluster("events", "kafka")["id"]
    fill(Stock(instance, identifier), "orders", 6)
    return identifier


def begin(instance, identifier, document):
    """The operation, once replicas are on their way."""
    instance.cli("apply", "-f", write_spec(instance, document), "--yes", "--no-wait", "--confirm", "events")
    operation = instance.cluster(identifier)["currentOperationId"]
    harness.wait_until("replicas move", lambda: copied(instance, operation), 240)
    return operation


def step_of_moves(instance, operation):
    return next(step for step in instance.operation(operation)["steps"] if step["key"] == "kafka.reassign")


def copied(instance, operation):
    """What the step says of its progress once the first bytes have arrived: "12 MB of 80 MB to be copied, ..."."""
    said = step_of_moves(instance, operation)["because"] or ""
    return said if "to be copied" in said and not said.startswith("0 ") else None


def figures(instance, operation):
    """What the step says of its progress to those who draw it."""
    return step_of_moves(instance, operation)["figures"]


def test_a_cancelled_addition_leaves_nothing_on_machines_that_go(instance, kafka, measured):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        operation = begin(instance, kafka, spec(instance, brokers=5, reassignmentBytesPerSecond=SLOW))
        assert throttles(instance) != []
        moving = figures(instance, operation)
        assert {each["node"] for each in moving["receiving"]} <= {"broker-4", "broker-5"} and moving["giving"] != []
        assert 0 < moving["copiedBytes"] < moving["bytes"] and moving["partitions"] > 0
        assert moving["bytesPerSecond"] == SLOW
        instance.cli("cancel", operation, timeout=300)
    measured("longest gap between acknowledged records, an addition cancelled", running.gap, "s")
    assert instance.operation(operation)["state"] == "cancelled"
    assert figures(instance, operation) is None
    assert instance.cluster(kafka)["status"]["reassignment"] is None
    assert set(homes(instance, kafka)) == {"broker-1", "broker-2", "broker-3"}
    assert throttles(instance) == []
    assert len(instance.droplets()) == 6
    assert instance.cluster(kafka)["status"]["drift"] == []


def test_what_was_on_its_way_to_a_dead_broker_goes_elsewhere(instance, kafka, measured):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        operation = begin(instance, kafka, spec(instance, brokers=5, reassignmentBytesPerSecond=SLOW))
        droplet = next(each for each in instance.droplets() if each["name"].endswith("broker-5"))
        assert instance.cloud_post(f"/v2/droplets/{droplet['id']}/actions", json={"type": "power_off"}).status_code == 201
        harness.wait_until("broker-5 is given up", lambda: "gone" in events_of(instance, operation), 120)
        instance.cli("kafka", "throttle", "events", f"bytesPerSecond={FAST}", "--yes")
        # What had arrived there before stays, and Kafka ends no move of such a partition without it.
        assert instance.cloud_post(f"/v2/droplets/{droplet['id']}/actions", json={"type": "power_on"}).status_code == 201
        harness.wait_until("the rest is there", lambda: step_of_moves(instance, operation)["state"] == "done", 120)
        instance.wait_operation(operation, 240)
    measured("longest gap between acknowledged records, a destination dies", running.gap, "s")
    assert throttles(instance) == []
    assert set(homes(instance, kafka)) == {f"broker-{n}" for n in (1, 2, 3, 4, 5)}
    assert len(instance.droplets()) == 8


def test_the_bound_is_changed_while_they_move(instance, kafka, measured):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        operation = begin(instance, kafka, spec(instance, reassignmentBytesPerSecond=SLOW))
        assert any(str(SLOW) in line for line in throttles(instance))
        assert "about" in copied(instance, operation)
        instance.cli("kafka", "throttle", "events", f"bytesPerSecond={FAST}", "--yes")
        changed = time.monotonic()
        harness.wait_until("they are there", lambda: step_of_moves(instance, operation)["state"] == "done", 60)
        measured("rest of the move, once it may be fast", time.monotonic() - changed, "s")
        instance.wait_operation(operation, 240)
    measured("longest gap between acknowledged records, a bound changed", running.gap, "s")
    assert throttles(instance) == []
    assert set(homes(instance, kafka)) == {"broker-1", "broker-2", "broker-3"}


def events_of(instance, operation):
    return " ".join(event["message"] for event in instance.api("GET", f"/operations/{operation}/events?limit=500", 200).json()["items"])
