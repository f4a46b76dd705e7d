"""The certificate authority of a Kafka cluster exchanged for another one while a client that trusts both writes and reads."""

import pytest

import harness
from kafka_clients import Stock, load
from test_kafka import apply, spec

LAYERS = ("kafka",)
LONG = True


@pytest.fixture(scope="module")
def kafka(instance):
    apply(instance, spec(instance))
    return instance.find_cluster("events", "kafka")["id"]


def test_the_authority_is_exchanged_without_a_record_lost(instance, kafka, measured):
    def authorities():
        return instance.credentials(kafka)["caCertificate"]
    former = authorities()
    accepted = instance.api("PATCH", f"/servers/{kafka}/reissue", 202, json={"overlapSeconds": 5}).json()
    harness.wait_until("both are trusted", lambda: authorities().count("BEGIN CERTIFICATE") == 2, 60)
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        operation = instance.wait_operation(accepted["correlationId"], 1_200)
    assert operation["state"] == "succeeded", operation["error"]
    measured("longest gap between acknowledged records, authority exchanged", running.gap, "s")
    assert authorities().count("BEGIN CERTIFICATE") == 1 and authorities() != former
    assert "orders" in Stock(instance, kafka).admin("shop").list_topics(timeout=20).topics
    drift = {item["what"] for item in instance.cluster(kafka, refresh=True)["status"]["drift"]}
    assert drift <= {"topic-undeclared"}
