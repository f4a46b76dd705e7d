"""Machines of the pocket cloud made by hand, for the floors and the peers of the benchmark."""

import concurrent.futures
import json
import socket
import subprocess
import time

import requests

# Everyone looks again after so long.
PAUSE = 0.05


class BareMachines:
    """Droplets with one known SSH key and known host keys, and an ssh_config for them.

    `names` to `sizes`. Keys are made beforehand: Ashlar and an operator have theirs, too.
    """

    def __init__(self, instance, sizes, directory):
        self.instance, self.directory, self.sizes = instance, directory, sizes
        self.directory.mkdir(parents=True, exist_ok=True)
        self.names = list(sizes)
        self.tag = f"bench-{directory.name}"
        self.key = self.make_key("control")
        self.host_keys = {name: self.make_key(name) for name in self.names}
        self.addresses, self.private_addresses, self.key_identifier = {}, {}, None

    def make_key(self, name):
        path = self.directory / f"{name}.key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path],
                       check=True)
        return path

    def public(self, path):
        return path.with_suffix(".key.pub").read_text().strip()

    def call(self, method, path, **arguments):
        answer = requests.request(method, self.instance.cloud_url + path, timeout=30,
                                  headers=self.instance.cloud_headers(), **arguments)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def create(self):
        """All at once; returns when all have addresses and there is an ssh_config."""
        key = self.call("POST", "/v2/account/keys",
                        json={"name": self.tag, "public_key": self.public(self.key)})["ssh_key"]
        self.key_identifier = key["id"]
        with concurrent.futures.ThreadPoolExecutor(len(self.names)) as pool:
            list(pool.map(self.create_one, self.names))
        self.wait_for_addresses()
        self.write_ssh_config()

    def create_one(self, name):
        host_key = self.host_keys[name]
        user_data = "#cloud-config\n" + json.dumps({"ssh_keys": {
            "ed25519_private": host_key.read_text(), "ed25519_public": self.public(host_key)}})
        self.call("POST", "/v2/droplets", json={
            "name": name, "region": "nyc1", "size": self.sizes[name], "image": "debian-12-x64",
            "ssh_keys": [self.key_identifier], "tags": [self.tag], "user_data": user_data})

    def listed(self):
        return self.call("GET", "/v2/droplets",
                         params={"tag_name": self.tag, "per_page": 200})["droplets"]

    def wait_for_addresses(self):
        while True:
            for droplet in self.listed():
                if droplet["status"] == "active":
                    networks = {n["type"]: n["ip_address"] for n in droplet["networks"]["v4"]}
                    self.addresses[droplet["name"]] = networks["public"]
                    self.private_addresses[droplet["name"]] = networks["private"]
            if len(self.addresses) == len(self.names):
                return
            time.sleep(PAUSE)

    def write_ssh_config(self):
        known = self.directory / "known_hosts"
        known.write_text("".join(f"{self.addresses[n]} {self.public(self.host_keys[n])}\n"
                                 for n in self.names))
        self.config = self.directory / "ssh_config"
        # The key exchange that Ashlar uses. OpenSSH's default costs a quarter second more a
        # connection, which would flatter us.
        self.config.write_text(
            f"Host *\n  User root\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
            "  KexAlgorithms curve25519-sha256\n  ConnectTimeout 2\n  LogLevel ERROR\n"
            f"  ControlMaster auto\n  ControlPath {self.directory}/mux-%h\n  ControlPersist 120\n")

    def connect(self):
        """Until every machine has let us in; the connections stay open."""
        with concurrent.futures.ThreadPoolExecutor(len(self.names)) as pool:
            list(pool.map(self.wait_for_ssh, self.names))

    def wait_for_ssh(self, name):
        while subprocess.run(["ssh", "-F", self.config, self.addresses[name], "true"],
                             stdin=subprocess.DEVNULL, capture_output=True).returncode != 0:
            time.sleep(PAUSE)

    def wait_for_banners(self):
        with concurrent.futures.ThreadPoolExecutor(len(self.names)) as pool:
            list(pool.map(lambda name: wait_for_banner(self.addresses[name]), self.names))

    def close_connections(self):
        for name, address in self.addresses.items():
            subprocess.run(["ssh", "-F", self.config, "-O", "exit", address],
                           stdin=subprocess.DEVNULL, capture_output=True)

    def destroy(self):
        """Whatever there is of them."""
        self.close_connections()
        self.call("DELETE", "/v2/droplets", params={"tag_name": self.tag})
        if self.key_identifier is not None:
            self.call("DELETE", f"/v2/account/keys/{self.key_identifier}")
        while self.listed():
            time.sleep(0.2)


def wait_for_banner(address):
    """Until sshd says who it is: a port that merely accepts may be a machine that hangs."""
    while True:
        try:
            with socket.create_connection((address, 22), timeout=1) as connection:
                if connection.recv(8).startswith(b"SSH-2.0"):
                    return
        except OSError:
            pass
        time.sleep(PAUSE)
