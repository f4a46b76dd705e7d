"""A Kafka of one node on loopback, with TLS and passwords as a deployed one has them, and the admin program beside it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SOURCES = REPOSITORY / "src/kinds/kafka/admin"
LAYERS = REPOSITORY / "packaging/layers"
CACHE = pathlib.Path(os.environ.get("ASHLAR_IMAGE_CACHE", "/var/cache/pocketcloud"))
CLUSTER = "Zk9vQmFyQmF6UXV4Rm9vQg"
DIRECTORY = "b25lLW5vZGUtb25seS1vbg"
PASSWORD = "canary-secret-5d41402abc4b"

LOGGING = """status = error
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = OUT
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %p [%c{1}] %m%n
logger.start.name = kafka.server.KafkaRaftServer
logger.start.level = INFO
"""


def jars(version):
    """The folder with the jars of this version, fetched where nobody has yet."""
    made = subprocess.run([LAYERS / "jars.sh", LAYERS / f"kafka/jars/kafka-{version}", CACHE],
                          stdout=subprocess.PIPE, text=True)
    assert made.returncode == 0, "Kafka's jars could not be fetched; see above"
    return pathlib.Path(made.stdout.split()[-1])


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Authority:
    """Signs the certificates of nodes, by openssl."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
        self.file = folder / f"{name}.pem"

    def run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def sign(self, name, subject):
        """Key and chain in one file, as Kafka reads them."""
        (self.folder / "extensions").write_text("subjectAltName=IP:127.0.0.1\n")
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                 "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.run("x509", "-req", "-in", f"{name}.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key",
                 "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", f"{name}.crt")
        whole = self.folder / f"{name}.pem"
        whole.write_text((self.folder / f"{name}.key").read_text() + (self.folder / f"{name}.crt").read_text())
        return whole


class Admin:
    """The admin program, compiled on this machine as it is on a node."""

    def __init__(self, folder, libs):
        self.program = folder / "admin"
        shutil.copytree(SOURCES, folder / "sources")
        subprocess.run(["sh", folder / "sources/build.sh", libs, folder], check=True)

    def run(self, text, what="Main", timeout=60):
        return subprocess.run([self.program, what], input=text, capture_output=True, text=True, timeout=timeout)

    def ask(self, request):
        """The results; whatever else the program says is a fault."""
        done = self.run(json.dumps(request))
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("\n") == 1, done.stdout
        return json.loads(done.stdout)["results"]

    def format(self, *arguments):
        done = self.run(json.dumps({"arguments": ["format", *map(str, arguments)]}), "Format")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), done


class Node:
    """Broker and controller in one process."""

    def __init__(self, folder, libs, admin):
        self.folder, self.libs, self.admin = folder, libs, admin
        self.client, self.nodes, self.controller = free_ports(3)
        self.authority = Authority(folder, "authority")
        self.certificate = self.authority.sign("node", "/O=ashlar node/CN=kafka-1")
        self.properties = folder / "server.properties"
        self.properties.write_text(self.configuration())
        (folder / "log4j2.properties").write_text(LOGGING)
        self.process = None

    def configuration(self):
        listeners = (f"CLIENT://127.0.0.1:{self.client},NODES://127.0.0.1:{self.nodes},"
                     f"CONTROLLER://127.0.0.1:{self.controller}")
        return f"""process.roles=broker,controller
node.id=1
broker.rack=zone-a
controller.quorum.bootstrap.servers=127.0.0.1:{self.controller}
controller.quorum.auto.join.enable=false
listeners={listeners}
advertised.listeners={listeners}
listener.security.protocol.map=CLIENT:SASL_SSL,NODES:SSL,CONTROLLER:SSL
inter.broker.listener.name=NODES
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={self.certificate}
ssl.truststore.type=PEM
ssl.truststore.location={self.authority.file}
listener.name.nodes.ssl.client.auth=required
listener.name.controller.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^.*O=ashlar node.*$/node/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:node;User:admin
log.dirs={self.folder}/data
metadata.log.dir={self.folder}/metadata
log.cleaner.dedupe.buffer.size=16777216
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""

    def format(self, *more):
        return self.admin.format("-t", CLUSTER, "-c", self.properties, "--initial-controllers",
                                 f"1@127.0.0.1:{self.controller}:{DIRECTORY}",
                                 "--add-scram", f"SCRAM-SHA-512=[name=admin,password={PASSWORD}]", *more)

    def start(self):
        self.log = (self.folder / "kafka.log").open("ab")
        self.process = subprocess.Popen(
            ["java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             f"-Dlog4j2.configurationFile=file:{self.folder}/log4j2.properties",
             "-cp", f"{self.libs}/*", "kafka.Kafka", str(self.properties)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        end = time.monotonic() + 60
        while "Kafka Server started" not in (text := (self.folder / "kafka.log").read_text()):
            assert self.process.poll() is None and time.monotonic() < end, f"Kafka did not start:\n{text[-4000:]}"
            time.sleep(0.1)
        return self

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.process = None

    # --- as its clients see it -------------------------------------------------------------------

    def user(self, name="admin", password=PASSWORD):
        login = "org.apache.kafka.common.security.scram.ScramLoginModule required"
        return {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.jaas.config": f'{login} username="{name}" password="{password}";',
                "ssl.truststore.type": "PEM", "ssl.truststore.location": str(self.authority.file)}

    def itself(self):
        return {"security.protocol": "SSL", "ssl.keystore.type": "PEM", "ssl.keystore.location": str(self.certificate),
                "ssl.truststore.type": "PEM", "ssl.truststore.location": str(self.authority.file)}

    def request(self, *operations, properties=None, **more):
        return {"bootstrap": [f"127.0.0.1:{self.client}"], "properties": properties or self.user(),
                "bootstrapControllers": [f"127.0.0.1:{self.controller}"], "controllerProperties": self.itself(),
                "timeoutMs": 20_000, "operations": list(operations), **more}

    def ask(self, *operations, **more):
        return self.admin.ask(self.request(*operations, **more))

    def data(self, *operations, **more):
        """Of operations that all must succeed."""
        results = self.ask(*operations, **more)
        assert all(result["ok"] for result in results), results
        return [result["data"] for result in results]


def end_on_sigterm():
    """As by Ctrl-C, so that no node outlives a run that is killed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
