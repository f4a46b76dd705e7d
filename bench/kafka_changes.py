"""How long each change of a running Kafka cluster keeps producers from getting their records acknowledged.

A stock client writes 50 records a second, idempotent and acknowledged by all replicas in sync, and another one reads them, as in
tests/e2e/test_kafka.py. A sample is the longest time between two acknowledged records during one change of three controllers and three
brokers with TLS. A record that is lost, there twice or out of order ends the benchmark.

Beside it stands what a script does that knows nothing of Kafka: stop a node, start it, and go on when its port answers. Of that, what it
does to records is told and ends nothing.
"""

import socket
import sys
import time

import harness
import table
import yaml
from kafka_clients import Load, Stock
from kafka_cluster import spec_of
from kafka_files import SIZE

LAYERS = ("kafka",)
NAME = "changes"
MOST_SECONDS = 1
LARGE = "s-1vcpu-2gb"
TOPICS = [{"name": "orders", "partitions": 6}]
USERS = [{"name": "shop", "acls": [{"topic": "orders", "operations": ["write", "describe"]}]},
         {"name": "billing", "acls": [{"topic": "orders", "operations": ["read", "describe"]},
                                      {"group": "billing*", "operations": ["read"]}]}]


def run(instance):
    apply(instance, {})
    identifier = instance.find_cluster(NAME, "kafka")["id"]
    gaps = {}
    for what, change in changes_of(instance, identifier).items():
        load = under_load(instance, identifier, change)
        if faults := load.faults():
            raise RuntimeError(f"{what}: {faults[0]}")
        gaps[what] = load.gap
        tell(what, load)
    naive = under_load(instance, identifier, lambda: restart_naively(instance))
    tell("a script's rolling restart", naive, naive.faults())
    instance.cli("delete", "kafka", NAME, "--yes", "--confirm", NAME, timeout=300)
    what = "longest time between acknowledged records, 3 + 3 with TLS"
    return ([table.row(what, change, [gap], aim="value", most=MOST_SECONDS) for change, gap in gaps.items()]
            + [table.row(what, "a script's rolling restart", [naive.gap])])


def tell(what, load, faults=()):
    print(f"bench: {what}: {load.count(load.acknowledged)} records acknowledged, longest gap {load.gap:.2f} s"
          + "".join(f"; {fault}" for fault in faults), file=sys.stderr, flush=True)


def apply(instance, more, **shape):
    path = instance.directory / "changes.yaml"
    path.write_text(yaml.safe_dump({**spec_of(instance, NAME, **shape), "topics": TOPICS, "users": USERS, **more}))
    instance.cli("apply", "-f", path, "--yes", "--confirm", NAME, timeout=900)


def changes_of(instance, identifier):
    threads = {"configuration": {"num.io.threads": 6}}
    newer = {**threads, "version": "4.4.0"}

    def spec(more, **shape):
        return lambda: apply(instance, more, **shape)

    def rotate(what):
        def change():
            accepted = instance.api("PATCH", f"/servers/{identifier}/rotate", 202, json={"what": what},
                                    headers={"Ashlar-Confirm": NAME}).json()
            operation = instance.wait_operation(accepted["correlationId"], 600)
            assert operation["state"] == "succeeded", operation["error"]
        return change
    return {"rolling restart": spec(threads),
            "sizes up": spec(threads, size=LARGE),
            "sizes down": spec(threads),
            "3 to 5 brokers": spec(threads, brokers=5),
            "5 to 3 brokers": spec(threads),
            "3 to 5 controllers": spec(threads, controllers=5),
            "5 to 3 controllers": spec(threads),
            "another version": spec(newer),
            "certificates": rotate("certificates")}


def under_load(instance, identifier, change):
    load = Load(Stock(instance, identifier), "orders", 6, "shop", "billing")
    for thread in load.threads:
        thread.start()
    time.sleep(3)
    load.gap = 0.0
    change()
    time.sleep(2)
    load.stopping.set()
    load.until = time.monotonic() + 60
    for thread in load.threads:
        thread.join(90)
    return load


def restart_naively(instance):
    """What many scripts do. Brokers alone: controllers do not serve clients."""
    for droplet in instance.droplets():
        if "broker" not in droplet["name"]:
            continue
        instance.inside(droplet["id"], "systemctl", "restart", "kafka")
        address = next(net["ip_address"] for net in droplet["networks"]["v4"] if net["type"] == "private")
        harness.wait_until("its port answers", lambda at=address: answers(at), 120, 0.1)


def answers(address):
    try:
        with socket.create_connection((address, 9092), 1):
            return True
    except OSError:
        return False
