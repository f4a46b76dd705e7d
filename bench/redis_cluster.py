"""The 12-node TLS cluster from apply to proved: Ashlar, the plain-shell floor, and Ansible.

What makes it fair:
  * machines of the same sizes from the same pocket cloud, all made at once by the same API calls
  * the floor's and Ansible's files are ready-made; their keys are made during the boot, as ours are
  * the same packages, and the same settings: the first round reads them from the running servers
    and fails when they differ
  * the same proof, looked at as often (floor/prove.sh), on the machines themselves
  * one kept SSH connection a machine with the same key exchange, on all sides
  * floor and Ashlar in turn, so that a busy moment of this machine meets both
Ashlar does more than the others within its time: a private network, a firewall, every step stored
durably, an operator's user, unit drop-ins, and the CLI that shows the progress.
"""

import concurrent.futures
import pathlib
import re
import subprocess
import time

import yaml

import cluster
import harness
import settings
import table
from ansible_peer import ansible_environment
from bare import BareMachines
from operations import last

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 3
PEER_ROUNDS = 2

SHELL, ASHLAR = "plain parallel shell", "ashlar"
ANSIBLE, MITOGEN = "Ansible, 12 forks, pipelining", "Ansible, 12 forks, Mitogen"


class Times:
    """Seconds of one run."""

    def __init__(self, whole, after, packages):
        self.whole = whole        # from nothing to proved
        self.after = after        # from the last machine's first login to proved
        self.packages = packages  # of that, until apt-get was done on the last machine


def spec_of(instance, name):
    spec = {"kind": "redis", **harness.sentinel_cluster(
        instance, name, cluster.MASTERS, cluster.REPLICAS, cluster.SENTINELS, clientRights=["administration"])}
    for role, size in cluster.SIZES.items():
        spec["desiredState"]["roles"][role]["size"] = size
    return spec


def apply(instance, name):
    """Returns the seconds that the command took until the cluster was proved."""
    path = instance.directory / "bench.yaml"
    path.write_text(yaml.safe_dump(spec_of(instance, name)))
    started = time.monotonic()
    instance.cli("apply", "-f", path, "--yes")
    return time.monotonic() - started


def ashlar(instance, number, look=None):
    name = f"bench{number}"
    whole = apply(instance, name)
    found = instance.find_cluster(name)
    steps = instance.operation(found["currentOperationId"])["steps"]
    if look:
        look(found)
    instance.cli("delete", "redis", name, "--yes")
    return Times(whole, last(steps) - last(steps, "fleet.machine_ready"),
                 last(steps, "redis.install") - last(steps, "fleet.machine_ready"))


def bare_cluster(instance, name):
    """Makes the machines; the caller destroys them."""
    machines = BareMachines(instance, cluster.sizes(), instance.directory / name)
    files = cluster.ClusterFiles(machines.directory / "nodes")
    return machines, files


def boot(machines, files):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        keys = pool.submit(files.make_keys)
        machines.create()
        keys.result()
    files.write(machines)


def floor(instance, number, look=None):
    machines, files = bare_cluster(instance, f"floor{number}")
    try:
        started = time.time()
        boot(machines, files)
        result = subprocess.run([HERE / "floor/redis.sh", files.directory, machines.config],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        ended = time.time()
        if result.returncode != 0:
            raise RuntimeError("the shell floor failed: " + result.stderr[-3000:])
        if look:
            look(files)
    finally:
        machines.destroy()
    reached, installed = (latest(result.stdout, what) for what in ("reached", "installed"))
    return Times(ended - started, ended - reached, installed - reached)


def latest(printed, what):
    return max(float(line.split()[1]) for line in printed.splitlines() if line.startswith(what))


def ansible(instance, number, strategy=None):
    """Starts once all machines have let us in, whose connections it goes on using."""
    machines, files = bare_cluster(instance, f"ansible{number}{strategy or ''}")
    try:
        started = time.monotonic()
        boot(machines, files)
        machines.connect()
        up = time.monotonic()
        inventory = files.directory / "inventory.ini"
        inventory.write_text("".join(
            "{2} node={0} role={1} private={3} leader={4} files={5} ansible_user=root\n".format(
                *line.split(), files.directory)
            for line in (files.directory / "inventory").read_text().splitlines()))
        result = subprocess.run(["ansible-playbook", "-i", inventory, HERE / "ansible/redis.yml"],
                                stdin=subprocess.DEVNULL, cwd=HERE, capture_output=True, text=True,
                                env=ansible_environment(machines, strategy))
        ended = time.monotonic()
        if result.returncode != 0:
            raise RuntimeError("the Ansible peer failed:\n" + result.stdout[-3000:]
                               + result.stderr[-3000:])
    finally:
        machines.destroy()
    return Times(ended - started, ended - up, task_seconds(result.stdout, "Install"))


def task_seconds(printed, task):
    """From the summary of the callback profile_tasks."""
    return float(re.search(rf"^{task} -+ ([\d.]+)s$", printed, re.MULTILINE).group(1))


class Comparison:
    """Collects the settings of both clusters of the first round and insists that they are equal."""

    def __init__(self, instance):
        self.instance, self.ours = instance, {}

    def of_ashlar(self, found):
        credentials = self.instance.credentials(found["id"])
        authority = self.instance.directory / "bench-ca.crt"
        authority.write_text(credentials["caCertificate"])
        nodes = {n["name"]: n["privateAddress"]
                 for n in self.instance.cluster(found["id"])["status"]["nodes"]}
        self.ours = {role: settings.read(nodes[f"{role}-1"], credentials["password"], authority)
                     for role in ("master", "replica")}

    def of_floor(self, files):
        for role, ours in self.ours.items():
            settings.check(role, ours, settings.read(
                files.private[f"{role}-1"], files.passwords["system"], files.directory / "ca.crt"))


def run(instance):
    comparison = Comparison(instance)
    runs = {SHELL: [], ASHLAR: [], ANSIBLE: [], MITOGEN: []}
    for number in range(ROUNDS):
        runs[ASHLAR].append(ashlar(instance, number, None if number else comparison.of_ashlar))
        runs[SHELL].append(floor(instance, number, None if number else comparison.of_floor))
        if number < PEER_ROUNDS:
            runs[ANSIBLE].append(ansible(instance, number))
            runs[MITOGEN].append(ansible(instance, number, "mitogen_linear"))
    return rows_of(runs)


def rows_of(runs):
    def samples(what):
        return {who: [getattr(times, what) for times in runs[who]] for who in runs}
    packages = samples("packages")
    rest = {who: [times.after - times.packages for times in runs[who]] for who in runs}
    return (table.contest("12-node TLS cluster, apply to proved", samples("whole"), against=SHELL,
                          aims={ASHLAR: 1.25})
            + table.contest("  after the machines are up", samples("after"), against=ANSIBLE,
                            aims={ASHLAR: 0.1})
            + table.contest("    of that, apt-get on 12 machines", packages, against=ANSIBLE)
            + table.contest("    and all the rest", rest, against=ANSIBLE))
