"""SIGKILL after every stored transition of a deploy and of a delete, on real machines.

The server kills itself as soon as a given number of transitions since its start has been committed,
so each run of it gets one transition further. Every restart continues where the last one was cut.
"""

import harness


def run_to_the_end(instance, identifier, most_restarts):
    """Restarts the self-killing server until the operation is final; returns how often it died."""
    deaths = 0
    while True:
        try:
            instance.wait_ready()
            operation = harness.wait_until(
                "the operation ends or the server dies",
                lambda: dead(instance) or final(instance, identifier), 240, pause=0.05)
        except AssertionError:
            if instance.server.alive():
                raise
            operation = True
        if operation is not True:
            return deaths, operation
        deaths += 1
        assert deaths < most_restarts, "the operation does not advance from crash to crash"
        instance.server.kill()
        instance.start_server({"ASHLAR_CRASH_AFTER_TRANSITIONS": "1"})


def dead(instance):
    return True if not instance.server.alive() else None


def final(instance, identifier):
    operation = instance.operation(identifier)
    return operation if operation["state"] in ("succeeded", "failed", "cancelled") else None


def test_killed_after_every_transition(instance, measured):
    deploy = instance.deploy(harness.sentinel_cluster(instance, "swept", replicas=1))
    instance.server.kill()
    instance.start_server({"ASHLAR_CRASH_AFTER_TRANSITIONS": "1"})
    deaths, operation = run_to_the_end(instance, deploy["correlationId"], 600)
    measured("crashes survived by one deploy of 5 machines", deaths, "crashes")
    assert operation["state"] == "succeeded", operation
    assert deaths > 20

    instance.server.kill()
    instance.start_server()
    instance.wait_ready()
    names = sorted(droplet["name"] for droplet in instance.droplets())
    assert names == ["swept-master-1", "swept-replica-1", "swept-sentinel-1", "swept-sentinel-2",
                     "swept-sentinel-3"]
    cluster = instance.cluster(instance.find_cluster("swept")["id"], refresh=True)
    assert [node["state"] for node in cluster["nodes"]] == ["active"] * 5

    answer = instance.api("DELETE", f"/servers/{cluster['id']}", 202).json()
    instance.server.kill()
    instance.start_server({"ASHLAR_CRASH_AFTER_TRANSITIONS": "1"})
    deaths, operation = run_to_the_end(instance, answer["correlationId"], 300)
    measured("crashes survived by its delete", deaths, "crashes")
    assert operation["state"] == "succeeded", operation
    assert instance.droplets() == []
    assert instance.cloud_get("/v2/firewalls").json()["firewalls"] == []
