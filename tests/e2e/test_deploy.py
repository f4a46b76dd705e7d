"""The main job: from a spec to a running, verified cluster, used by stock clients, and away again."""

import socket
import subprocess

import pytest
import yaml

import harness
from clients import Stock


@pytest.fixture(scope="module")
def spec_file(instance):
    path = instance.directory / "cluster.yaml"
    path.write_text(yaml.safe_dump({"kind": "redis", **harness.sentinel_cluster(instance, "shop")}))
    return path


@pytest.fixture(scope="module")
def deployed(instance, spec_file):
    instance.cli("apply", "-f", spec_file, "--yes")
    return instance.find_cluster("shop")["id"]


def test_plan_shows_machines_cost_and_time_and_touches_nothing(instance, spec_file):
    plan = instance.cli("plan", "-f", spec_file).stdout
    assert plan.count("shop-sentinel-") >= 3
    assert "$" in plan and "month" in plan
    assert max(map(len, plan.splitlines())) <= 80
    assert instance.droplets() == []


def test_every_node_is_active_and_described(instance, deployed):
    cluster = instance.cluster(deployed, refresh=True)
    assert cluster["state"] == "active"
    nodes = cluster["status"]["nodes"]
    roles = sorted(node["role"] for node in nodes)
    assert roles == ["master", "replica", "replica", "sentinel", "sentinel", "sentinel"]
    for node in nodes:
        assert node["state"] == "active", node
        assert node["privateAddress"] and node["publicAddress"] and node["size"] == "s-1vcpu-1gb"
        assert node["certificate"]["expiresAt"], node
    for node in nodes:
        if node["role"] == "replica":
            assert node["replication"]["linkUp"] and node["replication"]["follows"] == "master-1"
            assert node["replication"]["offset"] > 0 and node["replication"]["lagBytes"] is not None
    assert cluster["status"]["connection"]["urls"][0]["url"].startswith("rediss://")
    assert cluster["status"]["health"] == "healthy"


def test_a_look_measures_every_data_node(instance, deployed):
    instance.cluster(deployed, refresh=True)
    series = instance.api("GET", f"/servers/{deployed}/series", 200).json()["series"]
    measured = {(curve["metric"], curve["node"]): curve["values"][-1] for curve in series}
    for node in ("master-1", "replica-1", "replica-2"):
        assert measured["usedMemoryBytes", node] > 500_000
        assert measured["operationsPerSecond", node] >= 0
    lags = {node for metric, node in measured if metric == "replicationLagBytes"}
    assert lags == {"replica-1", "replica-2"}


def test_a_stock_client_writes_and_reads_through_the_sentinels(instance, deployed):
    stock = Stock(instance, deployed, instance.directory)
    for group in stock.groups():
        master = stock.sentinel().master_for(group)
        master.set("greeting", "hello")
        assert master.wait(2, 5000) == 2
        assert stock.sentinel().slave_for(group).get("greeting") == b"hello"


def test_without_password_or_tls_nothing_answers(instance, deployed):
    stock = Stock(instance, deployed, instance.directory)
    address = stock.nodes("master")[0]["privateAddress"]
    for port in (6379, 26379):
        host = address if port == 6379 else stock.nodes("sentinel")[0]["privateAddress"]
        with socket.create_connection((host, port), 2) as plain:
            plain.sendall(b"PING\r\n")
            plain.settimeout(2)
            try:
                assert not plain.recv(100).startswith(b"+PONG")
            except (ConnectionResetError, TimeoutError):
                pass


def test_certificate_of_another_authority_is_refused(instance, deployed, tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=other", "-keyout",
                    str(tmp_path / "key"), "-out", str(tmp_path / "ca")], check=True,
                   capture_output=True)
    stock = Stock(instance, deployed, instance.directory)
    stock.options["ssl_ca_certs"] = str(tmp_path / "ca")
    with pytest.raises(Exception, match="(?i)certificate"):
        stock.node(stock.nodes("master")[0]["privateAddress"]).ping()


def test_applying_again_changes_nothing(instance, deployed, spec_file):
    before = sorted(droplet["id"] for droplet in instance.droplets())
    again = instance.cli("apply", "-f", spec_file, "--yes")
    assert "othing to change" in again.stdout
    assert sorted(droplet["id"] for droplet in instance.droplets()) == before


def test_only_members_and_client_ranges_reach_redis(instance, deployed):
    """A machine of the same cloud, outside cluster and ranges, is kept out; SSH shows it is up."""
    outsider = harness.single(instance, "outsider")
    other = instance.wait_operation(instance.deploy(outsider)["correlationId"])
    assert other["state"] == "succeeded", other
    narrowed = harness.single(instance, "closed")
    narrowed["clientRanges"] = []
    closed = instance.wait_operation(instance.deploy(narrowed)["correlationId"])
    assert closed["state"] == "succeeded", closed
    target = instance.cluster(instance.find_cluster("closed")["id"])["status"]["nodes"][0]
    with pytest.raises(OSError):
        socket.create_connection((target["publicAddress"], 6379), 2).close()
    socket.create_connection((target["publicAddress"], 22), 5).close()
    for name in ("outsider", "closed"):
        instance.cli("delete", "redis", name, "--yes")


def test_delete_leaves_nothing_behind(instance, deployed):
    instance.cli("delete", "redis", "shop", "--yes")
    assert instance.droplets() == []
    assert instance.find_cluster("shop") is None
    assert instance.cloud_get("/v2/firewalls").json()["firewalls"] == []
    vpcs = instance.cloud_get("/v2/vpcs").json()["vpcs"]
    assert not [vpc for vpc in vpcs if vpc["name"].startswith("shop")]
