"""Machines of the pocket cloud made by hand, for the floors and the peers of the benchmark."""

import concurrent.futures
import json
import subprocess
import time

import requests


class BareMachines:
    """`count` droplets with one known SSH key and known host keys, and an ssh_config for them."""

    def __init__(self, instance, count, prefix, directory):
        self.instance, self.directory = instance, directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.names = [f"{prefix}-{number + 1}" for number in range(count)]
        self.key = self.make_key("control")
        self.host_keys = {name: self.make_key(name) for name in self.names}
        self.addresses, self.private_addresses, self.identifiers = {}, {}, []

    def make_key(self, name):
        path = self.directory / f"{name}.key"
        if not path.exists():
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
        """Returns the seconds from the first call until every sshd has let us in."""
        started = time.monotonic()
        key = self.call("POST", "/v2/account/keys",
                        json={"name": "bench", "public_key": self.public(self.key)})["ssh_key"]
        with concurrent.futures.ThreadPoolExecutor(len(self.names)) as pool:
            list(pool.map(lambda name: self.create_one(name, key["id"]), self.names))
            self.wait_for_addresses()
            self.write_ssh_config()
            list(pool.map(self.wait_for_ssh, self.names))
        self.key_identifier = key["id"]
        return time.monotonic() - started

    def create_one(self, name, key_identifier):
        host_key = self.host_keys[name]
        user_data = "#cloud-config\n" + json.dumps({"ssh_keys": {
            "ed25519_private": host_key.read_text(), "ed25519_public": self.public(host_key)}})
        droplet = self.call("POST", "/v2/droplets", json={
            "name": name, "region": "nyc1", "size": "s-1vcpu-1gb", "image": "debian-12-x64",
            "ssh_keys": [key_identifier], "tags": ["bench"], "user_data": user_data})["droplet"]
        self.identifiers.append(droplet["id"])

    def wait_for_addresses(self):
        while len(self.addresses) < len(self.names):
            found = self.call("GET", "/v2/droplets", params={"tag_name": "bench", "per_page": 200})
            for droplet in found["droplets"]:
                if droplet["status"] == "active" and droplet["name"] in self.names:
                    networks = {n["type"]: n["ip_address"] for n in droplet["networks"]["v4"]}
                    self.addresses[droplet["name"]] = networks["public"]
                    self.private_addresses[droplet["name"]] = networks["private"]
            time.sleep(0.1)

    def write_ssh_config(self):
        known = self.directory / "known_hosts"
        known.write_text("".join(f"{self.addresses[n]} {self.public(self.host_keys[n])}\n"
                                 for n in self.names))
        self.config = self.directory / "ssh_config"
        # The same key exchange on all sides: OpenSSH's default costs a quarter second more here.
        self.config.write_text(
            f"Host *\n  User root\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
            "  KexAlgorithms curve25519-sha256\n  ConnectTimeout 2\n  LogLevel ERROR\n"
            f"  ControlMaster auto\n  ControlPath {self.directory}/mux-%h\n  ControlPersist 120\n")

    def wait_for_ssh(self, name):
        while subprocess.run(["ssh", "-F", self.config, self.addresses[name], "true"],
                             stdin=subprocess.DEVNULL, capture_output=True).returncode != 0:
            time.sleep(0.1)

    def close_connections(self):
        for name in self.names:
            subprocess.run(["ssh", "-F", self.config, "-O", "exit", self.addresses[name]],
                           stdin=subprocess.DEVNULL, capture_output=True)

    def destroy(self):
        self.close_connections()
        self.call("DELETE", "/v2/droplets", params={"tag_name": "bench"})
        self.call("DELETE", f"/v2/account/keys/{self.key_identifier}")
        while self.call("GET", "/v2/droplets", params={"tag_name": "bench"})["droplets"]:
            time.sleep(0.2)
