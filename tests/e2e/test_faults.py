"""Deploys succeed under what real clouds do; what cannot succeed says which machine and why."""

import json
import time

import harness


def deploy_under(instance, name, faults, seconds=240):
    for fault in faults:
        instance.add_fault(fault)
    try:
        operation = instance.wait_operation(
            instance.deploy(harness.single(instance, name))["correlationId"], seconds)
    finally:
        instance.clear_faults()
    return operation


def machines(instance, name):
    return [d for d in instance.droplets() if d["name"].startswith(name + "-")]


def assert_one_machine_then_delete(instance, name, operation):
    assert operation["state"] == "succeeded", operation
    assert len(machines(instance, name)) == 1
    instance.cli("delete", "redis", name, "--yes")
    assert machines(instance, name) == []


def test_rate_limited(instance):
    faults = [{"method": "POST", "path": "^/v2/droplets$", "status": 429, "retryAfter": 1, "count": 2},
              {"method": "GET", "path": "^/v2/droplets", "status": 429, "retryAfter": 1, "count": 2}]
    assert_one_machine_then_delete(instance, "limited", deploy_under(instance, "limited", faults))


def test_server_errors(instance):
    faults = [{"method": "POST", "path": "^/v2/", "status": 500, "count": 3},
              {"method": "GET", "path": "^/v2/droplets", "status": 503, "count": 3}]
    assert_one_machine_then_delete(instance, "flaky", deploy_under(instance, "flaky", faults))


def test_time_out_after_the_effect_makes_no_second_machine(instance):
    faults = [{"method": "POST", "path": "^/v2/droplets$", "dropAfterEffect": True, "count": 1},
              {"method": "POST", "path": "^/v2/firewalls$", "dropAfterEffect": True, "count": 1},
              {"method": "POST", "path": "^/v2/vpcs$", "dropAfterEffect": True, "count": 1}]
    assert_one_machine_then_delete(instance, "lostanswer",
                                   deploy_under(instance, "lostanswer", faults))


def test_not_found_just_after_create(instance):
    faults = [{"method": "POST", "path": "^/v2/droplets$", "notFoundAfterCreateMs": 2000, "count": 1}]
    assert_one_machine_then_delete(instance, "unseen", deploy_under(instance, "unseen", faults))


def test_slow_boot(instance):
    faults = [{"boot": "slow", "delayMs": 8000, "name": "^slow-", "count": 1}]
    assert_one_machine_then_delete(instance, "slow", deploy_under(instance, "slow", faults))


def test_a_boot_that_never_finishes_names_the_machine_and_retry_completes(instance):
    instance.restart_server({"ASHLAR_BOOT_LIMIT": "8"})
    operation = deploy_under(instance, "dead", [{"boot": "never", "name": "^dead-", "count": 1}])
    assert operation["state"] == "failed"
    assert "dead-master-1" in operation["error"]
    instance.api("POST", f"/operations/{operation['id']}/retry", 202)
    assert_one_machine_then_delete(instance, "dead", instance.wait_operation(operation["id"]))


def test_a_machine_that_does_not_start_fails_within_seconds_with_the_reason(instance):
    """With the usual limit of two minutes: nobody waits for what the provider has given up."""
    began = time.monotonic()
    operation = deploy_under(instance, "doomed", [{"boot": "fails", "name": "^doomed-", "count": 1}])
    seconds = time.monotonic() - began
    assert operation["state"] == "failed"
    for told in ("doomed-master-1", "did not start", "create", "a fault on purpose"):
        assert told in operation["error"], operation["error"]
    assert seconds < 15, f"it took {seconds:.0f} s to say so"
    instance.api("POST", f"/operations/{operation['id']}/retry", 202)
    assert_one_machine_then_delete(instance, "doomed", instance.wait_operation(operation["id"]))


def test_one_bad_machine_leaves_the_rest_at_work_and_an_update_repairs_just_that_node(instance):
    instance.restart_server({"ASHLAR_BOOT_LIMIT": "8"})
    instance.add_fault({"boot": "never", "name": "^partly-replica-2", "count": 1})
    answer = instance.deploy(harness.sentinel_cluster(instance, "partly"))
    identifier = answer["operations"][0]["resourceId"]
    operation = instance.wait_operation(answer["correlationId"])
    instance.clear_faults()
    assert operation["state"] == "failed"
    assert "partly-replica-2" in operation["error"]

    harness.wait_until("it is degraded", lambda: instance.cluster(identifier)["state"] == "degraded", 30)
    status = instance.cluster(identifier, refresh=True)["status"]
    not_working = {node["name"]: node for node in status["nodes"] if node["state"] != "active"}
    assert list(not_working) == ["replica-2"], not_working
    assert not_working["replica-2"]["error"], not_working
    works = {node["name"]: node["providerId"] for node in status["nodes"]
             if node["state"] == "active"}

    plan = instance.api("POST", f"/servers/{identifier}/plans/update", 200, json={}).json()
    touched = {step["node"] for step in plan["steps"] if step["phase"].startswith(
        ("Creating", "Installing")) and step["node"]}
    assert touched == {"replica-2"}, touched
    answer = instance.api("PATCH", f"/servers/{identifier}", 202, json={}).json()
    repaired = instance.wait_operation(answer["correlationId"])
    assert repaired["state"] == "succeeded", repaired["error"]
    cluster = instance.cluster(identifier)
    assert cluster["state"] == "active"
    assert all(node["state"] == "active" for node in cluster["status"]["nodes"])
    assert works == {node["name"]: node["providerId"] for node in cluster["status"]["nodes"]
                     if node["name"] in works}
    assert len(machines(instance, "partly")) == len(cluster["status"]["nodes"])
    instance.cli("delete", "redis", "partly", "--yes")
    assert machines(instance, "partly") == []


