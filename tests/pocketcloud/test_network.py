"""Firewalls block, VPCs keep apart."""

import subprocess

import pytest

from cloud import address, greets

ANY = {"addresses": ["0.0.0.0/0", "::/0"]}


def rule(ports, sources, protocol="tcp"):
    return {"protocol": protocol, "ports": ports, "sources": sources}


def out(ports="all", protocol="tcp", destinations=ANY):
    return {"protocol": protocol, "ports": ports, "destinations": destinations}


def test_firewall_blocks_and_follows_changes(cloud):
    server, friend, stranger = cloud.make("server", "friend", "stranger", tags=["fw"])
    target = address(server, "private")
    cloud.post("/v2/tags", {"name": "friends"})
    assert cloud.reaches(stranger, target, 7000), "without a firewall all is open"

    body = {"name": "guard", "inbound_rules": [rule("22", ANY), rule("7000-7001", {"tags": ["friends"]})],
            "outbound_rules": [out()], "droplet_ids": [server["id"]]}
    firewall = cloud.post("/v2/firewalls", body, 202)["firewall"]
    path = f"/v2/firewalls/{firewall['id']}"
    assert firewall["status"] == "succeeded"
    assert cloud.get(f"/v2/droplets/{server['id']}/firewalls")["firewalls"] == [firewall]
    assert greets(address(server)) and not cloud.reaches(friend, target, 7000)

    friend_as_resource = {"resources": [{"resource_id": str(friend["id"]), "resource_type": "droplet"}]}
    cloud.post("/v2/tags/friends/resources", friend_as_resource, 204)
    assert cloud.reaches(friend, target, 7000) and cloud.reaches(friend, target, 7001)
    assert cloud.reaches(friend, address(server), 7000), "by its public address too"
    assert not cloud.reaches(friend, target, 7002) and not cloud.reaches(stranger, target, 7000)
    cloud.delete("/v2/tags/friends/resources", friend_as_resource)
    assert not cloud.reaches(friend, target, 7000)

    by_id = {"inbound_rules": [rule("7002", {"droplet_ids": [stranger["id"]]})]}
    cloud.post(path + "/rules", by_id, 204)
    assert cloud.reaches(stranger, target, 7002) and not cloud.reaches(friend, target, 7002)
    cloud.delete(path + "/rules", by_id)
    assert not cloud.reaches(stranger, target, 7002)

    cloud.delete(path + "/droplets", {"droplet_ids": [server["id"]]})
    assert cloud.reaches(stranger, target, 7000), "a droplet behind no firewall is open"
    cloud.post(path + "/droplets", {"droplet_ids": [server["id"]]}, 204)
    assert not cloud.reaches(stranger, target, 7000)
    cloud.post(path + "/tags", {"tags": ["fw"]}, 204)
    assert not cloud.reaches(server, address(friend, "private"), 7000), "the tag puts it behind the firewall"
    cloud.delete(path + "/tags", {"tags": ["fw"]})

    # Changing a firewall leaves a running connection alone.
    narrowed = {**body, "inbound_rules": [rule("22", {"addresses": [address(friend, "private") + "/32"]})]}
    live = subprocess.Popen(["ssh", "-i", str(cloud.login.path), "-o", "StrictHostKeyChecking=no", "-o",
                             "UserKnownHostsFile=/dev/null", "-F", "/dev/null", f"root@{address(server)}", "cat"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
    try:
        live.stdin.write("before\n")
        assert live.stdout.readline() == "before\n"
        assert cloud.call("PUT", path, 200, narrowed).json()["firewall"]["inbound_rules"][0]["ports"] == "22"
        assert not greets(address(server), seconds=0.5)
        live.stdin.write("after\n")
        assert live.stdout.readline() == "after\n"
    finally:
        live.kill()
        live.wait()

    assert cloud.get("/v2/firewalls")["meta"]["total"] == 1 and cloud.get(path)["firewall"]["name"] == "guard"
    cloud.delete(path)
    assert cloud.reaches(stranger, target, 7000)
    cloud.destroy(server, friend, stranger)


def test_outbound_is_denied_unless_allowed(cloud):
    inside, outside = cloud.make("inside", "outside")
    body = {"name": "quiet", "inbound_rules": [rule("22", ANY)], "droplet_ids": [inside["id"]],
            "outbound_rules": [out("7000")]}
    path = f"/v2/firewalls/{cloud.post('/v2/firewalls', body, 202)['firewall']['id']}"
    assert cloud.reaches(inside, address(outside, "private"), 7000)
    assert not cloud.reaches(inside, address(outside, "private"), 7001)
    assert cloud.ssh(inside, f"ping -c1 -W1 {address(outside, 'private')}", check=False).returncode != 0
    cloud.delete(path)
    assert cloud.ssh(inside, f"ping -c1 -W1 {address(outside, 'private')}", check=False).returncode == 0
    cloud.destroy(inside, outside)


@pytest.mark.parametrize("change, message", [
    ({"name": ""}, "name is invalid"),
    ({"inbound_rules": [], "outbound_rules": []}, "at least one"),
    ({"inbound_rules": [rule("22", {})]}, "must name addresses"),
    ({"inbound_rules": [rule("70000", ANY)]}, "ports are invalid"),
    ({"inbound_rules": [rule("9-1", ANY)]}, "ports are invalid"),
    ({"inbound_rules": [rule("22", ANY, "sctp")]}, "protocol is invalid"),
    ({"inbound_rules": [rule("22", {"addresses": ["10.0.0.300"]})]}, "not an address"),
    ({"inbound_rules": [rule("22", {"tags": ["never-made"]})]}, "does not exist"),
    ({"inbound_rules": [rule("22", {"droplet_ids": [1]})]}, "does not exist"),
    ({"inbound_rules": [rule("22", {"load_balancer_uids": ["x"]})]}, "not offered"),
    ({"droplet_ids": [1]}, "does not exist"),
    ({"tags": ["never-made"]}, "does not exist"),
])
def test_a_firewall_is_refused(cloud, change, message):
    body = {"name": "bad", "inbound_rules": [rule("22", ANY)], **change}
    cloud.refused("POST", "/v2/firewalls", body, 422, message)


def test_vpcs_are_apart(cloud):
    vpc = cloud.post("/v2/vpcs", {"name": "apart", "region": "nyc3"})["vpc"]
    one, two = cloud.make("one", "two", vpc_uuid=vpc["id"])
    other, = cloud.make("other")
    assert {m["name"] for m in cloud.get(f"/v2/vpcs/{vpc['id']}/members")["members"]} == {"one", "two"}
    cloud.refused("DELETE", f"/v2/vpcs/{vpc['id']}", None, 403, "with members")
    assert cloud.reaches(one, address(two, "private"), 22)
    assert not cloud.reaches(other, address(two, "private"), 22)
    assert not cloud.reaches(two, address(other, "private"), 22)
    assert cloud.reaches(other, address(two), 22), "public addresses are for all"
    assert greets(address(two, "private")), "the host reaches every VPC in the pool"
    cloud.destroy(one, two, other)
    cloud.delete(f"/v2/vpcs/{vpc['id']}")
