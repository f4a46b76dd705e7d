"""With the options that people get: what breaks on a cluster of 1 + 2 + 3 is noticed within seconds and mended,
one node for itself, and a failed change holds up nothing but itself."""

import time

import pytest

import harness
from clients import Stock, Writer

OBSERVE_INTERVAL = 30  # the default


@pytest.fixture(scope="module")
def healed(instance):
    answer = instance.deploy(harness.sentinel_cluster(instance, "healed", tls=False, heal="safe",
                                                      clientRights=["administration"]))
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    identifier = answer["operations"][0]["resourceId"]
    # The first look after a deployment comes at once; from then on all is as on any other day.
    harness.wait_until("it is watched", lambda: observed(instance) > 0, 60)
    return identifier


def observed(instance):
    for line in instance.api("GET", "/metrics", 200).text.splitlines():
        if line.startswith("ashlar_engine_observed_total "):
            return float(line.split()[1])
    raise AssertionError("observations are not counted")


def node_of(instance, identifier, name, refresh=False):
    """`refresh`: as it is now; Ashlar does not look by itself while an operation runs."""
    return next(n for n in instance.cluster(identifier, refresh)["status"]["nodes"] if n["name"] == name)


def droplet_of(instance, identifier, name):
    return int(node_of(instance, identifier, name)["providerId"])


def inside(instance, identifier, name, *argv):
    return instance.inside(droplet_of(instance, identifier, name), *argv)


def heals(instance, identifier):
    items = instance.api("GET", "/operations", 200, params={"resourceId": identifier}).json()["items"]
    return [item for item in items if item["action"] == "heal"]


def healthy(instance, identifier):
    server = instance.cluster(identifier)
    return server["status"]["health"] == "healthy" and not server["status"]["drift"]


class Watch:
    """Seconds from the moment something is broken until it is noticed, and until all is well again."""

    def __init__(self, instance, identifier):
        self.instance, self.identifier = instance, identifier
        self.heals_before = len(heals(instance, identifier))
        self.began = time.monotonic()

    def passed(self):
        return time.monotonic() - self.began

    def noticed(self):
        harness.wait_until("it is noticed", lambda: not healthy(self.instance, self.identifier), 60, 0.05)
        return self.passed()

    def heal(self, seconds=120):
        """The next healing that has ended."""
        def ended():
            items = heals(self.instance, self.identifier)
            return items[0] if len(items) > self.heals_before and items[0]["final"] else None
        operation = harness.wait_until("a healing has ended", ended, seconds)
        self.heals_before = len(heals(self.instance, self.identifier))
        return operation

    def mended(self, seconds=120):
        harness.wait_until("it is mended", lambda: len(heals(self.instance, self.identifier)) > self.heals_before
                           and healthy(self.instance, self.identifier), seconds, 0.1)
        return self.passed()


def why(instance, operation):
    events = instance.api("GET", f"/operations/{operation['id']}/events", 200).json()["items"]
    return events[0]["data"]["because"]


def test_a_machine_that_lost_power_is_switched_on(instance, healed, measured):
    watch = Watch(instance, healed)
    instance.add_fault({"machine": "kill", "dropletId": droplet_of(instance, healed, "replica-1")})
    measured("from a machine's loss of power to its being noticed", watch.noticed(), "s")
    measured("from a machine's loss of power to a healthy cluster", watch.mended(), "s")


def test_the_second_loss_of_power_does_not_wait_for_the_first(instance, healed, measured):
    watch = Watch(instance, healed)
    instance.add_fault({"machine": "kill", "dropletId": droplet_of(instance, healed, "replica-1")})
    watch.noticed()
    measured("the same once more, soon after", watch.mended(), "s")


def test_a_sentinel_that_was_stopped_is_started(instance, healed, measured):
    watch = Watch(instance, healed)
    inside(instance, healed, "sentinel-2", "systemctl", "stop", "redis-sentinel")
    measured("from a stopped sentinel to a healthy cluster", watch.mended(), "s")


def test_the_provider_is_asked_no_more_than_for_the_looks_when_all_is_well(instance, healed, measured):
    harness.wait_until("all is well", lambda: healthy(instance, healed), 60)
    time.sleep(5)  # what follows a healing is over
    looks, requests = observed(instance), lines(instance.record)
    time.sleep(45)
    looks, requests = observed(instance) - looks, lines(instance.record) - requests
    measured("requests to the provider in 45 s when all is well", requests, "requests")
    assert requests <= 3 * looks + 1, "glances ask the provider"


def lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


