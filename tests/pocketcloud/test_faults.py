"""What goes wrong on purpose goes wrong as said."""

import time

import pytest
import requests

from cloud import address, greets


def test_statuses(cloud):
    cloud.fault(method="GET", path="^/v2/regions", status=429, retryAfter=7, count=1)
    answer = cloud.call("GET", "/v2/regions", 429)
    assert answer.headers["Retry-After"] == "7" and answer.headers["RateLimit-Remaining"] == "0"
    assert answer.json()["id"] == "too_many_requests"
    cloud.get("/v2/regions")  # the count is used up
    cloud.fault(path="^/v2/", status=503, count=2)
    cloud.get("/v2/sizes", 503)
    cloud.get("/v2/tags", 503)
    faults = cloud.get("/_pocket/faults")["faults"]
    assert [(f["count"], f["strikes"]) for f in faults] == [(0, 1), (0, 2)]
    cloud.delete(f"/_pocket/faults/{faults[0]['id']}")
    assert len(cloud.get("/_pocket/faults")["faults"]) == 1


def test_probability(cloud):
    cloud.fault(path="^/v2/sizes", status=500, probability=0.5)
    seen = {cloud.session.get(cloud.url + "/v2/sizes", headers={"Authorization": "Bearer " + (
        cloud.data / "token").read_text().strip()}, timeout=5).status_code for _ in range(40)}
    assert seen == {200, 500}


def test_dropped_before_and_after_the_effect(cloud):
    cloud.fault(method="POST", path="^/v2/tags$", dropBeforeEffect=True, count=1)
    with pytest.raises(requests.ConnectionError):
        cloud.post("/v2/tags", {"name": "before"})
    cloud.get("/v2/tags/before", 404)
    cloud.fault(method="POST", path="^/v2/tags$", dropAfterEffect=True, count=1)
    with pytest.raises(requests.ConnectionError):
        cloud.post("/v2/tags", {"name": "after"})
    assert cloud.get("/v2/tags/after")
    cloud.delete("/v2/tags/after")


def test_delays(cloud):
    cloud.fault(path="^/v2/account$", delayMs=300, count=1)
    cloud.fault(path="^/v2/sizes$", delayAfterEffectMs=300, count=1)
    for path in ("/v2/account", "/v2/sizes"):
        started = time.monotonic()
        cloud.get(path)
        assert 0.3 <= time.monotonic() - started < 2


@pytest.mark.parametrize("fault, message", [
    ({}, "says nothing"), ({"status": 200}, "status"), ({"status": 500, "path": "("}, "regular expression"),
    ({"boot": "sometimes"}, "slow, never"), ({"boot": "slow"}, "delayMs"), ({"colour": 1}, "colour"),
    ({"status": 500, "probability": 2}, "from 0 to 1"), ({"machine": "kill", "dropletId": 1}, "dropletId"),
])
def test_a_fault_that_makes_no_sense_is_refused(cloud, fault, message):
    cloud.refused("POST", "/_pocket/faults", fault, 422, message)


def test_not_found_just_after_create(cloud):
    cloud.fault(method="POST", path="^/v2/droplets$", notFoundAfterCreateMs=1500, count=1)
    droplet, = cloud.create("unseen", tags=["unseen"])
    cloud.get(f"/v2/droplets/{droplet['id']}", 404)
    assert cloud.get("/v2/droplets?tag_name=unseen")["droplets"] == []
    time.sleep(1.5)
    cloud.wait_status(droplet, "active")
    cloud.destroy(droplet)


def test_boots(cloud):
    cloud.fault(boot="slow", name="^slow", delayMs=1500, count=1)
    cloud.fault(boot="never", name="^never", count=1)
    cloud.fault(boot="unreachable", name="^unreach", count=1)
    started = time.monotonic()
    slow, never, unreachable = cloud.create("slow", "never", "unreachable")
    assert cloud.wait_status(unreachable, "active")
    slow = cloud.wait_status(slow, "active")
    assert time.monotonic() - started >= 1.5
    cloud.wait_ssh(slow)
    assert cloud.droplet(never)["status"] == "new"
    unreachable = cloud.droplet(unreachable)
    assert not greets(address(unreachable), seconds=0.5)
    cloud.strike("heal", unreachable)
    cloud.wait_ssh(unreachable)
    assert cloud.act(never, "power_cycle")["status"] == "completed", "a power cycle mends it"
    cloud.wait_ssh(cloud.droplet(never))
    cloud.destroy(slow, never, unreachable)


def test_a_machine_that_never_boots_can_be_deleted(cloud):
    cloud.fault(boot="never", name="^dead", count=1)
    dead, = cloud.create("dead")
    cloud.destroy(dead)


def test_a_boot_that_fails_says_so(cloud):
    cloud.fault(boot="fails", name="^doomed", count=1)
    doomed, = cloud.create("doomed")
    cloud.wait_status(doomed, "off", 10)
    create, = cloud.get(f"/v2/droplets/{doomed['id']}/actions")["actions"]
    assert create["status"] == "errored" and "on purpose" in create["error_message"]
    assert cloud.act(doomed, "power_on")["status"] == "completed", "switching it on mends it"
    cloud.wait_ssh(cloud.droplet(doomed))
    assert cloud.ssh(cloud.droplet(doomed), "hostname") == "doomed", "its seed was lost"
    cloud.destroy(doomed)


def test_machine_faults(cloud):
    droplet, = cloud.make("broken")
    target = address(droplet)

    cloud.strike("pause", droplet)
    assert not greets(target, seconds=0.5)
    cloud.strike("resume", droplet)
    cloud.wait_ssh(droplet)

    cloud.strike("partition", droplet)
    assert not greets(target, seconds=0.5) and not greets(address(droplet, "private"), seconds=0.5)
    cloud.strike("heal", droplet)
    cloud.wait_ssh(droplet)

    cloud.strike("fullDisk", droplet)
    full = cloud.ssh(droplet, "dd if=/dev/zero of=/root/more bs=1M count=64", check=False)
    assert full.returncode != 0 and "No space left" in full.stderr
    cloud.strike("freeDisk", droplet)
    cloud.ssh(droplet, "dd if=/dev/zero of=/root/more bs=1M count=64 status=none")

    cloud.strike("slowNetwork", droplet, rateKbit=4000)
    cloud.refused("POST", "/_pocket/faults", {"machine": "slowNetwork", "dropletId": droplet["id"], "delayMs": 5}, 422, "netem")
    started = time.monotonic()
    cloud.ssh(droplet, "head -c 1000000 /dev/urandom | base64")
    slow = time.monotonic() - started
    cloud.strike("fastNetwork", droplet)
    started = time.monotonic()
    cloud.ssh(droplet, "head -c 1000000 /dev/urandom | base64")
    assert slow > 2 > time.monotonic() - started

    cloud.strike("kill", droplet)
    cloud.wait_status(droplet, "off")
    assert not greets(target, seconds=0.3)
    cloud.refused("POST", "/_pocket/faults", {"machine": "pause", "dropletId": droplet["id"]}, 409, "does not run")
    cloud.act(droplet, "power_on")
    cloud.wait_ssh(droplet)

    cloud.strike("pause", droplet)
    cloud.destroy(droplet)  # a frozen machine goes too
