"""No secret is seen anywhere: canaries are planted, then everything that can be read is searched."""

import pathlib
import threading
import time

import harness

CANARY = "Canary0fTheSystemPassw0rd8472"


class ProcessWatch(threading.Thread):
    """Collects the argument lists and environments of all processes, again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = set()
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        self.seen.add((process / name).read_bytes())
                    except OSError:
                        continue
            time.sleep(0.02)


def test_canaries_are_found_nowhere(instance):
    watch = ProcessWatch()
    watch.start()
    spec = harness.sentinel_cluster(instance, "quiet", replicas=1, systemPassword=CANARY)
    deploy = instance.deploy(spec)
    identifier = deploy["correlationId"]
    operation = instance.wait_operation(identifier)
    # A refused spec and a failing request must not repeat what they were given either.
    broken = {**spec, "name": "Not A Name"}
    refused = instance.api("POST", "/infrastructure/redis/deploy", 422, json={"clusters": [broken]})
    watch.stopped.set()
    watch.join()
    assert operation["state"] == "succeeded", operation

    cluster = instance.find_cluster("quiet")["id"]
    credentials = instance.credentials(cluster)
    assert credentials["password"] == CANARY
    canaries = [CANARY, instance.token(), (instance.cloud_data / "token").read_text().strip(),
                "PRIVATE KEY-----"]

    readable = {
        "responses": "\n".join(instance.api("GET", path, 200).text for path in (
            "/infrastructure/redis", f"/infrastructure/redis/{cluster}", "/operations",
            f"/operations/{identifier}", f"/operations/{identifier}/events", "/metrics")),
        "refusal": refused.text,
        "server log": (instance.directory / "ashlar.log").read_text(errors="replace"),
        "cloud log": (instance.directory / "pocketcloud.log").read_text(errors="replace"),
        "recorded cloud traffic": instance.record.read_text(errors="replace"),
        "processes": b"\n".join(watch.seen).decode(errors="replace"),
    }
    for path in instance.data.iterdir():
        if path.is_file() and path.name not in ("admin-token", "secret.key"):
            readable[f"file {path.name}"] = path.read_bytes().decode(errors="replace")
    found = [(where, canary[:12]) for where, text in readable.items()
             for canary in canaries if canary in text]
    assert found == []
    assert len(watch.seen) > 50, "the watch saw too little to prove anything"
    instance.cli("delete", "redis", "quiet", "--yes")
