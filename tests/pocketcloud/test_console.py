"""A machine that does not boot says why, at once, and what its console said last is kept."""

import time

import pytest

from cloud import wait_until


def power_off_and_break(cloud, droplet, command):
    cloud.ssh(droplet, command)
    cloud.act(droplet, "power_off")


def test_the_console_is_kept_and_outlives_the_droplet(cloud):
    droplet, = cloud.make("talker")
    cloud.ssh(droplet, "echo marker-of-this-test > /dev/console")
    said = wait_until("the console says it", lambda: next(
        (c for c in [cloud.console(droplet)] if "marker-of-this-test" in c["console"]), None), 10)
    assert (said["name"], said["status"], said["reason"]) == ("talker", "active", None)
    assert "\x1b" not in said["console"]
    cloud.destroy(droplet)
    dead = cloud.console(droplet)
    assert dead["status"] == "deleted" and "marker-of-this-test" in dead["console"]
    assert droplet["id"] in [d["dropletId"] for d in cloud.get("/_pocket/droplets")["droplets"]]
    cloud.get("/_pocket/droplets/1/console", 404)


def test_a_console_that_is_written_without_end_fills_nothing(cloud):
    droplet, = cloud.make("flood")
    cloud.ssh(droplet, "head -c 30000000 /dev/zero | tr '\\0' x > /dev/console; echo the-end > /dev/console")
    wait_until("the end came", lambda: "the-end" in cloud.console(droplet)["console"], 20)
    assert len(cloud.console(droplet)["console"]) <= 64 << 10
    on_disk = sum(f.stat().st_size for f in (cloud.data / "droplets" / str(droplet["id"])).glob("console*"))
    assert on_disk <= 2 * (64 << 10)
    cloud.destroy(droplet)


@pytest.mark.parametrize("harm, told", [
    # What systemd does without inotify instances or descriptors: it ends before it runs.
    ("printf '#!/bin/sh\\necho Failed to allocate manager object: Too many open files >&2\\nexit 1\\n' > /sbin/init.new"
     " && chmod 755 /sbin/init.new && mv /sbin/init.new /sbin/init && rm -f /lib/systemd/systemd",
     "Too many open files"),
    ("rm -f /sbin/init /lib/systemd/systemd /usr/sbin/init", "systemd-nspawn ended with"),
])
def test_a_boot_that_fails_ends_its_action_with_the_reason(cloud, harm, told):
    droplet, = cloud.make("harmed")
    power_off_and_break(cloud, droplet, harm)
    started = time.monotonic()
    action = cloud.act(droplet, "power_on")
    assert action["status"] == "errored" and told in action["error_message"], action
    assert time.monotonic() - started < 10
    assert cloud.droplet(droplet)["status"] == "off"
    console = cloud.console(droplet)
    assert told in console["reason"] and console["status"] == "off"
    cloud.destroy(droplet)
    assert told in cloud.console(droplet)["reason"], "what was known died with the droplet"


def test_a_create_that_fails_is_errored_within_seconds(cloud):
    """From a snapshot whose system cannot start, as on a host that has no room for another machine."""
    broken, = cloud.make("broken-image")
    power_off_and_break(cloud, broken, "printf '#!/bin/sh\\necho no room for this machine\\nexit 3\\n' > /lib/systemd/systemd.new"
                        " && chmod 755 /lib/systemd/systemd.new && mv /lib/systemd/systemd.new /lib/systemd/systemd")
    cloud.act(broken, "snapshot", name="broken")
    image, = (i for i in cloud.get("/v2/images?private=true")["images"] if i["name"] == "broken")
    droplet, = cloud.create("doomed", image=image["id"])
    started = time.monotonic()
    cloud.wait_status(droplet, "off")
    assert time.monotonic() - started < 15
    create, = cloud.get(f"/v2/droplets/{droplet['id']}/actions")["actions"]
    assert (create["type"], create["status"]) == ("create", "errored")
    assert "no room for this machine" in create["error_message"] and "ended with 3" in create["error_message"]
    cloud.destroy(broken, droplet)
    cloud.delete(f"/v2/images/{image['id']}")
