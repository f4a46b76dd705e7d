"""How Ansible is run: with the machines' connections, and with Mitogen where asked."""

import glob
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def ansible_environment(machines, strategy=None):
    environment = {**os.environ, "ANSIBLE_CONFIG": str(HERE / "ansible/ansible.cfg"),
                   "ANSIBLE_SSH_ARGS": f"-F {machines.config}",
                   "ANSIBLE_HOME": str(machines.directory / "ansible"), "LC_ALL": "C.UTF-8"}
    if strategy:
        environment["ANSIBLE_STRATEGY"] = strategy
        environment["ANSIBLE_STRATEGY_PLUGINS"] = mitogen_plugins()
    return environment


def mitogen_plugins():
    found = glob.glob("/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy")
    if not found:
        raise RuntimeError("Mitogen for Ansible is not installed: apt-get install ansible-mitogen")
    return found[0]
