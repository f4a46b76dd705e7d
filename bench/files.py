"""20 idempotent file operations on 10 machines: ashlar-node, raw shell, Ansible, Ansible with Mitogen."""

import glob
import json
import os
import pathlib
import statistics
import subprocess
import time

import harness
from bare import BareMachines

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 5


def timed(arguments, **options):
    started = time.monotonic()
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, capture_output=True, **options)
    return time.monotonic() - started


def ansible_environment(machines, strategy=None):
    environment = {**os.environ, "ANSIBLE_CONFIG": str(HERE / "ansible/ansible.cfg"),
                   "ANSIBLE_SSH_ARGS": f"-F {machines.config}",
                   "ANSIBLE_HOME": str(machines.directory / "ansible")}
    if strategy:
        environment["ANSIBLE_STRATEGY"] = strategy
        environment["ANSIBLE_STRATEGY_PLUGINS"] = mitogen_plugins()
    return environment


def mitogen_plugins():
    found = glob.glob("/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy")
    if not found:
        raise RuntimeError("Mitogen for Ansible is not installed: apt-get install ansible-mitogen")
    return found[0]


def run(instance):
    machines = BareMachines(instance, 10, "files", instance.directory / "files")
    machines.create()
    try:
        addresses = [machines.addresses[name] for name in machines.names]
        inventory = machines.directory / "inventory"
        inventory.write_text("".join(f"{a} ansible_user=root\n" for a in addresses))
        playbook = ["ansible-playbook", "-i", inventory, HERE / "ansible/files.yml"]

        ashlar = json.loads(subprocess.run(
            [harness.BUILD / "bench/batch_bench", machines.key, harness.NODE_PROGRAM,
             str(ROUNDS + 1)],
            input="".join(f"{machines.addresses[n]} {machines.public(machines.host_keys[n])}\n"
                          for n in machines.names),
            capture_output=True, text=True, check=True).stdout)[1:]
        shell_command = [HERE / "floor/files.sh", machines.config, *addresses]
        timed(shell_command)  # opens the connections: all sides are measured warm
        shell = [timed(shell_command) for _ in range(ROUNDS)]
        plain = ansible_environment(machines)
        timed(playbook, env=plain)
        ansible = [timed(playbook, env=plain) for _ in range(2)]
        fast = ansible_environment(machines, "mitogen_linear")
        timed(playbook, env=fast)
        mitogen = [timed(playbook, env=fast) for _ in range(2)]
    finally:
        machines.destroy()
    base = statistics.median(shell)
    return [{"what": "20 file checks on 10 machines", "who": who, "seconds": statistics.median(times),
             "ratio": statistics.median(times) / base, "aim": aim, "runs": len(times)}
            for who, times, aim in (("raw shell, multiplexed SSH", shell, None),
                                    ("ashlar-node, one round trip", ashlar, "<= 0.25"),
                                    ("Ansible, pipelining", ansible, None),
                                    ("Ansible, Mitogen", mitogen, None))]