LOST_AND_LATE = {"method": "POST", "path": "^/v2/droplets$", "dropAfterEffect": True,
                 "notFoundAfterCreateMs": 10_000}


def cluster_tag(droplet):
    return next(tag for tag in droplet["tags"] if tag.startswith("ashlar-redis-"))


def drift_of(instance, name):
    result = instance.cli("drift", "redis", name, "-o", "json", check=False)
    return json.loads(result.stdout)["items"]


def history_of(instance, identifier):
    """What was said in the history of a resource, the latest first."""
    told, cursor = [], None
    while True:
        page = instance.api("GET", f"/servers/{identifier}/events", 200, params={
            "limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        told += [event["message"] for event in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return told


def make_droplet(instance, name, tags):
    answer = instance.cloud_post("/v2/droplets", json={
        "name": name, "region": "nyc1", "size": "s-1vcpu-1gb", "image": "debian-12-x64",
        "tags": tags})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["droplet"]["id"])


def exists(instance, droplet):
    return droplet in [str(d["id"]) for d in instance.droplets()]


def test_answers_lost_and_droplets_shown_late_make_no_machine_twice(instance, measured):
    instance.add_fault({**LOST_AND_LATE, "count": 3})
    began = time.monotonic()
    instance.cli("apply", "-f", harness.REPOSITORY / "examples/redis-small.yaml", "--yes")
    measured("deploy with three lost answers, shown after 10 s", time.monotonic() - began, "s")
    instance.clear_faults()
    identifier = instance.find_cluster("small-redis")["id"]
    told = history_of(instance, identifier)
    assert sum("got no answer" in message for message in told) == 3, told
    assert any("it is looked whether it was made" in message for message in told), told

    assert len(machines(instance, "small-redis")) == 6
    assert drift_of(instance, "small-redis") == []
    assert instance.find_cluster("small-redis")["monthlyUsd"] == 36


def test_what_somebody_else_makes_is_listed_with_its_cost(instance):
    """On the cluster of the test before."""
    identifier = instance.find_cluster("small-redis")["id"]
    ours = machines(instance, "small-redis")
    tagged = make_droplet(instance, "by-hand", [cluster_tag(ours[0])])
    namesake = make_droplet(instance, ours[0]["name"], ["by-hand"])

    def both():
        items = drift_of(instance, "small-redis")
        return items if len(items) == 2 else None
    # The list of the whole account may be half a minute old.
    items = harness.wait_until("both are drift", both, 60, pause=2)
    assert {item["what"] for item in items} == {"unrecorded-machine"}
    assert [item["monthlyUsd"] for item in items] == [6, 6]
    assert {item["heals"] for item in items} == {"replace", "none"}
    # Ashlar's own tag makes it part of what the cluster costs; a name does not.
    assert instance.cluster(identifier)["monthlyUsd"] == 42

    instance.cli("heal", "redis", "small-redis", "--yes", check=False)
    assert exists(instance, tagged), "safe healing took what somebody else had made"
    answer = instance.api("PATCH", f"/servers/{identifier}", 202, json={"heal": "replace"}).json()
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    instance.cli("heal", "redis", "small-redis", "--yes")
    assert not exists(instance, tagged)
    assert exists(instance, namesake), "what does not carry the cluster's tag is nobody's to take"
    assert len(machines(instance, "small-redis")) == 7

    plan = instance.api("POST", f"/servers/{identifier}/plans/delete", 200, json={}).json()
    assert plan["monthlyUsdBefore"] == 36, "the namesake is not the cluster's"
    instance.cli("delete", "redis", "small-redis", "--yes")
    assert [d["name"] for d in instance.droplets()] == [ours[0]["name"]]
    instance.cloud_delete(f"/v2/droplets/{namesake}").raise_for_status()


def test_what_a_deleted_cluster_leaves_behind_is_an_orphan(instance):
    answer = instance.deploy(harness.single(instance, "left"))
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    tag = cluster_tag(machines(instance, "left")[0])
    owner = next(t for t in machines(instance, "left")[0]["tags"] if t.startswith("ashlar-owner-"))
    instance.cli("delete", "redis", "left", "--yes")
    assert "left behind" in instance.cli("orphans").stdout
    droplet = make_droplet(instance, "left-master-1", [tag, owner])
    # Of another control plane with the same account, and of nobody.
    make_droplet(instance, "foreign", ["ashlar-redis-other-res_0", "ashlar-owner-org_0"])

    found = json.loads(instance.cli("orphans", "-o", "json").stdout)
    assert {(item["type"], item["because"]) for item in found["items"]} == {
        ("machine", "redis 'left' was deleted"), ("tag", "redis 'left' was deleted")}
    assert found["monthlyUsd"] == 6
    assert instance.cli("orphans", "--destroy", f"machine/{droplet}", check=False).returncode == 2
    assert exists(instance, droplet), "it was destroyed without an answer"
    instance.cli("orphans", "--destroy", f"machine/{droplet}", "--destroy", f"tag/{tag}", "--yes")
    harness.wait_until("it is gone", lambda: not exists(instance, droplet), 30)
    assert json.loads(instance.cli("orphans", "-o", "json").stdout)["items"] == []
    assert [d["name"] for d in instance.droplets()] == ["foreign"]
