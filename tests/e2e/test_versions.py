"""Another Redis on machines that serve: by the package's version in place, and by another image.

A client writes and another one reads through the sentinels the whole time. Debian's own sources
offer two builds of Redis while a security update of it is newer than the last point release; with
one build there is nothing to upgrade to, and the tests say so.
"""

import functools
import subprocess
import time

import pytest

import harness
from clients import Application, Stock, wait_for_load

CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)

NAME = "versions"


def offered_builds():
    """What apt of this host offers, oldest first; the pocket cloud's mirror was filled from it."""
    listed = subprocess.run(["apt-cache", "madison", "redis-server"], capture_output=True, text=True,
                            check=True).stdout
    versions = {line.split("|")[1].strip() for line in listed.splitlines() if "|" in line}
    return sorted(versions, key=functools.cmp_to_key(by_dpkg))


def by_dpkg(one, other):
    def holds(relation):
        return subprocess.run(["dpkg", "--compare-versions", one, relation, other],
                              check=False).returncode == 0
    return -1 if holds("lt") else int(holds("gt"))


@pytest.fixture(scope="module")
def builds():
    versions = offered_builds()
    if len(versions) < 2:
        pytest.skip("an upgrade of Redis needs two builds of redis-server, and the package sources "
                    f"of this host offer {', '.join(versions) or 'none'} (apt-cache madison)")
    return versions[0], versions[-1]


@pytest.fixture(scope="module")
def cluster(instance, builds):
    wanted = harness.sentinel_cluster(instance, NAME, packageVersion=builds[0])
    operation = instance.wait_operation(instance.deploy(wanted)["correlationId"])
    assert operation["state"] == "succeeded", operation["error"]
    identifier = instance.find_cluster(NAME)["id"]
    assert installed(instance, identifier) == {builds[0]}
    return identifier


def nodes(instance, identifier):
    return instance.cluster(identifier, refresh=True)["status"]["nodes"]


def installed(instance, identifier):
    return {node["packageVersion"] for node in nodes(instance, identifier)}


def begin(instance, identifier, body):
    answer = instance.api("PATCH", f"/servers/{identifier}", 202, json=body)
    return answer.json()["correlationId"]


def failure(operation):
    steps = [(s["key"], s["state"], s["because"]) for s in operation["steps"]
             if s["state"] not in ("done", "pending")]
    return operation["error"], steps


def starts(instance, node):
    """How often the node's service was started since its machine booted."""
    unit = "redis-sentinel" if node["role"] == "sentinel" else "redis-server"
    journal = instance.inside(node["providerId"], "journalctl", "-q", "-o", "cat", "--no-pager",
                              "-u", unit, "-t", "systemd")
    return sum(line.startswith("Started ") for line in journal.splitlines())


def redis_units(instance, node):
    listed = instance.inside(node["providerId"], "systemctl", "list-units", "--plain", "--no-legend",
                             "--state=active,activating", "redis*")
    return [line.split()[0] for line in listed.splitlines()]


def under_load(instance, identifier, measured, what, body):
    with Application(instance, identifier) as application:
        before = wait_for_load(application)
        started = time.monotonic()
        operation = instance.wait_operation(begin(instance, identifier, body), 300)
        took = time.monotonic() - started
        time.sleep(2)
    assert operation["state"] == "succeeded", failure(operation)
    measured(f"{what}: whole change", took, "s")
    measured(f"{what}: longest write gap", application.longest_gap(), "s")
    assert len(application.acknowledged) > before, "no write was acknowledged after the change"
    assert application.lost() == [], f"{what}: acknowledged writes are gone"
    assert application.longest_gap() < 5, f"{what}: writes stopped for {application.longest_gap()} s"
    expect_whole(instance.cluster(identifier, refresh=True)["status"])
    return operation


def said(instance, operation, key):
    """What the programs on the machine said while the step was at work."""
    step = next(s for s in operation["steps"] if s["key"] == key)
    text, offset, page = "", 0, {"complete": False}
    while not page["complete"]:
        page = instance.api("GET", f"/operations/{operation['id']}/steps/{step['id']}/output", 200,
                            params={"offset": offset}).json()
        assert page["droppedBytes"] == 0 and page["outputBytes"] == step["outputBytes"]
        text, offset = text + page["text"], page["nextOffset"]
    return text


