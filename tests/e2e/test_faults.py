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
