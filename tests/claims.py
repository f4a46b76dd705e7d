"""An address pool and ports that no other test, demo or clone on this host uses.

The claims are those of tools/x/instance.sh: number N of 0..63 stands for the pool 10.(64+N).0.0/16 and the
ports 17400+4N to 17403+4N, and is claimed under a lock by a file of that name, which holds the folder of
whoever uses it. A claim whose folder is gone is void.
"""

import contextlib
import fcntl
import hashlib
import ipaddress
import pathlib
import socket
import subprocess

FOLDER = pathlib.Path("/run/ashlar-instances")
NUMBERS = 64


class Claim:
    """Held from its making to release(); nothing that uses pool or ports may run beyond that."""

    def __init__(self, owner, folder=FOLDER):
        self.owner = pathlib.Path(owner)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            self.number = self.first_free()
            self.file.write_text(f"{self.owner}\n")

    @property
    def file(self):
        return self.folder / str(self.number)

    @property
    def pool(self):
        return pool_of(self.number)

    @property
    def ports(self):
        return ports_of(self.number)

    def first_free(self):
        routes = networks_in_use()
        first = int(hashlib.sha256(str(self.owner).encode()).hexdigest(), 16) % NUMBERS
        for step in range(NUMBERS):
            number = (first + step) % NUMBERS
            if (not claimed_by_another(self.folder / str(number), self.owner)
                    and not any(pool_of(number).overlaps(network) for network in routes)
                    and all(map(is_free, ports_of(number)))):
                return number
        raise RuntimeError("every /16 of 10.64.0.0/10 is in use or claimed on this host; "
                           f"claims are in {self.folder}")

    def release(self):
        with locked(self.folder):
            if self.file.exists() and not claimed_by_another(self.file, self.owner):
                self.file.unlink()


def pool_of(number):
    return ipaddress.ip_network(f"10.{64 + number}.0.0/16")


def ports_of(number):
    return range(17400 + 4 * number, 17404 + 4 * number)


@contextlib.contextmanager
def locked(folder):
    with open(folder / "lock", "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def claimed_by_another(file, owner):
    try:
        holder = pathlib.Path(file.read_text().strip())
    except FileNotFoundError:
        return False
    return holder != owner and holder.is_dir()


def networks_in_use():
    """Of all routes of this host, and so of its addresses; the default route covers all and says nothing."""
    routes = subprocess.run(["ip", "-o", "-4", "route", "show", "table", "all"],
                            capture_output=True, text=True, check=True).stdout
    networks = []
    for word in routes.split():
        with contextlib.suppress(ValueError):
            network = ipaddress.ip_network(word, strict=False)
            if network.version == 4 and network.prefixlen > 0:
                networks.append(network)
    return networks


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