def expect_whole(status):
    assert status["health"] == "healthy" and status["drift"] == [], (status["problems"],
                                                                     status["drift"])


def test_a_version_that_nobody_offers_touches_nothing(instance, cluster, builds):
    before = instance.cluster(cluster, refresh=True)
    pids = {n["name"]: starts(instance, n) for n in before["status"]["nodes"]}
    operation = instance.wait_operation(
        begin(instance, cluster, {"packageVersion": "5:9.9.9-1"}), 60)
    assert operation["state"] == "failed"
    assert "do not offer redis-" in str(operation["error"]), operation["error"]
    assert all(version in str(operation["error"]) for version in builds), operation["error"]
    instance.api("POST", f"/operations/{operation['id']}/cancel", 202)
    assert instance.wait_operation(operation["id"], 60)["state"] == "cancelled"
    after = instance.cluster(cluster, refresh=True)
    assert after["spec"] == before["spec"]
    assert {n["name"]: starts(instance, n) for n in after["status"]["nodes"]} == pids
    assert installed(instance, cluster) == {builds[0]}


def test_upgrading_in_place_loses_nothing(instance, cluster, builds, measured):
    before = {n["name"]: n for n in nodes(instance, cluster)}
    count = {name: starts(instance, node) for name, node in before.items()}
    plan = instance.api("POST", f"/servers/{cluster}/plans/update", 200,
                        json={"packageVersion": builds[1]}).json()
    assert any(f"{builds[0]} → {builds[1]} in place" in c["detail"] for c in plan["changes"]), plan
    operation = under_load(instance, cluster, measured, "upgrade the package",
                           {"packageVersion": builds[1]})
    text = said(instance, operation, "redis.package/replica-1")
    assert f"Unpacking redis-tools ({builds[1]})" in text, text
    assert "systemd_unit redis-server.service: " in text, text
    after = {n["name"]: n for n in nodes(instance, cluster)}
    for name, node in after.items():
        assert node["packageVersion"] == builds[1], name
        assert node["providerId"] == before[name]["providerId"], "a machine was replaced"
        # Debian's package would start its service again by itself, beside what Ashlar does.
        assert starts(instance, node) == count[name] + 1, name
        unit = "redis-sentinel" if node["role"] == "sentinel" else "redis-server"
        assert redis_units(instance, node) == [f"{unit}.service"], name
    assert instance.api("PATCH", f"/servers/{cluster}", json={}).status_code == 200


def test_a_cancelled_change_of_version_goes_back(instance, cluster, builds, measured):
    before = instance.cluster(cluster, refresh=True)
    with Application(instance, cluster) as application:
        identifier = begin(instance, cluster, {"packageVersion": builds[0]})

        def one_went_back():
            return any(s["key"].startswith("redis.switchover/") and s["state"] == "done"
                       for s in instance.operation(identifier)["steps"])
        harness.wait_until("the replicas and the master's turn", one_went_back, 120)
        instance.api("POST", f"/operations/{identifier}/cancel", 202)
        operation = instance.wait_operation(identifier, 180)
        time.sleep(1)
    assert operation["state"] == "cancelled", failure(operation)
    after = instance.cluster(cluster, refresh=True)
    assert after["spec"] == before["spec"]
    expect_whole(after["status"])  # nobody came up as a master of its own, not even for a moment
    assert installed(instance, cluster) == {builds[1]}
    assert after["status"]["groups"][0]["master"] == before["status"]["groups"][0]["master"]
    assert application.lost() == []
    measured("cancel a change of version: longest write gap", application.longest_gap(), "s")


