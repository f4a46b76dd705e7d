"""Droplets are real machines: made, reached, restarted, resized, destroyed."""

import subprocess
import time

from cloud import Key, address, greets, wait_until


def test_life_of_a_droplet(cloud, tmp_path):
    registered = Key(tmp_path / "key")
    key = cloud.post("/v2/account/keys", {"name": "life", "public_key": registered.public})["ssh_key"]
    files = [{"path": "/etc/ashlar/a", "content": "text", "permissions": "0640", "owner": "root:adm"},
             {"path": "/opt/b", "content": "AAEC", "encoding": "b64"}]
    created, = cloud.create("life", ssh_keys=[key["id"]], tags=["life"], user_data={"write_files": files})
    assert created["status"] == "new" and created["locked"] and created["networks"]["v4"] == []
    cloud.refused("POST", f"/v2/droplets/{created['id']}/actions", {"type": "power_off"}, 422, "pending event")

    droplet = cloud.wait_status(created, "active")
    assert not droplet["locked"]
    action = cloud.get(f"/v2/droplets/{droplet['id']}/actions")["actions"][0]
    assert (action["type"], action["status"]) == ("create", "completed")
    assert cloud.get(f"/v2/droplets/{droplet['id']}/actions/{action['id']}")["action"] == action
    assert action in cloud.get("/v2/actions")["actions"]
    assert cloud.get("/v2/droplets?tag_name=life")["droplets"] == [droplet]
    assert cloud.get("/v2/droplets?name=life")["droplets"] == [droplet]
    assert cloud.get("/v2/droplets?name=LIFE&type=droplets")["droplets"] == [droplet]
    assert cloud.get("/v2/droplets?name=other")["droplets"] == []

    cloud.wait_ssh(droplet)
    assert cloud.ssh(droplet, "hostname") == "life"
    assert cloud.ssh(droplet, "stat -c '%a %U:%G' /etc/ashlar/a; cat /etc/ashlar/a") == "640 root:adm\ntext"
    assert cloud.ssh(droplet, "od -An -tx1 /opt/b") == "00 01 02"
    assert registered.public in cloud.ssh(droplet, "cat /root/.ssh/authorized_keys")
    cloud.wait_booted(droplet)
    assert cloud.ssh(droplet, "ls /etc/ssh/ssh_host_*_key") == "/etc/ssh/ssh_host_ed25519_key"
    assert int(cloud.ssh(droplet, "df --output=size -BG / | tail -1").rstrip("G")) in (24, 25)
    assert not list((cloud.data / "droplets" / str(droplet["id"])).glob("seed*")), "private keys stay on disk"

    cloud.destroy(droplet)
    assert not greets(address(droplet), seconds=0.3)
    assert not (cloud.data / "droplets" / str(droplet["id"])).exists()
    cloud.delete(f"/v2/account/keys/{key['id']}")


def test_power_keeps_the_data_and_really_happens(cloud):
    droplet, = cloud.make("power")
    cloud.ssh(droplet, "echo data > /root/kept; nft add table inet lost; touch /run/lost")
    for kind in ("power_cycle", "reboot"):
        before = cloud.ssh(droplet, "systemctl show -p UserspaceTimestampMonotonic --value")
        assert cloud.act(droplet, kind)["status"] == "completed"
        cloud.wait_ssh(droplet)
        assert cloud.ssh(droplet, "systemctl show -p UserspaceTimestampMonotonic --value") != before, kind
        assert cloud.ssh(droplet, "cat /root/kept") == "data"
        assert "lost" not in cloud.ssh(droplet, "ls /run; nft list tables"), f"{kind} kept what only memory held"
    for off, on in (("shutdown", "power_on"), ("power_off", "power_on")):
        assert cloud.act(droplet, off)["status"] == "completed"
        assert cloud.droplet(droplet)["status"] == "off" and not greets(address(droplet), seconds=0.3)
        cloud.refused("POST", f"/v2/droplets/{droplet['id']}/actions", {"type": off}, 422, "powered off")
        assert cloud.act(droplet, on)["status"] == "completed"
        cloud.wait_ssh(droplet)
        assert cloud.ssh(droplet, "cat /root/kept") == "data"
    cloud.ssh(droplet, "systemctl reboot", check=False)
    wait_until("a reboot from within", lambda: cloud.ssh(
        droplet, "ls /run/lost", check=False).returncode == 2 and cloud.ssh(droplet, "cat /root/kept") == "data", 30)
    cloud.ssh(droplet, "systemctl poweroff", check=False)
    cloud.wait_status(droplet, "off")
    cloud.destroy(droplet)


def test_resize(cloud):
    droplet, = cloud.make("resize")
    path = f"/v2/droplets/{droplet['id']}/actions"
    cloud.refused("POST", path, {"type": "resize", "size": "s-2vcpu-4gb"}, 422, "powered off")
    cloud.refused("POST", path, {"type": "rebuild", "image": 1}, 422, "not offered")
    cloud.act(droplet, "power_off")
    cloud.refused("POST", path, {"type": "resize", "size": "s-1vcpu-512mb-10gb"}, 422, "smaller disk")
    cloud.refused("POST", path, {"type": "resize", "size": "none"}, 422, "invalid size")
    assert cloud.act(droplet, "resize", size="s-2vcpu-4gb", disk=True)["status"] == "completed"
    resized = cloud.droplet(droplet)
    assert (resized["size_slug"], resized["memory"], resized["disk"], resized["status"]) == ("s-2vcpu-4gb", 4096, 80, "off")
    cloud.act(droplet, "power_on")
    cloud.wait_ssh(droplet)
    assert int(cloud.ssh(droplet, "df --output=size -BG / | tail -1").rstrip("G")) >= 78
    cloud.destroy(droplet)