@pytest.mark.parametrize("name", ["replica-2", "sentinel-1", "master"])
def test_a_node_that_does_not_let_ashlar_in_is_mended_without_it(instance, healed, measured, name):
    stock = Stock(instance, healed, instance.directory)
    group = stock.groups()[0]
    if name == "master":
        name = stock.status["groups"][0]["master"]
    address = node_of(instance, healed, name)["privateAddress"]
    with Writer(stock, group) as writer:
        time.sleep(1)
        watch = Watch(instance, healed)
        delete_operator(instance, healed, stock, name, address)
        heal = watch.heal()
        assert heal["state"] == "succeeded", heal["error"]
        assert "does not let Ashlar's user in" in why(instance, heal)
        harness.wait_until("all is well", lambda: healthy(instance, healed), 60)
        measured(f"from Ashlar's deleted user on {name} to a healthy cluster", watch.passed(), "s")
        before = len(writer.acknowledged)
        harness.wait_until("writes go on", lambda: len(writer.acknowledged) > before + 20, 60)
    measured("longest gap between confirmed writes meanwhile", writer.longest_gap(), "s")
    leader = stock.sentinel().discover_master(group)[0]
    assert writer.lost(stock.node(leader)) == []


@pytest.fixture(scope="module")
def broken(instance, healed):
    """The name of a node that follows: sentinels that are started wait for a master, and those before made another lead."""
    return next(n["name"] for n in instance.cluster(healed, refresh=True)["status"]["nodes"] if n["role"] == "replica")


def test_one_that_cannot_be_mended_keeps_nobody_else_from_it(instance, healed, broken):
    watch = Watch(instance, healed)
    break_replica(instance, healed, broken)
    inside(instance, healed, "sentinel-3", "systemctl", "stop", "redis-sentinel")
    harness.wait_until("the sentinel works", lambda: node_of(instance, healed, "sentinel-3", refresh=True)["state"] == "active"
                       and len(heals(instance, healed)) > watch.heals_before, 60)
    assert node_of(instance, healed, broken, refresh=True)["state"] == "error"
    heal = watch.heal(240)
    assert heal["state"] == "failed"
    assert broken in heal["error"] and "sentinel" not in heal["error"], heal["error"]


def test_a_failed_change_is_waited_for_and_the_rest_is_healed(instance, healed, broken):
    """One replica cannot be mended yet, so this change fails."""
    answer = instance.api("PATCH", f"/servers/{healed}", json={"maxMemoryPolicy": "allkeys-lru"},
                          headers={"Ashlar-Confirm": "healed"})
    assert answer.ok, answer.text
    change = instance.wait_operation(answer.json()["correlationId"], 300)
    assert change["state"] == "failed" and broken in change["error"], change
    drift = instance.api("GET", f"/servers/{healed}/drift", 200, params={"refresh": "true"}).json()
    assert drift["healing"]["waitsFor"] == change["id"]
    assert broken in drift["healing"]["leavesAlone"] and "sentinel-2" not in drift["healing"]["leavesAlone"]
    for command in ("drift", "describe"):
        shown = " ".join(instance.cli(command, "redis", "healed", check=False).stdout.split())
        assert f"ashlar retry {change['id']}" in shown, shown

    watch = Watch(instance, healed)
    instance.add_fault({"machine": "kill", "dropletId": droplet_of(instance, healed, "sentinel-2")})
    heal = watch.heal()
    assert heal["state"] == "succeeded", heal["error"]
    assert node_of(instance, healed, "sentinel-2")["state"] == "active"
    assert instance.cluster(healed)["currentOperationId"] == change["id"]

    mend_replica(instance, healed, broken)
    instance.api("POST", f"/operations/{change['id']}/retry", 202)
    assert instance.wait_operation(change["id"], 120)["state"] == "succeeded"
    harness.wait_until("all is well", lambda: healthy(instance, healed), 60)
    assert instance.cluster(healed)["spec"]["maxMemoryPolicy"] == "allkeys-lru"


def break_replica(instance, identifier, name):
    """Redis may not enter its own folder any more, and so cannot be started."""
    inside(instance, identifier, name, "chown", "root:root", "/var/lib/redis")
    inside(instance, identifier, name, "chmod", "0700", "/var/lib/redis")
    # One that cannot save does not stop when it is asked to.
    inside(instance, identifier, name, "systemctl", "kill", "--kill-who=main", "--signal=KILL",
           "redis-server")


def mend_replica(instance, identifier, name):
    inside(instance, identifier, name, "chown", "redis:redis", "/var/lib/redis")
    inside(instance, identifier, name, "chmod", "0750", "/var/lib/redis")


def delete_operator(instance, identifier, stock, name, address):
    """As somebody who may: on a data node an application with rights, on a sentinel its owner."""
    if not name.startswith("sentinel"):
        assert stock.node(address).execute_command("ACL", "DELUSER", "ashlar") == 1
        return
    # Nobody but Ashlar may change a sentinel, so its file is edited, and it is started with that.
    inside(instance, identifier, name, "systemctl", "stop", "redis-sentinel")
    inside(instance, identifier, name, "sed", "-i", "/^user ashlar /d", "/etc/redis/ashlar/sentinel.conf")
    inside(instance, identifier, name, "systemctl", "start", "redis-sentinel")
