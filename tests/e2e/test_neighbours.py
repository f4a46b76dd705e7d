"""What has cost others their data: cold starts, sentinels that were cut off, addresses used again."""

import ipaddress
import time

import pytest
import redis

import harness
from clients import Application, Stock, wait_for_load

CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)


def deployed(instance, name, **more):
    operation = instance.deploy(harness.sentinel_cluster(instance, name, **more))
    assert instance.wait_operation(operation["correlationId"])["state"] == "succeeded"
    return instance.find_cluster(name)["id"]


def healthy(instance, identifier):
    def settled():
        status = instance.cluster(identifier, refresh=True)["status"]
        return status if status["health"] == "healthy" else None
    return harness.wait_until("the cluster is healthy again", settled, 90, pause=0.5)


def node(status, name):
    return next(n for n in status["nodes"] if n["name"] == name)


def fault(instance, what, machine):
    instance.add_fault({"machine": what, "dropletId": int(machine["providerId"])})


def power_on(instance, machine):
    answer = instance.cloud_post(f"/v2/droplets/{machine['providerId']}/actions",
                                 json={"type": "power_on"})
    assert answer.ok, answer.text


def test_when_all_machines_lose_power_at_once_the_newest_data_leads(instance):
    network = instance.cloud_post("/v2/vpcs", json={
        "name": "small", "region": "nyc1",
        "ip_range": f"{instance.vpc_pool.broadcast_address - 15}/28"})
    assert network.ok, network.text
    cold = deployed(instance, "cold", persistence={"mode": "aof"},
                    vpcUUID=network.json()["vpc"]["id"])
    with Application(instance, cold) as application:
        wait_for_load(application)
    before = instance.cluster(cold, refresh=True)["status"]
    for machine in before["nodes"]:
        fault(instance, "kill", machine)
    harness.wait_until("all machines are off", lambda: {"off"} == {
        d["status"] for d in instance.droplets()}, 20)
    # The master last: whoever comes up first must not take its place with older data.
    for machine in sorted(before["nodes"], key=lambda n: n["role"] == "master"):
        power_on(instance, machine)
        time.sleep(1 if machine["role"] == "sentinel" else 2)
    after = healthy(instance, cold)
    assert after["groups"][0]["master"] == before["groups"][0]["master"]
    assert application.lost() == []


def test_a_sentinel_that_was_cut_off_and_comes_back_changes_nothing(instance):
    cold = instance.find_cluster("cold")["id"]
    before = healthy(instance, cold)
    cut_off = node(before, "sentinel-2")
    fault(instance, "partition", cut_off)
    time.sleep(8)  # longer than down-after: it holds the master to be down, and is alone with that
    fault(instance, "heal", cut_off)
    after = healthy(instance, cold)
    assert after["groups"][0]["master"] == before["groups"][0]["master"]
    time.sleep(5)
    assert healthy(instance, cold)["groups"][0]["master"] == before["groups"][0]["master"]


def test_a_reused_address_carries_no_data_from_one_cluster_to_another(instance):
    """A replica's machine vanishes behind Ashlar's back, and another cluster gets its address."""
    cold = instance.find_cluster("cold")["id"]
    status = healthy(instance, cold)
    lost = node(status, "replica-2")
    network = next(vpc for vpc in instance.cloud_get("/v2/vpcs").json()["vpcs"]
                   if ipaddress.ip_address(lost["privateAddress"])
                   in ipaddress.ip_network(vpc["ip_range"]) and not vpc["default"])
    Stock(instance, cold, instance.directory).sentinel().master_for("cold-m1").set("whose", "cold")
    assert instance.cloud_delete(f"/v2/droplets/{lost['providerId']}").status_code == 204
    harness.wait_until("the machine is gone", lambda: int(lost["providerId"]) not in
                       [d["id"] for d in instance.droplets()], 30)

    # The network is small enough that its addresses come round again.
    other = deployed(instance, "other", vpcUUID=network["id"], replicas=4)
    addresses = [n["privateAddress"] for n in instance.cluster(other)["status"]["nodes"]]
    assert lost["privateAddress"] in addresses, "the address was not used again: nothing is tested"
    stock = Stock(instance, other, instance.directory)
    stock.sentinel().master_for("other-m1").set("whose", "other")
    time.sleep(15)  # the first cluster's sentinels look for their replica every second, INFO every ten
    status = instance.cluster(other, refresh=True)["status"]
    assert status["health"] == "healthy", status["problems"]
    for data_node in status["nodes"]:
        if data_node["role"] != "sentinel":
            assert stock.node(data_node["privateAddress"]).get("whose") == b"other"

    intruder = redis.Redis(lost["privateAddress"], 6379, socket_timeout=5, **stock.options,
                           password=Stock(instance, cold, instance.directory).password)
    with pytest.raises(redis.RedisError):  # refused, or nobody of the other cluster listens there
        intruder.set("whose", "cold")
    instance.cli("delete", "redis", "other", "--yes")

    # The first cluster says what it lacks, and an update gives it another machine.
    drift = instance.cluster(cold, refresh=True)["status"]["drift"]
    assert ("replica-2", "machine-missing") in [(d["node"], d["what"]) for d in drift]
    answer = instance.api("PATCH", f"/servers/{cold}", 202, json={})
    operation = instance.wait_operation(answer.json()["correlationId"], 180)
    assert operation["state"] == "succeeded", operation["error"]
    healthy(instance, cold)
    assert Stock(instance, cold, instance.directory).sentinel().master_for("cold-m1").get(
        "whose") == b"cold"

