"""All that the nodes of the measured Kafka cluster get, ready-made for the floor and for Ansible."""

import base64
import pathlib
import secrets
import subprocess
import uuid

HERE = pathlib.Path(__file__).resolve().parent
SIZE = "s-1vcpu-1gb"
VERSION = "4.1.0"
NODES = [f"controller-{n}" for n in (1, 2, 3)] + [f"broker-{n}" for n in (1, 2, 3)]
NUMBERS = {node: number for number, node in enumerate(NODES, 1)}
UNIT = f"""[Unit]
After=network-online.target
[Service]
User=kafka
ExecStart=/usr/bin/java -Xms512m -Xmx512m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -cp /opt/kafka-{VERSION}/libs/* kafka.Kafka /etc/kafka/server.properties
SuccessExitStatus=143
LimitNOFILE=1000000
[Install]
WantedBy=multi-user.target
"""


def role_of(node):
    return node.rpartition("-")[0]


class ClusterFiles:
    """A folder a node; `inventory`: node, role, public and private address and number, a line each; `password`."""

    def __init__(self, directory):
        self.directory = directory
        for node in NODES:
            (directory / node).mkdir(parents=True)

    def make_keys(self):
        subprocess.run([HERE / "floor/certificates.sh", "keys", self.directory, *NODES], check=True)

    def write(self, machines):
        cluster, voters = identifier(), initial_controllers(machines.private_addresses)
        lines = []
        for node in NODES:
            folder = self.directory / node
            (folder / "server.properties").write_text(server_properties(node, machines.private_addresses))
            (folder / "format").write_text(format_command(node, cluster, voters))
            (folder / "kafka.service").write_text(UNIT)
            lines.append(f"{node} {role_of(node)} {machines.addresses[node]} {machines.private_addresses[node]} {NUMBERS[node]}\n")
        (self.directory / "inventory").write_text("".join(lines))
        (self.directory / "password").write_text(secrets.token_hex(20) + "\n")
        subprocess.run([HERE / "floor/certificates.sh", "sign", self.directory], check=True, stdin=subprocess.DEVNULL)
        for node in NODES:
            folder = self.directory / node
            (folder / "node.pem").write_text((folder / "node.key").read_text() + (folder / "node.crt").read_text())


def identifier():
    """As Kafka writes a UUID: 22 characters, not beginning with a dash."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def initial_controllers(addresses):
    return ",".join(f"{NUMBERS[node]}@{addresses[node]}:9094:{identifier()}" for node in NODES if role_of(node) == "controller")


def format_command(node, cluster, voters):
    who = f"--initial-controllers {voters}" if role_of(node) == "controller" else "--no-initial-controllers"
    return (f"exec java -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/opt/kafka-{VERSION}/libs/*' kafka.tools.StorageTool "
            f"format --config /etc/kafka/server.properties --cluster-id {cluster} {who}\n")


def server_properties(node, addresses):
    """As Ashlar writes it; kafka_cluster.py holds the two together."""
    own, broker = addresses[node], role_of(node) == "broker"
    controllers = ",".join(f"{addresses[other]}:9094" for other in NODES if role_of(other) == "controller")
    listeners = f"CLIENT://{own}:9092,NODES://{own}:9093" if broker else f"CONTROLLER://{own}:9094"
    settings = {
        "process.roles": role_of(node), "node.id": NUMBERS[node],
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
    if broker:
        settings["inter.broker.listener.name"] = "NODES"
    return "".join(f"{name}={value}\n" for name, value in settings.items())
