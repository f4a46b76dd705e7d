"""A version of Kafka that no image brings: the control plane fetches it once, whatever breaks meanwhile, and copies it to machines
that reach nothing but each other.
"""

import hashlib
import http.server
import ssl
import subprocess
import tarfile
import threading

import pytest

import harness
from kafka_clients import Stock
from test_kafka import apply, spec

LAYERS = ("kafka",)  # for Java; what it has of Kafka is called otherwise
VERSION = "4.1.9"
JARS = harness.REPOSITORY / "packaging/layers/kafka/jars/kafka-4.1.0"
TOKEN = "hidden-token"
BREAKS_AFTER = 10_000_000  # bytes of the first answer


class Archive(http.server.BaseHTTPRequestHandler):
    """One file over HTTP with ranges, whose first transfer breaks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        content = self.server.content
        wanted = self.headers.get("Range")
        begin = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.server.begins.append(begin)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        if wanted:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        breaks = len(self.server.begins) == 1
        self.wfile.write(content[begin:begin + BREAKS_AFTER] if breaks else content[begin:])
        self.close_connection = breaks

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def archive(instance):
    """The server, and the control plane told to trust it."""
    certificate, key = instance.directory / "packages.pem", instance.directory / "packages.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=packages", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    jars = subprocess.run([harness.REPOSITORY / "packaging/layers/jars.sh", JARS, harness.IMAGE_CACHE],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    path = instance.directory / "kafka.tgz"
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        tar.add(jars, arcname=f"kafka_2.13-{VERSION}/libs")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Archive)
    server.content, server.begins = path.read_bytes(), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.package = {"url": f"https://127.0.0.1:{server.server_port}/kafka.tgz?token={TOKEN}",
                      "sha512": hashlib.sha512(server.content).hexdigest()}
    instance.restart_server({"ASHLAR_PACKAGES_CA": str(certificate)})
    yield server
    server.shutdown()
    server.server_close()


def test_it_is_fetched_once_and_copied_to_machines_that_cannot_reach_it(instance, archive, measured):
    apply(instance, spec(instance, version=VERSION, package=archive.package))
    assert len(archive.begins) == 2, "one transfer that broke, and one that went on"
    assert archive.begins[0] == 0 and 1_000_000 < archive.begins[1] <= BREAKS_AFTER
    measured("the archive", len(archive.content) / 1e6, "MB")
    identifier = instance.find_cluster("events", "kafka")["id"]
    operation = instance.cluster(identifier)["currentOperationId"]
    steps = {step["key"]: step for step in instance.operation(operation)["steps"]}
    assert steps["kafka.package"]["title"] == f"Fetch Kafka {VERSION} from 127.0.0.1:{archive.server_port}"
    for path in (f"/operations/{operation}", f"/operations/{operation}/events"):
        assert TOKEN not in instance.api("GET", path, 200).text
    assert TOKEN not in (instance.directory / "ashlar.log").read_text()


def test_each_machine_runs_what_was_copied_and_keeps_no_archive(instance, archive):
    jar = next(JARS.parent.glob("kafka-4.1.0/SHA256SUMS")).read_text().split("\n")[0].split()
    for droplet in instance.droplets():
        found = instance.inside(droplet["id"], "sha256sum", f"/opt/kafka-{VERSION}/libs/{jar[1].lstrip('*')}")
        assert found.split()[0] == jar[0]
        assert f"/opt/kafka-{VERSION}/libs" in instance.inside(droplet["id"], "cat", "/etc/systemd/system/kafka.service")
        left = instance.inside(droplet["id"], "sh", "-c", "ls -d /opt/kafka-*")
        assert ".tgz" not in left and ".new" not in left and ".part" not in left, left
        reached = instance.inside(droplet["id"], "bash", "-c",
                                  f"(exec 3<>/dev/tcp/127.0.0.1/{archive.server_port}) 2>/dev/null && echo yes || echo no")
        assert reached.strip() == "no"
    identifier = instance.find_cluster("events", "kafka")["id"]
    assert "orders" in Stock(instance, identifier).admin("shop").list_topics(timeout=20).topics


def test_another_cluster_needs_no_server_any_more(instance, archive):
    archive.shutdown()
    archive.server_close()
    before = len(archive.begins)
    single = {"kind": "kafka", "name": "alone", "type": "kafka-single", "region": "nyc1", "version": VERSION,
              "package": archive.package, "desiredState": {"roles": {"broker": {"count": 1, "size": "s-1vcpu-1gb"}}},
              "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)]}
    apply(instance, single)
    identifier = instance.find_cluster("alone", "kafka")["id"]
    assert instance.cluster(identifier, refresh=True)["status"]["health"] == "healthy" and len(archive.begins) == before
