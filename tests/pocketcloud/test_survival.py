"""The cloud's process may die at any time; machines and state do not notice."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from cloud import PROGRAM, address, greets, wait_until


def supervisors(cloud):
    """Pids of this instance's supervisors, by droplet directory."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except (OSError, NotADirectoryError):
            continue
        if b"run-droplet" in arguments and str(cloud.data).encode() in arguments[2]:
            found.setdefault(arguments[2].decode(), []).append(int(entry.name))
    return found


def leftovers(cloud):
    name = f"pc-{cloud.name}"
    run = lambda *argv: subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return {
        "namespace": [line for line in run("ip", "netns").splitlines() if name in line],
        "interface": [line for line in run("ip", "-br", "link").splitlines() if name in line],
        "route": [line for line in run("ip", "route").splitlines()
                  if str(cloud.public_pool) in line or str(cloud.vpc_pool) in line],
        "mount": [line for line in run("cat", "/proc/mounts").splitlines() if str(cloud.data) in line],
        "loop device": [line for line in run("losetup", "-a").splitlines() if str(cloud.data) in line],
        "control group": [str(p) for p in pathlib.Path("/sys/fs/cgroup").glob(f"*/pocketcloud-{cloud.name}")],
        "supervisor": list(supervisors(cloud)),
        "machine": [line for line in run("ps", "axo", "args").splitlines() if f"--machine={name}-" in line],
    }


def test_machines_survive_restart_and_kill(own_cloud):
    cloud = own_cloud()
    kept, = cloud.make("kept", tags=["kept"])
    before = supervisors(cloud)
    second = subprocess.run([str(PROGRAM), "serve", "--data", str(cloud.data), "--listen", "127.0.0.1:0", "--name",
                             cloud.name, "--public-pool", str(cloud.public_pool), "--vpc-pool", str(cloud.vpc_pool)],
                            capture_output=True, text=True, timeout=20)
    assert second.returncode != 0 and "another pocketcloud serves" in second.stderr
    for end in (cloud.terminate, cloud.kill):
        end()
        assert greets(address(kept))
        cloud.start()
        assert cloud.droplet(kept)["status"] == "active" and supervisors(cloud) == before
    cloud.act(kept, "reboot")
    cloud.wait_ssh(kept)

    # What ended while nobody looked is seen.
    cloud.kill()
    cloud.ssh(kept, "systemctl poweroff", check=False)
    wait_until("the machine is off", lambda: not supervisors(cloud), 30)
    cloud.start()
    cloud.wait_status(kept, "off")
    cloud.act(kept, "power_on")
    cloud.wait_ssh(kept)

    # A supervisor killed by force is a power failure; a host that failed boots its machines again.
    os.kill(next(iter(supervisors(cloud).values()))[0], signal.SIGKILL)
    cloud.wait_status(kept, "off")
    cloud.act(kept, "power_on")
    cloud.wait_ssh(kept)
    cloud.kill()
    os.kill(next(iter(supervisors(cloud).values()))[0], signal.SIGKILL)
    wait_until("the supervisor is gone", lambda: not supervisors(cloud), 10)
    cloud.start()
    cloud.wait_ssh(kept)


def test_a_kill_in_the_middle_of_creates_and_deletes_loses_and_doubles_nothing(own_cloud):
    cloud = own_cloud("--minute-limit", "100000")
    for delay in (0.0, 0.03, 0.1, 0.25, 0.5):
        created = cloud.create("mid-a", "mid-b", "mid-c", tags=["mid"])
        time.sleep(delay)
        cloud.kill()
        cloud.start()
        listed = cloud.get("/v2/droplets?tag_name=mid")["droplets"]
        assert [d["id"] for d in listed] == [d["id"] for d in created]
        for droplet in created:
            active = cloud.wait_status(droplet, "active")
            cloud.wait_ssh(active)
            assert cloud.ssh(active, "hostname") == droplet["name"], "its seed was lost"
        assert all(len(pids) == 1 for pids in supervisors(cloud).values()) and len(supervisors(cloud)) == 3
        cloud.delete("/v2/droplets?tag_name=mid")
        time.sleep(delay / 5)
        cloud.kill()
        cloud.start()
        for droplet in created:
            cloud.wait_gone(droplet)
        wait_until("no machine is left", lambda: not supervisors(cloud), 10)
        assert not list((cloud.data / "droplets").iterdir())


def test_down_leaves_nothing_even_after_a_kill(own_cloud):
    cloud = own_cloud()
    other = own_cloud()
    mine, gone = cloud.make("mine", "gone")
    cloud.destroy(gone)
    assert list((cloud.data / "graveyard").iterdir())
    yours, = other.make("yours")
    cloud.strike("pause", mine)
    assert all(leftovers(cloud)[kind] for kind in ("namespace", "interface", "route", "supervisor", "machine"))
    cloud.kill()
    cloud.down()
    assert {kind: found for kind, found in leftovers(cloud).items() if found} == {}
    assert {path.name for path in cloud.data.iterdir()} == {"token", "lock"}
    cloud.down()  # again is no error
    assert greets(address(yours)), "another instance was disturbed"
    other.down()  # stops serve as well
    assert other.process.wait(5) is not None
    assert {kind: found for kind, found in leftovers(other).items() if found} == {}


def test_machines_start_though_the_program_was_replaced(own_cloud, tmp_path, monkeypatch):
    copy = tmp_path / "pocketcloud"
    shutil.copy(PROGRAM, copy)
    monkeypatch.setattr("cloud.PROGRAM", copy)
    cloud = own_cloud()
    copy.unlink()
    monkeypatch.undo()
    cloud.make("replaced")


def test_the_quota_is_real(own_cloud):
    cloud = own_cloud("--minute-limit", "12")
    for _ in range(20):
        answer = cloud.session.get(cloud.url + "/v2/account", timeout=5, headers={
            "Authorization": "Bearer " + (cloud.data / "token").read_text().strip()})
        if answer.status_code == 429:
            break
    assert answer.json()["id"] == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
