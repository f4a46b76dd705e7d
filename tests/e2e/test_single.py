"""A node that is alone changes where it stands: its size and its transport, with address and data kept."""

import pytest

import harness
from clients import Stock

CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)


@pytest.fixture(scope="module")
def node(instance):
    wanted = harness.single(instance, "alone", deploymentType="redis-prod-single")
    answer = instance.deploy(wanted)
    operation = instance.wait_operation(answer["correlationId"])
    assert operation["state"] == "succeeded", operation["error"]
    identifier = answer["operations"][0]["resourceId"]
    client(instance, identifier).set("kept", "yes")
    return identifier


def client(instance, identifier):
    stock = Stock(instance, identifier, instance.directory)
    return stock.node(stock.status["nodes"][0]["privateAddress"])


def seen(instance, identifier):
    return instance.cluster(identifier, refresh=True)["status"]["nodes"][0]


def patch(instance, identifier, path, body):
    answer = instance.api("PATCH", f"/servers/{identifier}{path}", 202, json=body).json()
    operation = instance.wait_operation(answer["correlationId"], 240)
    assert operation["state"] == "succeeded", operation["error"]


@pytest.mark.parametrize("action, size", [("upgrade", "s-2vcpu-4gb"), ("downgrade", "s-1vcpu-1gb")])
def test_its_machine_is_resized_in_place(instance, node, action, size):
    before = seen(instance, node)
    sizes = {"roles": {"master": {"size": size}}}
    plan = instance.api("POST", f"/servers/{node}/plans/{action}", 200, json=sizes).json()
    assert any("answers nobody" in line for line in plan["disruptions"]), plan["disruptions"]
    assert plan["monthlyUsdBefore"] != plan["monthlyUsdAfter"]
    patch(instance, node, f"/{action}", sizes)
    after = seen(instance, node)
    assert after["machineSize"] == size
    assert after["maxMemoryBytes"] != before["maxMemoryBytes"], "its limit follows its memory"
    for kept in ("providerId", "privateAddress", "publicAddress"):
        assert after[kept] == before[kept], kept
    assert client(instance, node).get("kept") == b"yes"
    assert instance.cluster(node)["status"]["drift"] == []


def test_a_cancelled_resize_goes_back(instance, node):
    before = seen(instance, node)
    answer = instance.api("PATCH", f"/servers/{node}/upgrade", 202,
                          json={"roles": {"master": {"size": "s-2vcpu-4gb"}}}).json()
    identifier = answer["correlationId"]
    harness.wait_until("it was resized", lambda: any(
        step["key"] == "resize/master-1" and step["state"] == "done"
        for step in instance.operation(identifier)["steps"]), 60)
    instance.api("POST", f"/operations/{identifier}/cancel", 202)
    assert instance.wait_operation(identifier, 180)["state"] == "cancelled"
    after = seen(instance, node)
    assert (after["machineSize"], after["state"]) == (before["machineSize"], "active"), after
    assert client(instance, node).get("kept") == b"yes"


def test_tls_is_switched_on(instance, node):
    patch(instance, node, "", {"enableTLS": True})
    after = seen(instance, node)
    assert after["certificate"]["expiresAt"]
    assert client(instance, node).get("kept") == b"yes"
