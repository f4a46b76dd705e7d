"""Everything that Ashlar sets on a node: changed by hand, it shows within one look, and safe healing puts it right."""

import json

import pytest

import harness
from clients import Stock


# Ashlar looks when the test asks for it.
OBSERVE_INTERVAL = 0

CONF = "/etc/redis/ashlar"
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"
# Connections that are open outlive it, and would be used on.
RESTART_SSHD = "open=$(pgrep -P $(cat /run/sshd.pid) || true); systemctl restart ssh; for one in $open; do kill $one; done"
REDIS_UNIT = "redis-server.service"
SENTINEL_UNIT = "redis-sentinel.service"


@pytest.fixture(scope="module")
def table(instance):
    answer = instance.deploy(harness.sentinel_cluster(
        instance, "table", tls=True, heal="safe", clientRights=["administration"]))
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    return Table(instance, answer["operations"][0]["resourceId"])


class Table:
    def __init__(self, instance, identifier):
        self.instance, self.identifier = instance, identifier
        self.stock = Stock(instance, identifier, instance.directory)

    def node(self, name):
        if name == "master":
            name = self.stock.status["groups"][0]["master"]
        return next(n for n in self.stock.status["nodes"] if n["name"] == name)

    def shell(self, name, script):
        return self.instance.inside(int(self.node(name)["providerId"]), "sh", "-ec", script)

    def redis(self, name, *words):
        return self.stock.node(self.node(name)["privateAddress"]).execute_command(*words)

    def drift(self):
        return self.instance.api("GET", f"/servers/{self.identifier}/drift", 200,
                                 params={"refresh": "true"}).json()["items"]

    def heal(self):
        answer = self.instance.api("PATCH", f"/servers/{self.identifier}/heal", json={})
        assert answer.status_code == 202, answer.text
        operation = self.instance.wait_operation(answer.json()["correlationId"], 60)
        assert operation["state"] == "succeeded", operation["error"]
        return operation

    def firewall(self):
        return next(f for f in self.instance.cloud_get("/v2/firewalls", params={"per_page": 200}).json()["firewalls"]
                    if f["name"].startswith("table"))

    def machines(self):
        """Of each node as it is now, at the provider and in the records."""
        nodes = self.instance.cluster(self.identifier)["status"]["nodes"]
        return sorted(d["id"] for d in self.instance.droplets()), {n["name"]: n["providerId"] for n in nodes}

    def change_firewall(self, change):
        firewall = self.firewall()
        change(firewall)
        body = {key: firewall[key] for key in ("name", "inbound_rules", "outbound_rules", "droplet_ids", "tags")}
        answer = self.instance.cloud_put(f"/v2/firewalls/{firewall['id']}", json=body)
        assert answer.ok, answer.text


def shell(node, script, what, said):
    return pytest.param(lambda t: t.shell(node, script), node, what, said, id=f"{node}: {script}"[:70])


def redis(node, *words, what="access", said):
    return pytest.param(lambda t: t.redis(node, *words), node, what, said, id=f"{node}: {' '.join(words)}"[:70])


CHANGES = [
    # Users and their rights.
    redis("master", "ACL", "DELUSER", "replication", said="the user replication is missing"),
    redis("replica-1", "ACL", "SETUSER", "sentinel", "off", said="the user sentinel is switched off"),
    redis("replica-2", "ACL", "SETUSER", "default", "nopass", said="the user default needs no password"),
    redis("master", "ACL", "SETUSER", "default", ">another-password-1", said="one password more"),
    redis("replica-1", "ACL", "SETUSER", "replication", "+@all", said="the user replication has other rights"),
    redis("replica-2", "ACL", "SETUSER", "eve", "on", "nopass", "+@all", "~*", said="there is a user eve"),
    # Directives.
    redis("replica-1", "CONFIG", "SET", "masteruser", "nobody", what="directive", said="masteruser was set otherwise"),
    redis("master", "CONFIG", "SET", "tcp-keepalive", "300", what="directive", said="tcp-keepalive"),
    redis("replica-2", "CONFIG", "SET", "tls-auth-clients", "no", what="directive", said="tls-auth-clients"),
    redis("replica-1", "CONFIG", "SET", "maxmemory", "123456789", what="configuration", said="maxMemoryBytes"),
    # Files.
    shell("replica-1", f"sed -i 's/^masterauth .*/masterauth wrong/' {CONF}/redis.conf", "managed-file", "masterauth"),
    shell("sentinel-2", f"sed -i '/auth-pass/d' {CONF}/sentinel.conf", "managed-file", "sentinel auth-pass"),
    shell("replica-2", f"echo x >> {CONF}/node.crt", "managed-file", f"{CONF}/node.crt was changed"),
    shell("sentinel-1", f"chmod 0644 {CONF}/node.key", "managed-file", "another owner or mode"),
    shell("master", f"rm {CONF}/ca.crt", "managed-file", f"{CONF}/ca.crt is missing"),
    shell("sentinel-3", "echo exit >> /usr/local/lib/ashlar/await-masters", "managed-file", "await-masters was changed"),
    shell("replica-1", f"echo x >> /etc/systemd/system/{REDIS_UNIT}.d/ashlar.conf", "managed-file", "was changed"),
    shell("sentinel-2", f"rm /etc/systemd/system/{SENTINEL_UNIT}.d/ashlar.conf", "managed-file", "is missing"),
    # Units.
    shell("replica-2", f"systemctl disable {REDIS_UNIT}", "unit", "does not start at boot"),
    shell("sentinel-1", f"systemctl disable {SENTINEL_UNIT}", "unit", "does not start at boot"),
    shell("replica-1", f"systemctl mask {REDIS_UNIT}", "unit", "is masked"),
]


