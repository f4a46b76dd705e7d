"""Are the contenders' clusters the same? What the running servers answer to CONFIG GET says so."""

import subprocess

# What must differ: addresses, places, secrets, and what redis-server was started with.
OWN = {"bind", "replicaof", "slaveof", "masterauth", "requirepass", "aclfile", "tls-cert-file",
       "tls-key-file", "tls-ca-cert-file", "replica-announce-ip", "slave-announce-ip", "pidfile",
       "logfile", "daemonize", "supervised"}


def read(address, password, authority):
    """All settings of one server, asked from this host through the fabric."""
    answer = subprocess.run(
        ["redis-cli", "--tls", "--cacert", authority, "-h", address, "-p", "6379"],
        input=f"AUTH {password}\nCONFIG GET *\n", capture_output=True, text=True, timeout=20)
    lines = answer.stdout.split("\n")
    if answer.returncode != 0 or lines[0] != "OK":
        raise RuntimeError(f"{address} does not tell its settings: {answer.stdout[:200]}"
                           f"{answer.stderr[:200]}")
    return parse(lines[1:])


def parse(lines):
    """Names and values in turn, one a line."""
    return dict(zip(lines[0::2], lines[1::2]))


def differences(ours, theirs):
    return [f"{name}: ashlar has '{ours.get(name)}', the floor '{theirs.get(name)}'"
            for name in sorted((ours.keys() | theirs.keys()) - OWN)
            if ours.get(name) != theirs.get(name)]


def check(role, ours, theirs):
    if found := differences(ours, theirs):
        raise RuntimeError(f"the clusters compared are not the same, at {role}:\n  "
                           + "\n  ".join(found))
