"""The 12-node TLS cluster from apply to proved: Ashlar, the plain-shell floor, and Ansible."""

import datetime
import pathlib
import statistics
import subprocess
import time

import yaml

import cluster
import harness
from bare import BareMachines
from files import ansible_environment

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 2


def ashlar(instance, number):
    spec = {"kind": "redis", **harness.sentinel_cluster(
        instance, f"bench{number}", cluster.MASTERS, cluster.REPLICAS, cluster.SENTINELS)}
    roles = spec["desiredState"]["roles"]
    roles["master"]["size"], roles["replica"]["size"] = "s-2vcpu-4gb", "s-2vcpu-2gb"
    path = instance.directory / "bench.yaml"
    path.write_text(yaml.safe_dump(spec))
    started = time.monotonic()
    instance.cli("apply", "-f", path, "--yes")
    whole = time.monotonic() - started
    after = seconds_after_machines(instance, spec["name"])
    instance.cli("delete", "redis", spec["name"], "--yes")
    return whole, after


def seconds_after_machines(instance, name):
    """From the last machine being reachable to proved, as the operation's own steps tell."""
    operation = instance.find_cluster(name)["currentOperationId"]
    steps = instance.operation(operation)["steps"]
    ready = max(step["finishedAt"] for step in steps if step["type"] == "fleet.machine_ready")
    done = max(step["finishedAt"] for step in steps)
    return seconds(done) - seconds(ready)


def seconds(rfc3339):

    return datetime.datetime.fromisoformat(rfc3339.replace("Z", "+00:00")).timestamp()


def bare_cluster(instance, name):
    machines = BareMachines(instance, len(cluster.node_names()), name, instance.directory / name)
    took = machines.create()
    return machines, cluster.ClusterFiles(instance.directory / name / "nodes", machines), took


def floor(instance, number):
    machines, files, up = bare_cluster(instance, f"floor{number}")
    try:
        started = time.monotonic()
        files.write()
        files.issue_certificates()
        subprocess.run([HERE / "floor/redis.sh", files.directory, machines.config], check=True,
                       stdin=subprocess.DEVNULL)
        after = time.monotonic() - started
    finally:
        machines.destroy()
    return up + after, after


def ansible(instance):
    """Its machines and certificates are ready before its time begins."""
    machines, files, up = bare_cluster(instance, "ansible")
    try:
        files.write()
        files.issue_certificates()
        inventory = files.directory / "ansible.ini"
        inventory.write_text("".join(
            "{2} node={0} role={1} private={3} leader={4} files={5} ansible_user=root\n".format(
                *line.split(), files.directory)
            for line in (files.directory / "inventory").read_text().splitlines()))
        started = time.monotonic()
        result = subprocess.run(["ansible-playbook", "-i", inventory, HERE / "ansible/redis.yml"],
                                stdin=subprocess.DEVNULL, env=ansible_environment(machines),
                                capture_output=True, text=True)
        after = time.monotonic() - started
        if result.returncode != 0:
            raise RuntimeError("the Ansible peer failed:\n" + result.stdout[-3000:])
    finally:
        machines.destroy()
    return up + after, after


def run(instance):
    ours, floors = [], []
    for number in range(RUNS):  # in turn, since the speed of a shared machine drifts
        floors.append(floor(instance, number))
        ours.append(ashlar(instance, number))
    peer = ansible(instance)
    whole, after = (statistics.median(run[i] for run in floors) for i in (0, 1))
    rows = []
    for who, runs, aim in (("plain parallel shell", floors, None), ("ashlar", ours, "<= 1.25"),
                           ("Ansible, 12 forks, pipelining", [peer], None)):
        seconds_whole = statistics.median(run[0] for run in runs)
        rows.append({"what": "12-node TLS cluster", "who": who, "seconds": seconds_whole,
                     "ratio": seconds_whole / whole, "aim": aim, "runs": len(runs)})
    for who, runs, aim in (("plain parallel shell", floors, None),
                           ("ashlar", ours, f"<= {peer[1] / after / 10:.2f} (Ansible / 10)"),
                           ("Ansible, 12 forks, pipelining", [peer], None)):
        seconds_after = statistics.median(run[1] for run in runs)
        rows.append({"what": "  after the machines are up", "who": who, "seconds": seconds_after,
                     "ratio": seconds_after / after, "aim": aim, "runs": len(runs)})
    return rows
