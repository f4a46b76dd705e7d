"""SIGKILL after every stored transition of a deploy and of a delete, on real machines.

The server kills itself as soon as a given number of transitions since its start has been committed.
(The same sweep over a model of cloud and machines, also between effect and commit, is in engine_test.)
"""

import itertools

import requests

import harness

# A hundred deployments and server starts in two minutes: beyond what DigitalOcean would allow.
CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)

FINAL = ("succeeded", "failed", "cancelled")


def restart(instance, transitions_to_live=None):
    if instance.server.alive():
        instance.server.terminate()
    else:
        instance.server.kill()
    instance.start_server({"ASHLAR_CRASH_AFTER_TRANSITIONS": str(transitions_to_live)}
                          if transitions_to_live else None)


def wait_until_up(instance):
    """False when the server died before it answered."""
    return harness.wait_until("the server answers or dies", lambda: (
        "died" if not instance.server.alive() else answers(instance) and "up"), 30, 0.02) == "up"


def answers(instance):
    return requests.get(instance.url + "/api/health/ready", timeout=2).ok


def ask(instance, request):
    """The request's answer, or None when the server died over it."""
    try:
        return request() if wait_until_up(instance) else None
    except requests.RequestException:
        return None


def end_of(instance, identifier):
    """The operation's final state, or "died" when the server did so before."""
    def over():
        if not instance.server.alive():
            return "died"
        try:
            state = instance.operation(identifier)["state"]
        except requests.RequestException:
            return None
        return state if state in FINAL else None
    return harness.wait_until("the operation ends or the server dies", over, 120, 0.02)


def died_over(instance, request, transitions):
    """Runs the request on a server that dies after so many transitions; True when it did."""
    restart(instance, transitions)
    answer = ask(instance, request)
    identifier = answer.json()["correlationId"] if answer is not None else None
    return end_of(instance, identifier) == "died"


def finish(instance, request):
    """The same request again to a server that lives: the same operation, now to its end.

    Started anew even where the old one survived: its remaining transitions would run out under a
    later request.
    """
    restart(instance)
    answer = ask(instance, request)
    assert answer is not None and answer.status_code == 202, answer and answer.text
    operation = instance.wait_operation(answer.json()["correlationId"])
    assert operation["state"] == "succeeded", operation


def requests_of(instance, name):
    """A deploy and a delete that can be repeated: each has an idempotency key."""
    def deploy():
        return instance.api("POST", "/infrastructure/redis/deploy",
                            json={"clusters": [harness.single(instance, name)]},
                            headers={"Idempotency-Key": f"deploy-{name}"})

    identifier = []

    def delete():
        if not identifier:
            identifier.append(instance.find_cluster(name)["id"])
        return instance.api("DELETE", f"/servers/{identifier[0]}",
                            headers={"Idempotency-Key": f"delete-{name}"})
    return deploy, delete


def names(instance):
    return sorted(droplet["name"] for droplet in instance.droplets())


def leftovers(instance):
    kept = [vpc["name"] for vpc in instance.cloud_get("/v2/vpcs").json()["vpcs"]
            if not vpc["default"]]
    return names(instance) + kept + instance.cloud_get("/v2/firewalls").json()["firewalls"]


def test_one_crash_after_each_transition(instance, measured):
    crashes = 0
    for transitions in itertools.count(1):
        name = f"swept-{transitions}"
        deploy, delete = requests_of(instance, name)
        deploy_died = died_over(instance, deploy, transitions)
        finish(instance, deploy)
        assert names(instance) == [f"{name}-master-1"]
        cluster = instance.cluster(instance.find_cluster(name)["id"], refresh=True)
        assert cluster["state"] == "active" and cluster["status"]["health"] == "healthy"
        delete_died = died_over(instance, delete, transitions)
        finish(instance, delete)
        assert leftovers(instance) == []
        crashes += deploy_died + delete_died
        if not deploy_died and not delete_died:
            break
    measured("crash points swept over deploy and delete", crashes, "crashes")
    assert crashes > 20


def batter(instance, identifier, lives=(6, 11, 16, 21, 26)):
    """Lives of so many transitions, again and again, until the operation ends; the deaths."""
    deaths = 0
    for lifetime in itertools.cycle(lives):
        restart(instance, lifetime)
        end = end_of(instance, identifier)
        if end != "died":
            break
        deaths += 1
        assert deaths < 300, "the operation does not advance from crash to crash"
    restart(instance)
    wait_until_up(instance)
    assert end == "succeeded" and deaths > 2, instance.operation(identifier)["error"]
    return deaths


def settled_status(instance, identifier):
    status = instance.cluster(identifier, refresh=True)["status"]
    assert [node["state"] for node in status["nodes"]] == ["active"] * len(status["nodes"])
    assert status["health"] == "healthy", status["problems"]
    assert status["surplus"] == [] and status["drift"] == []
    return status


def test_operations_that_are_killed_again_and_again(instance, measured):
    """A deploy, an update and an upgrade of one cluster, and in the end nothing is left."""
    restart(instance)
    wait_until_up(instance)
    deploy = instance.deploy(harness.sentinel_cluster(instance, "battered", replicas=1))
    measured("crashes survived by one deploy of 5 machines",
             batter(instance, deploy["correlationId"]), "crashes")
    assert names(instance) == ["battered-master-1", "battered-replica-1", "battered-sentinel-1",
                               "battered-sentinel-2", "battered-sentinel-3"]
    identifier = instance.find_cluster("battered")["id"]
    settled_status(instance, identifier)

    update = instance.api("PATCH", f"/servers/{identifier}", 202, json={
        "desiredState": {"roles": {"replica": {"count": 2}}}}).json()
    measured("crashes survived by adding a replica",
             batter(instance, update["correlationId"]), "crashes")
    assert len(names(instance)) == 6
    settled_status(instance, identifier)

    for strategy, size in (("in-place", "s-1vcpu-2gb"), ("replace", "s-2vcpu-2gb")):
        upgrade = instance.api("PATCH", f"/servers/{identifier}/upgrade", 202, json={
            "strategy": strategy,
            "roles": {role: {"size": size} for role in ("master", "replica", "sentinel")}})
        measured(f"crashes survived by upgrading 6 machines ({strategy})",
                 batter(instance, upgrade.json()["correlationId"]), "crashes")
        status = settled_status(instance, identifier)
        assert {node["machineSize"] for node in status["nodes"]} == {size}
        assert len(names(instance)) == 6

    instance.cli("delete", "redis", "battered", "--yes")
    assert leftovers(instance) == []


def test_answers_lost_droplets_shown_late_and_a_server_killed_all_the_while(instance, measured):
    restart(instance)
    wait_until_up(instance)
    instance.add_fault({"method": "POST", "path": "^/v2/droplets$", "dropAfterEffect": True,
                        "notFoundAfterCreateMs": 10_000, "count": 5})
    deploy = instance.deploy(harness.sentinel_cluster(instance, "unheard", replicas=1))
    measured("crashes survived by a deploy that gets no answers",
             batter(instance, deploy["correlationId"]), "crashes")
    instance.clear_faults()
    assert names(instance) == ["unheard-master-1", "unheard-replica-1", "unheard-sentinel-1",
                               "unheard-sentinel-2", "unheard-sentinel-3"]
    settled_status(instance, instance.find_cluster("unheard")["id"])
    instance.cli("delete", "redis", "unheard", "--yes")
    assert leftovers(instance) == []
