"""How long each change of a running cluster keeps an application from writing.

One client writes through the sentinels, each write confirmed by a replica, and another one reads,
as in tests/e2e/test_day_two.py. A sample is the longest time between two confirmed writes during one
change of a cluster of six machines with TLS. A write that is lost ends the benchmark.
"""

import sys
import time

import harness
import table
from clients import Application

NAME = "gaps"
ROUNDS, PAIRS, SWITCHOVERS = 3, 2, 10  # sentinels take their time to forget who left
MOST_SECONDS = 1.5
# Before the sentinels hold a master to be down: the default of downAfterMilliseconds.
DOWN_AFTER_SECONDS, MOST_AFTER_A_CRASH = 5, 2
SMALL, LARGE = "s-1vcpu-1gb", "s-2vcpu-2gb"


def run(instance):
    wanted = harness.sentinel_cluster(instance, NAME, replicas=2, passwordOverlapSeconds=5)
    finish(instance, instance.deploy(wanted))
    identifier = instance.find_cluster(NAME)["id"]
    gaps = {}
    for what, changes in changes_of(instance, identifier).items():
        gaps[what] = [gap(instance, identifier, change) for change in changes]
        print(f"bench: {what}: longest gap of each of {len(changes)}: "
              + ", ".join(f"{seconds:.2f} s" for seconds in gaps[what]), file=sys.stderr, flush=True)
    crash = gap(instance, identifier, lambda: crash_master(instance, identifier))
    instance.cli("delete", "redis", NAME, "--yes")
    what = "longest write gap, 6 machines with TLS"
    return ([table.row(what, change, samples, aim="value", most=MOST_SECONDS)
             for change, samples in gaps.items()]
            + [table.row(what, "the master's machine is killed", [crash], aim="value",
                         most=DOWN_AFTER_SECONDS + MOST_AFTER_A_CRASH)])


def changes_of(instance, identifier):
    """{what: the same change again and again}; in pairs that lead back to where they began."""
    def patch(action, body):
        return lambda: finish(instance, instance.api(
            "PATCH", f"/servers/{identifier}{action}", 202, json=body,
            headers={"Ashlar-Confirm": NAME}).json())

    def replicas(count):
        return patch("", {"desiredState": {"roles": {"replica": {"count": count}}}})

    def sizes(action, size, strategy):
        return patch(action, {"roles": {role: {"size": size}
                                        for role in ("master", "replica", "sentinel")},
                              "strategy": strategy})
    return {
        "switch over": [patch("/switchover", {})] * SWITCHOVERS,
        "rotate passwords": [patch("/rotate", {"what": "passwords"})] * ROUNDS,
        "rotate certificates": [patch("/rotate", {"what": "certificates"})] * ROUNDS,
        "add 2 replicas, remove them": [replicas(4), replicas(2)] * PAIRS,
        "upgrade and downgrade all roles in place": [
            sizes("/upgrade", LARGE, "in-place"), sizes("/downgrade", SMALL, "in-place")] * PAIRS,
        "the same by new machines": [
            sizes("/upgrade", LARGE, "replace"), sizes("/downgrade", SMALL, "replace")] * PAIRS,
    }


def finish(instance, accepted):
    operation = instance.wait_operation(accepted["correlationId"], 300)
    if operation["state"] != "succeeded":
        raise RuntimeError(f"{operation['action']} ended as {operation['state']}: "
                           f"{operation['error']}")


def gap(instance, identifier, change):
    with Application(instance, identifier) as application:
        time.sleep(1)
        change()
        time.sleep(1)
    if lost := application.lost():
        raise RuntimeError(f"{len(lost)} confirmed writes are gone")
    return application.longest_gap()


def crash_master(instance, identifier):
    """Returns when another one leads."""
    def master():
        cluster = instance.cluster(identifier, refresh=True)["status"]
        leader = cluster["groups"][0]["master"]
        return next((n for n in cluster["nodes"] if n["name"] == leader), None)
    old = master()
    instance.add_fault({"machine": "kill", "dropletId": int(old["providerId"])})
    harness.wait_until("another node leads",
                       lambda: (now := master()) and now["name"] != old["name"], 60, 0.5)
