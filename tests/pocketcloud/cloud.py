"""A pocket cloud of its own for the tests, with its own port, pools and data, and what it takes to use it."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
import claims  # noqa: E402

BUILD = pathlib.Path(os.environ.get("ASHLAR_BUILD", ROOT / "build"))
PROGRAM = BUILD / "pocketcloud/pocketcloud"
IMAGE_CACHE = os.environ.get("ASHLAR_IMAGE_CACHE", "/var/cache/pocketcloud")


def wait_until(what, probe, seconds, pause=0.05):
    """What `probe` returns once it is true; an AssertionError naming `what` otherwise."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        try:
            value = probe()
            if value:
                return value
            last = value
        except (requests.ConnectionError, requests.Timeout, OSError) as error:
            last = error
        time.sleep(pause)
    raise AssertionError(f"{what}: not within {seconds} s; last seen: {last!r}")


class Key:
    def __init__(self, path):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)], check=True)
        self.path = path
        self.private = path.read_text()
        self.public = path.with_suffix(".pub").read_text().strip()


class Cloud:
    def __init__(self, *options):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pocketcloud-test-"))
        self.name = "t" + hashlib.sha256(str(self.directory).encode()).hexdigest()[:6]
        self.claim = claims.Claim(self.directory)
        self.public_pool, self.vpc_pool = self.claim.pool.subnets(prefixlen_diff=1)
        self.port = self.claim.ports[1]
        self.scheme = "https" if "--tls" in options else "http"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.data = self.directory / "data"
        self.authority = self.data / "tls/authority.pem"
        self.record = self.directory / "traffic.jsonl"
        self.options = options
        self.process = None
        self.session = requests.Session()
        self.session.trust_env = False
        if self.scheme == "https":
            self.session.verify = str(self.authority)
        self.login = Key(self.directory / "login")
        self.host = Key(self.directory / "host")

    # The program.

    def start(self):
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}",
                 "--name", self.name, "--public-pool", str(self.public_pool), "--vpc-pool", str(self.vpc_pool),
                 "--image-cache", IMAGE_CACHE, "--record", str(self.record), *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until("the pocket cloud answers", self.answers, 600)
        return self

    def token(self):
        return (self.data / "token").read_text().strip()

    def answers(self):
        assert self.process.poll() is None, self.log()
        return self.get("/v2/account")

    def log(self):
        return (self.directory / "log").read_text(errors="replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.log()

    def down(self):
        subprocess.run([str(PROGRAM), "down", "--data", str(self.data)], check=True, timeout=120,
                       stdout=subprocess.DEVNULL)

    def doctor(self, machines):
        return subprocess.run([str(PROGRAM), "doctor", "--machines", str(machines)], capture_output=True, text=True,
                              timeout=60)

    def close(self):
        try:
            self.down()
        finally:
            if self.process:
                self.kill()
            self.claim.release()
            shutil.rmtree(self.directory, ignore_errors=True)

    # The API.

    def call(self, method, path, expected, body=None, token=None, timeout=30, **arguments):
        token = token or self.token()
        answer = self.session.request(method, self.url + path, json=body, timeout=timeout,
                                      headers={"Authorization": f"Bearer {token}"}, **arguments)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path, expected=200, **arguments):
        return self.call("GET", path, expected, **arguments).json()

    def post(self, path, body, expected=201):
        answer = self.call("POST", path, expected, body)
        return answer.json() if answer.content else None

    def delete(self, path, body=None, expected=204):
        self.call("DELETE", path, expected, body)

    def refused(self, method, path, body, status, *words):
        """The call fails with this status and a message that says these words."""
        answer = self.call(method, path, status, body).json()
        # For bad requests the specification has a second form; this cloud's answers are both.
        second_form = {"error", "root_causes"} if status == 400 else set()
        assert set(answer) == {"id", "message", "request_id"} | second_form
        for word in words:
            assert word in answer["message"], answer
        return answer

    def fault(self, expected=201, **fault):
        return self.post("/_pocket/faults", fault, expected)

    def strike(self, machine, droplet, **more):
        return self.fault(200, machine=machine, dropletId=droplet["id"], **more)

    # Droplets.

    def request(self, *names, **more):
        user_data = "#cloud-config\n" + json.dumps({
            "ssh_keys": {"ed25519_private": self.host.private, "ed25519_public": self.host.public},
            "ssh_authorized_keys": [self.login.public],
            **more.pop("user_data", {})})
        return {"names": list(names), "region": "nyc3", "size": "s-1vcpu-1gb", "image": "debian-12-x64",
                "user_data": user_data, **more}

    def create(self, *names, **more):
        return self.post("/v2/droplets", self.request(*names, **more), 202)["droplets"]

    def make(self, *names, **more):
        """Droplets whose sshd answers."""
        created = self.create(*names, **more)
        active = [self.wait_status(droplet, "active") for droplet in created]
        for droplet in active:
            self.wait_ssh(droplet)
        return active

    def droplet(self, droplet):
        return self.get(f"/v2/droplets/{droplet['id']}")["droplet"]

    def wait_status(self, droplet, status, seconds=60):
        return wait_until(f"droplet {droplet['name']} is {status}", lambda: next(
            (found for found in [self.droplet(droplet)] if found["status"] == status), None), seconds)

    def act(self, droplet, kind, **more):
        """Runs an action to its end."""
        action = self.post(f"/v2/droplets/{droplet['id']}/actions", {"type": kind, **more})["action"]
        return self.wait_action(action["id"])

    def wait_action(self, identifier, seconds=60):
        def ended():
            found = self.get(f"/v2/actions/{identifier}")["action"]
            return found if found["status"] != "in-progress" else None
        return wait_until(f"action {identifier} ends", ended, seconds)

    def destroy(self, *droplets):
        for droplet in droplets:
            self.delete(f"/v2/droplets/{droplet['id']}")
        for droplet in droplets:
            self.wait_gone(droplet)

    def wait_gone(self, droplet):
        path = f"{self.url}/v2/droplets/{droplet['id']}"
        wait_until(f"droplet {droplet['name']} is gone", lambda: self.session.get(
            path, headers={"Authorization": f"Bearer {self.token()}"}, timeout=10).status_code == 404, 60)

    def console(self, droplet):
        return self.get(f"/_pocket/droplets/{droplet['id']}/console")

    # Machines.

    def wait_ssh(self, droplet, seconds=60):
        wait_until(f"sshd of {droplet['name']} answers", lambda: greets(address(droplet)), seconds)

    def wait_booted(self, droplet, seconds=60):
        """sshd answers before the last services have started, and so early that systemd has nobody yet whom it could tell to wait."""
        def booted():
            state = self.ssh(droplet, "systemctl is-system-running", check=False).stdout.strip()
            assert state not in ("degraded", "maintenance"), state
            return state == "running"
        wait_until(f"{droplet['name']} has booted", booted, seconds)

    def ssh(self, droplet, command, at=None, check=True, timeout=60):
        """Runs a command, holding the machine to the host key that it was given."""
        target = at or address(droplet)
        known = self.directory / "known_hosts"
        known.write_text(f"{target} {self.host.public}\n")
        result = subprocess.run(
            ["ssh", "-i", str(self.login.path), "-o", f"UserKnownHostsFile={known}", "-o", "BatchMode=yes",
             "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "ConnectTimeout=5",
             "-o", "KexAlgorithms=curve25519-sha256", "-F", "/dev/null", f"root@{target}", command],
            capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if check:
            assert result.returncode == 0, f"{command}: {result.returncode} {result.stderr}"
            return result.stdout.strip()
        return result

    def reaches(self, source, target, port):
        """Whether one droplet reaches a port of an address; a refused connection counts as reached."""
        script = f"import socket,sys; s=socket.socket(); s.settimeout(1); sys.exit(s.connect_ex((\"{target}\",{port})) not in (0, 111))"
        return self.ssh(source, f"python3 -c '{script}'", check=False).returncode == 0


def address(droplet, kind="public"):
    return next(n["ip_address"] for n in droplet["networks"]["v4"] if n["type"] == kind)


def greets(target, port=22, seconds=1.0):
    try:
        with socket.create_connection((target, port), seconds) as connection:
            connection.settimeout(seconds)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False