def test_another_version_by_hand_is_seen_and_an_update_mends_it(instance, cluster, builds):
    # Whoever follows now: by hand, its service restarts at once.
    node = next(n for n in nodes(instance, cluster) if n["role"] == "replica")
    declared = node["packageVersion"]
    other = builds[0] if declared == builds[1] else builds[1]
    instance.inside(node["providerId"], "apt-get", "-qq", "-y", "--allow-downgrades", "install",
                    *[f"{name}={other}" for name in ("redis-server", "redis-tools")])
    status = instance.cluster(cluster, refresh=True)["status"]
    assert [(d["node"], d["what"], d["heals"]) for d in status["drift"]] == [
        (node["name"], "package-version", "none")]
    plan = instance.api("POST", f"/servers/{cluster}/plans/heal", 200, json={}).json()
    assert plan["steps"] == [], "healing restarts nobody for this"
    operation = instance.wait_operation(begin(instance, cluster, {}), 120)
    assert operation["state"] == "succeeded", failure(operation)
    assert installed(instance, cluster) == {declared}


def snapshot_with(instance, build):
    """The number of an image on which this build of Redis is installed, as Debian leaves it: enabled
    and running with Debian's configuration."""
    answer = instance.cloud_post("/v2/droplets", json={
        "name": "golden", "region": "nyc1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"})
    assert answer.status_code == 202, answer.text
    path = f"/v2/droplets/{answer.json()['droplet']['id']}"

    def done(action):
        harness.wait_until(f"{action} is done", lambda: not instance.cloud_get(path).json()["droplet"]["locked"],
                           60)
    done("create")
    identifier = path.rsplit("/", 1)[1]
    harness.wait_until("it has booted", lambda: "running" in instance.inside(
        identifier, "sh", "-c", "systemctl is-system-running --wait || true"), 60)
    instance.inside(identifier, "apt-get", "-qq", "-y", "--no-install-recommends", "install",
                    *[f"{name}={build}" for name in ("redis-server", "redis-sentinel", "redis-tools")])
    for action in ("shutdown", "snapshot"):
        assert instance.cloud_post(path + "/actions", json={"type": action, "name": build}).status_code == 201
        done(action)
    assert instance.cloud_delete(path).status_code == 204
    return next(image["id"] for image in
                instance.cloud_get("/v2/images", params={"private": "true"}).json()["images"]
                if image["name"] == build)


def test_upgrading_by_another_image_loses_nothing(instance, builds, measured):
    older, newer = builds
    golden = snapshot_with(instance, older)
    wanted = harness.sentinel_cluster(instance, "golden", image=str(golden), tls=False)
    answer = instance.deploy(wanted)
    operation = instance.wait_operation(answer["correlationId"])
    assert operation["state"] == "succeeded", failure(operation)
    identifier = answer["operations"][0]["resourceId"]
    before = nodes(instance, identifier)
    assert {node["packageVersion"] for node in before} == {older}
    for node in before:  # the image starts both, with Debian's configuration
        own = "sentinel" if node["role"] == "sentinel" else "server"
        assert redis_units(instance, node) == [f"redis-{own}.service"]
    plan = instance.api("POST", f"/servers/{identifier}/plans/update", 200,
                        json={"image": "debian-12-x64"}).json()
    assert {c["node"] for c in plan["addressChanges"]} == {n["name"] for n in before}
    under_load(instance, identifier, measured, "upgrade by image", {"image": "debian-12-x64"})
    after = nodes(instance, identifier)
    assert {node["packageVersion"] for node in after} == {newer}
    assert not {n["providerId"] for n in before} & {n["providerId"] for n in after}


def test_a_single_node_is_restarted_with_its_data(instance, builds):
    wanted = harness.single(instance, "lone", packageVersion=builds[0],
                            persistence={"mode": "none"})
    answer = instance.deploy(wanted)
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    identifier = answer["operations"][0]["resourceId"]

    def client():
        stock = Stock(instance, identifier, instance.directory)
        return stock.node(stock.status["nodes"][0]["privateAddress"])
    client().set("kept", "in memory")
    plan = instance.api("POST", f"/servers/{identifier}/plans/update", 200,
                        json={"packageVersion": builds[1]}).json()
    assert any("answers nobody" in line for line in plan["disruptions"]), plan["disruptions"]
    operation = instance.wait_operation(
        begin(instance, identifier, {"packageVersion": builds[1]}), 120)
    assert operation["state"] == "succeeded", failure(operation)
    assert installed(instance, identifier) == {builds[1]}
    assert client().get("kept") == b"in memory"