def findings(drift, what, node):
    return [item for item in drift if item["what"] == what and item["node"] == node]


@pytest.mark.parametrize("change, node, what, said", CHANGES)
def test_what_was_changed_by_hand_is_seen_and_set_again(table, change, node, what, said):
    name = table.node(node)["name"]
    assert table.drift() == []
    change(table)
    drift = table.drift()
    found = findings(drift, what, name)
    assert found and any(said in (item["found"] or "") for item in found), drift
    assert all(item["heals"] == "safe" for item in drift), drift
    uptime = table.shell(name, "systemctl show -p MainPID redis-server redis-sentinel")
    table.heal()
    assert table.drift() == []
    assert table.shell(name, "systemctl show -p MainPID redis-server redis-sentinel") == uptime, "it was restarted"


def test_replicas_come_back_when_their_user_does(table):
    """What happened outside: all links went down, and the drift said that all was as declared."""
    master = table.node("master")["name"]
    table.redis("master", "ACL", "DELUSER", "replication")
    table.redis("master", "CLIENT", "KILL", "TYPE", "replica")
    harness.wait_until("the links are down", lambda: table.redis("master", "INFO", "replication")["connected_slaves"] == 0, 20)
    table.heal()
    harness.wait_until("the replicas are back", lambda: table.redis("master", "INFO", "replication")["connected_slaves"] == 2, 20)
    assert table.drift() == [], master


def test_the_firewall_at_the_provider_is_drift_rule_by_rule(table):
    def drop_redis(firewall):
        firewall["inbound_rules"] = [r for r in firewall["inbound_rules"] if r["ports"] != "6379"]

    def open_all(firewall):
        firewall["inbound_rules"].append({"protocol": "tcp", "ports": "1-65535", "sources": {"addresses": ["0.0.0.0/0"]}})

    for change, said in ((drop_redis, "it lacks the rule tcp to port 6379"), (open_all, "it has the rule tcp to port 1-65535")):
        table.change_firewall(change)
        # The provider's list of firewalls may be half a minute old.
        item = harness.wait_until("it is seen", lambda: findings(table.drift(), "firewall", None), 60, 1)[0]
        assert said in item["found"], item
        table.heal()
        assert findings(table.drift(), "firewall", None) == []


def test_another_host_key_is_told_and_nothing_is_replaced(table):
    before = table.machines()
    table.shell("replica-2", f"cp -a {HOST_KEY} /root/kept; rm {HOST_KEY}*; ssh-keygen -qt ed25519 -N '' -f {HOST_KEY}; "
                + RESTART_SSHD)
    drift = harness.wait_until("it is seen", lambda: [i for i in table.drift() if i["what"] == "host-key"], 60, 1)
    assert drift[0]["heals"] == "none" and "another SSH host key" in drift[0]["message"], drift
    table.shell("replica-2", f"mv /root/kept {HOST_KEY}; rm -f {HOST_KEY}.pub; " + RESTART_SSHD)
    harness.wait_until("it is trusted again", lambda: table.drift() == [], 60, 1)
    assert table.machines() == before


def test_a_refused_ssh_key_is_told_and_nothing_is_replaced(table):
    before = table.machines()
    table.shell("replica-1", "mv /root/.ssh/authorized_keys /root/kept; " + RESTART_SSHD)
    drift = harness.wait_until("it is seen", lambda: [i for i in table.drift() if i["what"] == "ssh-access"], 60, 1)
    assert drift[0]["heals"] == "none" and "no longer lets Ashlar's SSH key in" in drift[0]["message"], drift
    table.shell("replica-1", "mv /root/kept /root/.ssh/authorized_keys")
    harness.wait_until("it is let in again", lambda: table.drift() == [], 60, 1)
    assert table.machines() == before


def test_clients_may_do_what_applications_do_and_no_more(instance, table):
    answer = instance.api("PATCH", f"/servers/{table.identifier}", json={"clientRights": []},
                          headers={"Ashlar-Confirm": "table"})
    assert answer.ok, answer.text
    plan = json.dumps(answer.json())
    assert instance.wait_operation(answer.json()["correlationId"], 60)["state"] == "succeeded", plan
    client = table.stock.node(table.node("master")["privateAddress"])
    client.set("a", "1")
    assert client.get("a") == b"1" and client.info() and client.keys("*") and client.execute_command("ROLE")
    for words in (("CONFIG", "GET", "*"), ("ACL", "LIST"), ("ACL", "DELUSER", "ashlar"), ("REPLICAOF", "NO", "ONE"),
                  ("SHUTDOWN",), ("FLUSHALL",)):
        with pytest.raises(Exception, match="(?i)no permissions|NOPERM"):
            client.execute_command(*words)
    assert table.drift() == []
