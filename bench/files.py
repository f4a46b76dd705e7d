"""20 idempotent file operations on 10 machines: ashlar-node, raw shell, Ansible, Ansible with Mitogen.

What makes it fair: the same files, owners and modes; connections are open on all sides before the
clock starts and use the same key exchange; all files are in place, so everyone only checks. The
shell compares content, mode and owner with as few processes as it can. Doing all 20 in one ssh
command by a hand-made script is measured, too: that is what ashlar-node does for any operations.
"""

import json
import pathlib
import subprocess
import time

import harness
import table
from ansible_peer import ansible_environment
from bare import BareMachines

HERE = pathlib.Path(__file__).resolve().parent
MACHINES = 10
ROUNDS = 7
PEER_ROUNDS = 2  # they take half a minute each

SHELL, SHELL_BATCH = "raw shell, a command a file", "raw shell, one command for all"
ASHLAR = "ashlar-node, one round trip"
ANSIBLE, MITOGEN = "Ansible, pipelining", "Ansible, Mitogen"


def timed(arguments, **options):
    started = time.monotonic()
    result = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            **options)
    took = time.monotonic() - started
    if result.returncode != 0:
        raise RuntimeError(f"{arguments[0]} failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return took


def warm(rounds, arguments, **options):
    """Without the first time, which opens connections and writes what is missing."""
    timed(arguments, **options)
    return [timed(arguments, **options) for _ in range(rounds)]


def batches(machines):
    """Seconds a round, timed inside the program: it keeps its connections, as the server does."""
    program = [harness.BUILD / "bench/batch_bench", machines.key, harness.NODE_PROGRAM, ROUNDS + 1]
    targets = "".join(f"{machines.addresses[n]} {machines.public(machines.host_keys[n])}\n"
                      for n in machines.names)
    result = subprocess.run(list(map(str, program)), input=targets, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError("batch_bench failed: " + result.stderr[-2000:])
    return json.loads(result.stdout)[1:]


def run(instance):
    names = [f"files-{number + 1}" for number in range(MACHINES)]
    machines = BareMachines(instance, dict.fromkeys(names, "s-1vcpu-1gb"),
                            instance.directory / "files")
    try:
        machines.create()
        machines.connect()
        return measure(machines, [machines.addresses[name] for name in names])
    finally:
        machines.destroy()


def measure(machines, addresses):
    inventory = machines.directory / "inventory"
    inventory.write_text("".join(f"{a} ansible_user=root\n" for a in addresses))
    playbook = ["ansible-playbook", "-i", inventory, HERE / "ansible/files.yml"]
    shell = HERE / "floor/files.sh"
    times = {
        SHELL: warm(ROUNDS, [shell, "one", machines.config, *addresses]),
        SHELL_BATCH: warm(ROUNDS, [shell, "all", machines.config, *addresses]),
        ASHLAR: batches(machines),
        ANSIBLE: warm(PEER_ROUNDS, playbook, env=ansible_environment(machines)),
        MITOGEN: warm(PEER_ROUNDS, playbook,
                      env=ansible_environment(machines, "mitogen_linear"))}
    return table.contest("20 file checks on 10 machines", times, against=SHELL,
                         aims={ASHLAR: 0.25})
