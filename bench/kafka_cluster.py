"""Three controllers and three brokers with TLS from apply to proved, beside a plain parallel shell script.

What makes it fair:
  * machines of the same sizes from the same pocket cloud, all made at once by the same API calls, with Java and Kafka in their image
  * the floor's files are ready-made; its keys are made during the boot, as ours are
  * the same server.properties but for names of listeners' settings that differ by address; the first round holds them together
  * the same proof: a record that each broker leads is written and read back, by Kafka's own tools
  * one kept SSH connection a machine, on both sides; floor and Ashlar in turn
Ashlar does more within its time: a private network, a firewall, every step stored durably, its admin program compiled on each machine.
"""

import base64
import concurrent.futures
import json
import pathlib
import secrets
import subprocess
import time
import uuid

import table
import yaml
from bare import BareMachines

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = ("kafka",)
ROUNDS = 3
MOST_OF_THE_FLOOR = 1.1
SIZE = "s-1vcpu-1gb"
VERSION = "4.1.0"
SHELL, ASHLAR = "plain parallel shell", "ashlar"


def run(instance):
    floor_seconds, our_seconds = [], []
    for number in range(ROUNDS):
        look = {} if number == 0 else None
        floor_seconds.append(floor(instance, number, look))
        our_seconds.append(ashlar(instance, number, look))
        if look:
            hold_together(look)
    return table.contest("Kafka, 3 + 3 with TLS, apply to proved", {SHELL: floor_seconds, ASHLAR: our_seconds},
                         against=SHELL, aims={ASHLAR: MOST_OF_THE_FLOOR})


def spec_of(instance, name, controllers=3, brokers=3, size=SIZE):
    return {"kind": "kafka", "name": name, "type": "kafka-prod", "region": "nyc1", "version": VERSION,
            "desiredState": {"roles": {"controller": {"count": controllers, "size": SIZE},
                                       "broker": {"count": brokers, "size": size}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)]}


def ashlar(instance, number, look):
    name = f"bench{number}"
    path = instance.directory / "kafka.yaml"
    path.write_text(yaml.safe_dump(spec_of(instance, name)))
    started = time.monotonic()
    instance.cli("apply", "-f", path, "--yes", timeout=600)
    seconds = time.monotonic() - started
    if look is not None:
        for droplet in instance.droplets():
            node = droplet["name"].removeprefix(f"{name}-")
            look.setdefault(node, []).append(instance.inside(droplet["id"], "cat", "/etc/kafka/server.properties"))
            look["unit"] = instance.inside(droplet["id"], "cat", "/etc/systemd/system/kafka.service")
    instance.cli("delete", "kafka", name, "--yes", "--confirm", name, timeout=300)
    return seconds


NODES = [f"controller-{n}" for n in (1, 2, 3)] + [f"broker-{n}" for n in (1, 2, 3)]
NUMBERS = {node: number for number, node in enumerate(NODES, 1)}


def is_broker(node):
    return node.startswith("broker")


def server_properties(node, addresses):
    """As Ashlar writes it; hold_together() compares them."""
    own = addresses[node]
    controllers = ",".join(f"{addresses[other]}:9094" for other in NODES if not is_broker(other))
    listeners = f"CLIENT://{own}:9092,NODES://{own}:9093" if is_broker(node) else f"CONTROLLER://{own}:9094"
    settings = {
        "process.roles": "broker" if is_broker(node) else "controller", "node.id": NUMBERS[node],
        "listeners": listeners, "advertised.listeners": listeners,
        "listener.security.protocol.map": "CLIENT:SASL_SSL,NODES:SSL,CONTROLLER:SSL",
        "controller.listener.names": "CONTROLLER", "controller.quorum.bootstrap.servers": controllers,
        "controller.quorum.auto.join.enable": "false", "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        "ssl.keystore.type": "PEM", "ssl.keystore.location": "/etc/kafka/tls/node.pem",
        "ssl.truststore.type": "PEM", "ssl.truststore.location": "/etc/kafka/tls/ca.crt",
        "listener.name.nodes.ssl.client.auth": "required", "listener.name.controller.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^.*$/ashlar-node/",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users": "User:ashlar-node",
        "log.dirs": "/var/lib/kafka/data", "metadata.log.dir": "/var/lib/kafka/metadata",
        "default.replication.factor": 3, "min.insync.replicas": 2, "offsets.topic.replication.factor": 3,
        "transaction.state.log.replication.factor": 3, "transaction.state.log.min.isr": 2, "auto.create.topics.enable": "false"}
    if is_broker(node):
        settings["inter.broker.listener.name"] = "NODES"
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def directory_id():
    """As Kafka writes a UUID: 22 characters, not beginning with a dash."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def floor(instance, number, look):
    machines = BareMachines(instance, {node: SIZE for node in NODES}, instance.directory / f"kafka-floor{number}")
    files = machines.directory / "nodes"
    for node in NODES:
        (files / node).mkdir(parents=True)
    try:
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            keys = pool.submit(subprocess.run, [HERE / "floor/certificates.sh", "keys", files, *NODES], check=True)
            machines.create()
            keys.result()
        write_files(files, machines, directory_id())
        result = subprocess.run([HERE / "floor/kafka.sh", files, machines.config], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True)
        seconds = time.monotonic() - started
        if result.returncode != 0:
            raise RuntimeError("the shell floor failed: " + result.stderr[-3000:])
        if look is not None:
            for node in NODES:
                look.setdefault(node, []).append((files / node / "server.properties").read_text())
    finally:
        machines.destroy()
    return seconds


def write_files(files, machines, cluster_id):
    addresses = machines.private_addresses
    initial = ",".join(f"{NUMBERS[node]}@{addresses[node]}:9094:{directory_id()}" for node in NODES if not is_broker(node))
    lines = []
    for node in NODES:
        (files / node / "server.properties").write_text(server_properties(node, addresses))
        (files / node / "format").write_text(
            f"--cluster-id {cluster_id} " + (f"--initial-controllers {initial}" if not is_broker(node) else "--no-initial-controllers"))
        role = "broker" if is_broker(node) else "controller"
        lines.append(f"{node} {role} {machines.addresses[node]} {addresses[node]} {NUMBERS[node]}\n")
    (files / "inventory").write_text("".join(lines))
    (files / "password").write_text(secrets.token_hex(20))
    subprocess.run([HERE / "floor/certificates.sh", "sign", files], check=True, stdin=subprocess.DEVNULL)


def hold_together(look):
    """Ours may say more; what the floor says, ours says as well, but for addresses and places."""
    own = ("listeners", "advertised.listeners", "controller.quorum.bootstrap.servers", "ssl.", "log.dirs", "metadata.log.dir",
           "super.users")
    for node in NODES:
        theirs, ours = ({line.split("=", 1)[0]: line.split("=", 1)[1] for line in text.splitlines() if "=" in line}
                        for text in look[node])
        differ = [f"{name}: ashlar has {ours.get(name)!r}, the floor {value!r}" for name, value in theirs.items()
                  if not name.startswith(own) and ours.get(name) != value]
        if differ:
            raise RuntimeError(f"the clusters compared are not the same, at {node}: " + json.dumps(differ))
