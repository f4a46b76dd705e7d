"""Nodes that have names: clients connect by them, strictly checked, whatever address they have today.

The names are resolved as the printed lines for a hosts file say, in this process only: nothing else
on this host learns of them.
"""

import socket

import pytest
import redis
import redis.sentinel

import harness

NAME = "named"
DOMAIN = "infra.example.com"
OTHER_DOMAIN = "other.example.net"


@pytest.fixture(scope="module")
def cluster(instance):
    wanted = harness.sentinel_cluster(instance, NAME, connection={"domain": DOMAIN})
    operation = instance.wait_operation(instance.deploy(wanted)["correlationId"])
    assert operation["state"] == "succeeded", operation["error"]
    return instance.find_cluster(NAME)["id"]


@pytest.fixture
def hosts(monkeypatch):
    """What this process resolves: name to address. Any other name fails."""
    table = {}
    real = socket.getaddrinfo

    def resolve(host, *arguments, **options):
        assert host in table or host.replace(".", "").isdigit(), f"{host} is not among {table}"
        return real(table.get(host, host), *arguments, **options)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return table


def read_hosts(text):
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: address for address, name in lines}


def options(instance, cluster):
    credentials = instance.credentials(cluster)
    authority = instance.directory / "named-ca.crt"
    authority.write_text(credentials["caCertificate"])
    return {"password": credentials["password"], "ssl": True, "ssl_ca_certs": str(authority),
            "ssl_check_hostname": True, "socket_timeout": 2, "socket_connect_timeout": 2}


def sentinel_names(domain):
    return [(f"sentinel-{number}.{NAME}.{domain}", 26379) for number in (1, 2, 3)]


def expect_served_by_names(instance, cluster, domain):
    """redis-py's own discovery; and as ioredis does it: each sentinel in turn, by hand."""
    strict = options(instance, cluster)
    sentinel = redis.sentinel.Sentinel(sentinel_names(domain), sentinel_kwargs=strict, **strict)
    master = sentinel.master_for(f"{NAME}-m1")
    master.set("greeting", domain)
    assert master.get("greeting") == domain.encode()
    for host, port in sentinel_names(domain):
        with redis.Redis(host, port, **strict) as one:
            found = one.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", f"{NAME}-m1")
        with redis.Redis(found[0].decode(), int(found[1]), **strict) as leader:
            assert leader.get("greeting") == domain.encode()


def test_clients_connect_by_names_that_the_certificates_hold(instance, cluster, hosts):
    printed = instance.cli("credentials", "redis", NAME, "--hosts").stdout
    hosts.update(read_hosts(printed))
    assert sorted(hosts) == sorted(f"{node}.{NAME}.{DOMAIN}" for node in (
        "master-1", "replica-1", "replica-2", "sentinel-1", "sentinel-2", "sentinel-3"))
    expect_served_by_names(instance, cluster, DOMAIN)


def test_the_zone_holds_the_same(instance, cluster):
    zone = instance.cli("credentials", "redis", NAME, "--zone").stdout.splitlines()
    assert zone[0] == f"$ORIGIN {NAME}.{DOMAIN}."
    records = dict((line.split(" IN A ")) for line in zone[2:])
    status = instance.cluster(cluster)["status"]
    assert records == {n["name"]: n["privateAddress"] for n in status["nodes"]}


def test_another_domain_needs_other_certificates_and_no_other_machines(instance, cluster, hosts):
    answer = instance.api("PATCH", f"/servers/{cluster}", 202,
                          json={"connection": {"domain": OTHER_DOMAIN}}).json()
    operation = instance.wait_operation(answer["correlationId"])
    assert operation["state"] == "succeeded", operation["error"]
    assert operation["addressChanges"] == []
    hosts.update(read_hosts(instance.cluster(cluster)["status"]["connection"]["hostsFile"]))
    assert any(name.endswith(OTHER_DOMAIN) for name in hosts)
    expect_served_by_names(instance, cluster, OTHER_DOMAIN)


@pytest.mark.addresses_change
def test_names_stay_when_machines_are_replaced(instance, cluster, hosts):
    before = read_hosts(instance.cluster(cluster)["status"]["connection"]["hostsFile"])
    answer = instance.api("PATCH", f"/servers/{cluster}/upgrade", 202, json={
        "strategy": "replace", "roles": {"sentinel": {"size": "s-2vcpu-2gb"}}}).json()
    operation = instance.wait_operation(answer["correlationId"], 240)
    assert operation["state"] == "succeeded", operation["error"]
    after = read_hosts(instance.cli("credentials", "redis", NAME, "--hosts").stdout)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {host for host, _ in sentinel_names(OTHER_DOMAIN)}
    hosts.update(after)
    expect_served_by_names(instance, cluster, OTHER_DOMAIN)
