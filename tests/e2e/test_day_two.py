"""Every change of a cluster under load: no acknowledged write lost, and the longest gap measured.

A client writes and another one reads through the sentinels the whole time, as an application would:
when the sentinels or the password that it knows are no longer good, it asks the API again.
"""

import socket
import time

import pytest

import harness
from clients import Application

# Far more changes in a few minutes than DigitalOcean would allow.
CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)

NAME = "changing"


@pytest.fixture(scope="module")
def cluster(instance):
    wanted = harness.sentinel_cluster(instance, NAME, passwordOverlapSeconds=5)
    operation = instance.wait_operation(instance.deploy(wanted)["correlationId"])
    assert operation["state"] == "succeeded", operation
    return instance.find_cluster(NAME)["id"]


def patch(instance, identifier, action, body):
    path = f"/servers/{identifier}" + (f"/{action}" if action else "")
    answer = instance.api("PATCH", path, json=body)
    assert answer.status_code == 202, answer.text
    operation = instance.wait_operation(answer.json()["correlationId"], 300)
    assert operation["state"] == "succeeded", failure(operation)


def failure(operation):
    steps = [(s["key"], s["state"], s["because"]) for s in operation["steps"]
             if s["state"] not in ("done", "pending")]
    return operation["error"], steps


def under_load(instance, identifier, measured, what, action, body, most_gap=5):
    """The status afterwards. A crash would cost down-after (5 s) and the election; a controlled
    change must not."""
    with Application(instance, identifier) as application:
        time.sleep(2)
        before = len(application.acknowledged)
        started = time.monotonic()
        patch(instance, identifier, action, body)
        took = time.monotonic() - started
        time.sleep(2)
    measured(f"{what}: whole change", took, "s")
    measured(f"{what}: longest write gap", application.longest_gap(), "s")
    assert before > 50, "the load never got going"
    assert len(application.acknowledged) > before, "no write was acknowledged after the change"
    assert application.lost() == [], f"{what}: acknowledged writes are gone"
    assert application.longest_gap() < most_gap, f"{what}: writes stopped for {application.longest_gap()} s"
    return settled(instance, identifier)


def settled(instance, identifier):
    status = instance.cluster(identifier, refresh=True)["status"]
    assert status["health"] == "healthy", status["problems"]
    assert status["drift"] == [] and status["surplus"] == [], (status["drift"], status["surplus"])
    return status


def names(status, role=None):
    return [n["name"] for n in status["nodes"] if role in (None, n["declaredRole"])]


def machines(instance):
    return [d["name"] for d in instance.droplets() if d["name"].startswith(NAME + "-")]


def test_an_unchanged_spec_changes_nothing(instance, cluster):
    answer = instance.api("PATCH", f"/servers/{cluster}", json={})
    assert answer.status_code == 200, answer.text


def test_adding_two_replicas(instance, cluster, measured):
    status = under_load(instance, cluster, measured, "add 2 replicas", None,
                        {"desiredState": {"roles": {"replica": {"count": 4}}}})
    assert names(status, "replica") == ["replica-1", "replica-2", "replica-3", "replica-4"]


def test_removing_two_replicas(instance, cluster, measured):
    status = under_load(instance, cluster, measured, "remove 2 replicas", None,
                        {"desiredState": {"roles": {"replica": {"count": 2}}}})
    assert len(names(status, "replica")) == 2
    assert len(machines(instance)) == 6


def test_handing_over_to_a_named_replica(instance, cluster, measured):
    for to in ("replica-1", "master-1"):
        status = under_load(instance, cluster, measured, f"switch over to {to}", "switchover",
                            {"to": to})
        assert status["groups"][0]["master"] == to


def test_rotating_the_passwords(instance, cluster, measured):
    before = instance.credentials(cluster)["password"]
    under_load(instance, cluster, measured, "rotate passwords", "rotate", {"what": "passwords"})
    assert instance.credentials(cluster)["password"] != before


def test_rotating_the_certificates(instance, cluster, measured):
    before = {n["name"]: n["certificate"]["expiresAt"]
              for n in instance.cluster(cluster, refresh=True)["status"]["nodes"]}
    time.sleep(1)
    status = under_load(instance, cluster, measured, "rotate certificates", "rotate",
                        {"what": "certificates"})
    assert all(n["certificate"]["expiresAt"] > before[n["name"]] for n in status["nodes"])