def test_ten_at_once_and_deleted_by_tag(cloud):
    started = time.monotonic()
    droplets = cloud.create(*(f"many-{i}" for i in range(10)), tags=["many"])
    answered = time.monotonic() - started
    assert answered < 2, f"create took {answered:.1f} s to answer"
    active = [cloud.wait_status(droplet, "active") for droplet in droplets]
    for droplet in active:
        cloud.wait_ssh(droplet)
    print(f"10 droplets answer on port 22 after {time.monotonic() - started:.1f} s")
    assert len({address(d) for d in active} | {address(d, "private") for d in active}) == 20
    assert cloud.get("/v2/tags/many")["tag"]["resources"]["droplets"]["count"] == 10
    cloud.delete("/v2/droplets?tag_name=many")
    for droplet in active:
        cloud.wait_gone(droplet)
    assert cloud.get("/v2/droplets")["meta"]["total"] == 0


def test_actions_by_tag(cloud):
    one, two = cloud.make("tag-one", "tag-two", tags=["both"])
    other, = cloud.make("tag-other")
    path = "/v2/droplets/actions?tag_name=both"

    def act(kind):
        actions = cloud.post(path, {"type": kind})["actions"]
        assert {action["resource_id"] for action in actions} == {one["id"], two["id"]}
        assert {cloud.wait_action(action["id"])["status"] for action in actions} == {"completed"}

    act("power_off")
    assert [cloud.droplet(d)["status"] for d in (one, two, other)] == ["off", "off", "active"]
    act("snapshot")
    assert len(cloud.get("/v2/images?private=true")["images"]) == 2
    act("power_on")
    # One that cannot keeps the others from being touched, and is named.
    cloud.act(one, "power_off")
    cloud.refused("POST", path, {"type": "shutdown"}, 422, str(one["id"]), "tag-one", "powered off")
    assert cloud.droplet(two)["status"] == "active"
    cloud.refused("POST", path, {"type": "reboot"}, 422, "not offered", "power_cycle")
    cloud.refused("POST", "/v2/droplets/actions", {"type": "power_off"}, 422, "tag_name")
    assert cloud.post("/v2/droplets/actions?tag_name=nobody", {"type": "power_off"})["actions"] == []
    for image in cloud.get("/v2/images?private=true")["images"]:
        cloud.delete(f"/v2/images/{image['id']}")
    cloud.destroy(one, two, other)


def test_packages_install_without_a_network(cloud):
    droplet, = cloud.make("packages")
    started = time.monotonic()
    cloud.ssh(droplet, "DEBIAN_FRONTEND=noninteractive apt-get install -y -q redis-server redis-sentinel")
    print(f"apt-get install of Redis took {time.monotonic() - started:.1f} s")
    assert cloud.ssh(droplet, "redis-cli ping") == "PONG"
    assert cloud.ssh(droplet, "ping -c1 -W1 192.0.2.1", check=False).returncode != 0
    assert cloud.ssh(droplet, "apt-get update 2>&1 | tail -1").startswith("Reading package lists")
    cloud.destroy(droplet)


def test_generated_host_keys_are_never_shared(cloud):
    body = cloud.request("key-a", "key-b")
    body["user_data"] = "#cloud-config\nssh_authorized_keys: ['%s']\n" % cloud.login.public
    droplets = [cloud.wait_status(d, "active") for d in cloud.post("/v2/droplets", body, 202)["droplets"]]
    keys = set()
    for droplet in droplets:
        cloud.wait_ssh(droplet)
        keys.add(fetched_key(droplet))
    assert len(keys) == 2
    cloud.destroy(*droplets)


def fetched_key(droplet):
    scan = subprocess.run(["ssh-keyscan", "-t", "ed25519", address(droplet)], capture_output=True,
                          text=True, check=True)
    return scan.stdout.split()[-1]


def test_a_snapshot_becomes_other_droplets(cloud):
    droplet, = cloud.make("mother")
    cloud.ssh(droplet, "echo data > /root/kept")
    cloud.refused("POST", f"/v2/droplets/{droplet['id']}/actions", {"type": "snapshot"}, 422, "powered off only")
    cloud.act(droplet, "shutdown")
    assert cloud.act(droplet, "snapshot", name="golden")["status"] == "completed"
    image, = cloud.get("/v2/images?private=true")["images"]
    assert (image["name"], image["type"], image["status"]) == ("golden", "snapshot", "available")
    assert (image["min_disk_size"], image["regions"]) == (25, ["nyc3"])
    assert cloud.get(f"/v2/images/{image['id']}")["image"] == image
    assert cloud.droplet(droplet)["snapshot_ids"] == [image["id"]]
    cloud.destroy(droplet)

    child, = cloud.make("child", image=image["id"])
    assert child["image"]["id"] == image["id"]
    assert cloud.ssh(child, "cat /root/kept; hostname") == "data\nchild"
    body = {"name": "other", "region": "ams3", "size": "s-1vcpu-1gb", "image": image["id"]}
    cloud.refused("POST", "/v2/droplets", body, 422, "invalid image")
    cloud.refused("POST", "/v2/droplets", {**body, "image": str(image["id"])}, 422, "invalid image")
    cloud.delete(f"/v2/images/{image['id']}")
    cloud.refused("GET", f"/v2/images/{image['id']}", None, 404, "")
    assert cloud.droplet(child)["image"]["status"] == "deleted"
    cloud.destroy(child)
