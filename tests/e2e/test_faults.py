"""Deploys succeed under what real clouds do; what cannot succeed says which machine and why."""

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