def test_switching_tls_off_and_on(instance, cluster, measured):
    # All clients have to connect anew, and the sentinels are away for a moment: more than other
    # changes cost, and the plan says so.
    refused = instance.api("PATCH", f"/servers/{cluster}", 409, json={
        "enableTLS": False, "desiredState": {"roles": {"replica": {"count": 3}}}}).json()
    assert "TLS of changing changes, and so does" in refused["detail"], refused
    for wanted, what in ((False, "switch TLS off"), (True, "switch TLS on")):
        plan = instance.api("POST", f"/servers/{cluster}/plans/update", 200,
                            json={"enableTLS": wanted}).json()
        assert any("disconnected once" in line for line in plan["disruptions"]), plan["disruptions"]
        status = under_load(instance, cluster, measured, what, None, {"enableTLS": wanted},
                            most_gap=30)
        assert status["enableTLS"] is wanted
        address = status["nodes"][0]["privateAddress"]
        assert speaks_in_the_clear(address) is not wanted


def speaks_in_the_clear(address):
    with socket.create_connection((address, 6379), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        try:
            return connection.recv(64).startswith(b"-NOAUTH")
        except ConnectionError:
            return False


def test_cancelling_an_upgrade_half_way_goes_back(instance, cluster, measured):
    before = instance.cluster(cluster, refresh=True)
    old = {d["id"] for d in instance.droplets()}
    with Application(instance, cluster) as application:
        answer = instance.api("PATCH", f"/servers/{cluster}/upgrade", 202, json={
            "roles": {"master": {"size": "s-2vcpu-4gb"}, "replica": {"size": "s-2vcpu-4gb"}}})
        identifier = answer.json()["correlationId"]

        def master_left():
            return any(s["key"] == "redis.leave/master-1~2" and s["state"] == "done"
                       for s in instance.operation(identifier)["steps"])
        harness.wait_until("the former master has left", master_left, 120)
        instance.api("POST", f"/operations/{identifier}/cancel", 202)
        operation = instance.wait_operation(identifier, 180)
        time.sleep(1)
    assert operation["state"] == "cancelled", failure(operation)
    after = instance.cluster(cluster, refresh=True)
    assert after["spec"] == before["spec"]
    assert {d["id"] for d in instance.droplets()} == old, "not the machines that were there"
    assert after["status"]["groups"][0]["master"] == before["status"]["groups"][0]["master"]
    assert application.lost() == []
    measured("cancel an upgrade: longest write gap", application.longest_gap(), "s")
    # The sentinels still remember the machines that had joined: healing makes them forget.
    patch(instance, cluster, "heal", {})
    settled(instance, cluster)


def test_upgrading_all_roles(instance, cluster, measured):
    sizes = {"master": {"size": "s-2vcpu-4gb"}, "replica": {"size": "s-2vcpu-4gb"},
             "sentinel": {"size": "s-2vcpu-2gb"}}
    old = {d["id"] for d in instance.droplets()}
    status = under_load(instance, cluster, measured, "upgrade all roles", "upgrade",
                        {"roles": sizes})
    assert {n["machineSize"] for n in status["nodes"]} == {"s-2vcpu-4gb", "s-2vcpu-2gb"}
    assert not old & {d["id"] for d in instance.droplets()}, "old machines are left"
    assert len(machines(instance)) == 6


def test_downgrading_all_roles(instance, cluster, measured):
    sizes = {role: {"size": "s-1vcpu-1gb"} for role in ("master", "replica", "sentinel")}
    status = under_load(instance, cluster, measured, "downgrade all roles", "downgrade",
                        {"roles": sizes})
    assert {n["machineSize"] for n in status["nodes"]} == {"s-1vcpu-1gb"}
    assert len(machines(instance)) == 6


def test_stopping_and_starting_keeps_the_data(instance, cluster, measured):
    with Application(instance, cluster) as application:
        time.sleep(1)
    started = time.monotonic()
    patch(instance, cluster, "stop", {})
    measured("stop", time.monotonic() - started, "s")
    assert instance.cluster(cluster)["state"] == "stopped"
    assert {d["status"] for d in instance.droplets()} == {"off"}
    started = time.monotonic()
    patch(instance, cluster, "start", {})
    measured("start", time.monotonic() - started, "s")
    settled(instance, cluster)
    assert len(application.acknowledged) > 20 and application.lost() == []


def test_someone_elses_change_is_not_overwritten(instance, cluster):
    answer = instance.api("PATCH", f"/servers/{cluster}", json={"heal": "none"},
                          headers={"If-Match": '"1"'})
    assert answer.status_code == 412, answer.text
