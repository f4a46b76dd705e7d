"""Three controllers and three brokers with TLS from apply to proved: Ashlar, the plain-shell floor, and Ansible.

What makes it fair:
  * machines of the same sizes from the same pocket cloud, all made at once by the same API calls, with Java and Kafka in their image
  * the floor's and Ansible's files are ready-made; their keys are made during the boot, as ours are
  * the same server.properties, but for places and addresses; the first round holds them together
  * the same proof: a record that each broker leads is written and read back (floor/kafka_prove.sh)
  * one kept SSH connection a machine, on all sides; floor and Ashlar in turn
Ashlar does more within its time: a private network, a firewall, every step stored durably, its admin program compiled on each machine.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import time

import table
import yaml
from ansible_peer import ansible_environment
from bare import BareMachines
from kafka_files import NODES, NUMBERS, SIZE, VERSION, ClusterFiles, role_of
from operations import last

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = ("kafka",)
ROUNDS = 3
PEER_ROUNDS = 2
MOST_OF_THE_FLOOR = 1.1
MOST_OF_ANSIBLE = 0.33
SHELL, ASHLAR, ANSIBLE = "plain parallel shell", "ashlar", "Ansible, 12 forks, pipelining"


def run(instance):
    whole, after = {SHELL: [], ASHLAR: []}, {ASHLAR: [], ANSIBLE: []}
    for number in range(ROUNDS):
        look = {} if number == 0 else None
        whole[SHELL].append(floor(instance, number, look))
        ours = ashlar(instance, number, look)
        whole[ASHLAR].append(ours[0])
        after[ASHLAR].append(ours[1])
        if look:
            hold_together(look)
        if number < PEER_ROUNDS:
            after[ANSIBLE].append(ansible(instance, number))
    return (table.contest("Kafka, 3 + 3 with TLS, apply to proved", whole, against=SHELL, aims={ASHLAR: MOST_OF_THE_FLOOR})
            + table.contest("  after the machines are up", after, against=ANSIBLE, aims={ASHLAR: MOST_OF_ANSIBLE}))


def spec_of(instance, name, controllers=3, brokers=3, size=SIZE):
    return {"kind": "kafka", "name": name, "type": "kafka-prod", "region": "nyc1", "version": VERSION,
            "desiredState": {"roles": {"controller": {"count": controllers, "size": SIZE},
                                       "broker": {"count": brokers, "size": size}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)]}


def ashlar(instance, number, look):
    """Seconds of the whole, and of what came after the last machine's first login."""
    name = f"bench{number}"
    path = instance.directory / "kafka.yaml"
    path.write_text(yaml.safe_dump(spec_of(instance, name)))
    started = time.monotonic()
    instance.cli("apply", "-f", path, "--yes", timeout=600)
    seconds = time.monotonic() - started
    steps = instance.operation(instance.find_cluster(name, "kafka")["currentOperationId"])["steps"]
    if look is not None:
        for droplet in instance.droplets():
            node = droplet["name"].removeprefix(f"{name}-")
            look.setdefault(node, []).append(instance.inside(droplet["id"], "cat", "/etc/kafka/server.properties"))
    instance.cli("delete", "kafka", name, "--yes", "--confirm", name, timeout=300)
    return seconds, last(steps) - last(steps, "fleet.machine_ready")


def boot(instance, name):
    """Machines and files for them; the caller destroys the machines."""
    machines = BareMachines(instance, {node: SIZE for node in NODES}, instance.directory / name)
    files = ClusterFiles(machines.directory / "nodes")
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            keys = pool.submit(files.make_keys)
            machines.create()
            keys.result()
        files.write(machines)
    except BaseException:
        machines.destroy()
        raise
    return machines, files


def floor(instance, number, look):
    started = time.monotonic()
    machines, files = boot(instance, f"kafka-floor{number}")
    try:
        result = subprocess.run([HERE / "floor/kafka.sh", files.directory, machines.config], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True)
        seconds = time.monotonic() - started
        if result.returncode != 0:
            raise RuntimeError("the shell floor failed: " + result.stdout[-1000:] + result.stderr[-3000:])
        if look is not None:
            for node in NODES:
                look.setdefault(node, []).append((files.directory / node / "server.properties").read_text())
    finally:
        machines.destroy()
    return seconds


def ansible(instance, number):
    """Starts once all machines have let us in, whose connections it goes on using."""
    machines, files = boot(instance, f"kafka-ansible{number}")
    try:
        machines.connect()
        up = time.monotonic()
        inventory = files.directory / "inventory.ini"
        inventory.write_text(ansible_inventory(machines, files.directory))
        result = subprocess.run(["ansible-playbook", "-i", inventory, HERE / "ansible/kafka.yml"], stdin=subprocess.DEVNULL, cwd=HERE,
                                capture_output=True, text=True, env=ansible_environment(machines))
        seconds = time.monotonic() - up
        if result.returncode != 0:
            raise RuntimeError("the Ansible peer failed:\n" + result.stdout[-3000:] + result.stderr[-3000:])
    finally:
        machines.destroy()
    return seconds


def ansible_inventory(machines, files):
    brokers = [node for node in NODES if role_of(node) == "broker"]
    # With commas, an inventory would take it for a list of numbers.
    numbers = ":".join(str(NUMBERS[node]) for node in brokers)
    hosts = "".join(f"{machines.addresses[node]} node={node} private={machines.private_addresses[node]} brokers='{numbers}' "
                    f"files={files} ansible_user=root\n" for node in NODES)
    return f"{hosts}[prover]\n{machines.addresses[brokers[0]]}\n"


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
