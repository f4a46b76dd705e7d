"""Every change of a cluster under load: no acknowledged write lost, and the longest gap measured.

A client writes and another one reads through the sentinels the whole time, as an application would:
when the sentinels or the password that it knows are no longer good, it asks the API again.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import harness
from clients import Application, wait_for_load

# Far more changes in a few minutes than DigitalOcean would allow.
CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)

NAME = "changing"


@pytest.fixture(scope="module")
def cluster(instance):
    wanted = harness.sentinel_cluster(instance, NAME, passwordOverlapSeconds=5)
    operation = instance.wait_operation(instance.deploy(wanted)["correlationId"])
    assert operation["state"] == "succeeded", operation
    return instance.find_cluster(NAME)["id"]


CONFIRMED = {"Ashlar-Confirm": NAME}


def patch(instance, identifier, action, body, headers=None):
    path = f"/servers/{identifier}" + (f"/{action}" if action else "")
    if headers == CONFIRMED:
        refused = instance.api("PATCH", path, 428, json=body).json()
        assert refused["code"] == "not-confirmed" and NAME in refused["remedy"], refused
    answer = instance.api("PATCH", path, json=body, headers=headers or {})
    assert answer.status_code == 202, answer.text
    operation = instance.wait_operation(answer.json()["correlationId"], 300)
    assert operation["state"] == "succeeded", failure(operation)


def failure(operation):
    steps = [(s["key"], s["state"], s["because"]) for s in operation["steps"]
             if s["state"] not in ("done", "pending")]
    return operation["error"], steps


def under_load(instance, identifier, measured, what, action, body, most_gap=5, headers=None):
    """The status afterwards. A crash would cost down-after (5 s) and the election; a controlled
    change must not."""
    with Application(instance, identifier) as application:
        before = wait_for_load(application)
        started = time.monotonic()
        patch(instance, identifier, action, body, headers)
        took = time.monotonic() - started
        time.sleep(2)
    measured(f"{what}: whole change", took, "s")
    measured(f"{what}: longest write gap", application.longest_gap(), "s")
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
                        {"desiredState": {"roles": {"replica": {"count": 2}}}}, headers=CONFIRMED)
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
                            most_gap=30, headers=None if wanted else CONFIRMED)
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


def cancelled(instance, cluster, measured, body, when, done):
    """Cancels an upgrade once the step `done` is; what was there before and after."""
    before = instance.cluster(cluster, refresh=True)
    old = {d["id"]: d["size_slug"] for d in instance.droplets()}
    with Application(instance, cluster) as application:
        answer = instance.api("PATCH", f"/servers/{cluster}/upgrade", 202, json=body)
        identifier = answer.json()["correlationId"]

        def far_enough():
            return any(s["key"] == done and s["state"] == "done"
                       for s in instance.operation(identifier)["steps"])
        harness.wait_until(when, far_enough, 180)
        instance.api("POST", f"/operations/{identifier}/cancel", 202)
        operation = instance.wait_operation(identifier, 240)
        time.sleep(1)
    assert operation["state"] == "cancelled", failure(operation)
    after = instance.cluster(cluster, refresh=True)
    assert after["spec"] == before["spec"]
    assert {d["id"]: d["size_slug"] for d in instance.droplets()} == old
    assert after["status"]["groups"][0]["master"] == before["status"]["groups"][0]["master"]
    assert application.lost() == []
    measured(f"cancelled when {when}: longest write gap", application.longest_gap(), "s")


LARGER_DATA_NODES = {"master": {"size": "s-2vcpu-4gb"}, "replica": {"size": "s-2vcpu-4gb"}}


def test_cancelling_an_upgrade_half_way_gives_the_former_sizes_back(instance, cluster, measured):
    cancelled(instance, cluster, measured, {"roles": LARGER_DATA_NODES},
              "the former master is resized", "resize/master-1")
    # A sentinel lists a replica that comes back with its next INFO, which it asks for each 10 s.
    harness.wait_until("the sentinels list every replica again", lambda: instance.cluster(
        cluster, refresh=True)["status"]["health"] == "healthy", 30)
    settled(instance, cluster)


def test_cancelling_a_replacement_half_way_goes_back(instance, cluster, measured):
    cancelled(instance, cluster, measured, {"roles": LARGER_DATA_NODES, "strategy": "replace"},
              "the former master has left", "redis.leave/master-1~2")
    # The sentinels still remember the machines that had joined: healing makes them forget.
    patch(instance, cluster, "heal", {})
    settled(instance, cluster)


def addresses(status):
    return {n["name"]: (n["providerId"], n["privateAddress"], n["publicAddress"])
            for n in status["nodes"]}


def test_upgrading_all_roles_keeps_every_machine_and_address(instance, cluster, measured):
    sizes = {"master": {"size": "s-2vcpu-4gb"}, "replica": {"size": "s-2vcpu-4gb"},
             "sentinel": {"size": "s-2vcpu-2gb"}}
    before = instance.cluster(cluster, refresh=True)["status"]
    plan = instance.api("POST", f"/servers/{cluster}/plans/upgrade", 200,
                        json={"roles": sizes}).json()
    assert plan["addressChanges"] == []
    status = under_load(instance, cluster, measured, "upgrade all roles", "upgrade",
                        {"roles": sizes})
    assert {n["machineSize"] for n in status["nodes"]} == {"s-2vcpu-4gb", "s-2vcpu-2gb"}
    assert addresses(status) == addresses(before)
    memory = {n["name"]: n["maxMemoryBytes"] for n in status["nodes"] if n["role"] != "sentinel"}
    assert all(memory[n["name"]] > n["maxMemoryBytes"] for n in before["nodes"]
               if n["name"] in memory), "the limits follow the memory"


def test_a_client_of_before_the_upgrade_finds_the_next_master(instance, cluster, a_client_of_before,
                                                              measured):
    old = a_client_of_before.finds_masters()
    leader = next(n for n in instance.cluster(cluster)["status"]["nodes"]
                  if n["privateAddress"] == old[0])
    started = time.monotonic()
    instance.add_fault({"machine": "kill", "dropletId": int(leader["providerId"])})
    harness.wait_until("it finds another master",
                       lambda: a_client_of_before.finds_masters(60) != old, 60)
    measured("killed master to a write by a client that begins anew", time.monotonic() - started, "s")
    answer = instance.cloud_post(f"/v2/droplets/{leader['providerId']}/actions",
                                 json={"type": "power_on"})
    assert answer.ok, answer.text
    harness.wait_until("the cluster is whole again", lambda: instance.cluster(
        cluster, refresh=True)["status"]["health"] == "healthy", 90, 0.5)


def test_downgrading_all_roles(instance, cluster, measured):
    before = instance.cluster(cluster, refresh=True)["status"]
    sizes = {role: {"size": "s-1vcpu-1gb"} for role in ("master", "replica", "sentinel")}
    status = under_load(instance, cluster, measured, "downgrade all roles", "downgrade",
                        {"roles": sizes})
    assert {n["machineSize"] for n in status["nodes"]} == {"s-1vcpu-1gb"}
    assert addresses(status) == addresses(before)


@pytest.mark.addresses_change
def test_replacing_all_machines_leads_the_clients_of_before_on(instance, cluster, measured,
                                                               a_client_of_before):
    sizes = {role: {"size": "s-2vcpu-2gb"} for role in ("master", "replica", "sentinel")}
    before = instance.cluster(cluster, refresh=True)["status"]
    plan = instance.api("POST", f"/servers/{cluster}/plans/upgrade", 200,
                        json={"roles": sizes, "strategy": "replace"}).json()
    told = {change["node"]: change for change in plan["addressChanges"]}
    assert {node: change["address"] for node, change in told.items()} == {
        n["name"]: f"{n['privateAddress']}:{n['port']}" for n in before["nodes"]}
    assert {change["fate"] for change in told.values()} == {"moves"}
    assert "clients" in told["sentinel-1"]["usedBy"]
    actions = plan["requiredActions"]
    assert any("prints the new list" in action["what"] for action in actions), actions

    def last_operation():
        return instance.cluster(cluster)["currentOperationId"]
    earlier = last_operation()
    with ThreadPoolExecutor(1) as pool, Application(instance, cluster) as application:
        started = time.monotonic()
        upgrade = pool.submit(instance.cli, "upgrade", "redis", NAME, "--strategy", "replace", "--yes",
                              *[word for role in sizes for word in (f"--{role}", "s-2vcpu-2gb")])
        identifier = harness.wait_until(
            "it has begun", lambda: (now := last_operation()) != earlier and now, 60)
        looks = 0
        while not retiring(instance, identifier):
            answering = a_client_of_before.answering()
            if not retiring(instance, identifier):
                assert answering, "none of the addresses of before answers"
                looks += 1
        said = upgrade.result().stdout
        measured("replace all machines: whole change", time.monotonic() - started, "s")
    assert looks > 5
    assert application.lost() == []
    measured("replace all machines: longest write gap", application.longest_gap(), "s")
    assert application.longest_gap() < 5
    after = settled(instance, cluster)
    new = addresses(after)
    assert not {d for d, *_ in addresses(before).values()} & {d for d, *_ in new.values()}
    assert len(machines(instance)) == 6
    for node in names(after, "sentinel"):
        assert f"{new[node][1]}:26379" in said, "the CLI prints the new list"


def retiring(instance, identifier):
    """Whether the first of the old machines is being destroyed, or the operation is over."""
    operation = instance.operation(identifier)
    assert operation["state"] not in ("failed", "cancelled"), failure(operation)
    return operation["state"] == "succeeded" or any(
        s["type"] == "fleet.retire" and s["state"] not in ("pending", "ready")
        for s in operation["steps"])


def test_stopping_and_starting_keeps_the_data(instance, cluster, measured):
    with Application(instance, cluster) as application:
        harness.wait_until("writes are confirmed", lambda: len(application.acknowledged) > 20, 30)
    started = time.monotonic()
    patch(instance, cluster, "stop", {})
    measured("stop", time.monotonic() - started, "s")
    assert instance.cluster(cluster)["state"] == "stopped"
    assert {d["status"] for d in instance.droplets()} == {"off"}
    started = time.monotonic()
    patch(instance, cluster, "start", {})
    measured("start", time.monotonic() - started, "s")
    settled(instance, cluster)
    assert application.lost() == []


def test_someone_elses_change_is_not_overwritten(instance, cluster):
    answer = instance.api("PATCH", f"/servers/{cluster}", json={"heal": "none"},
                          headers={"If-Match": '"1"'})
    assert answer.status_code == 412, answer.text
