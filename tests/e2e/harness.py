"""A whole Ashlar of its own for the tests: a pocket cloud, a server, and the tools to break them.

Every instance has its own data directory, ports, name and address pool, so that tests run beside a
demo. Whatever happens, `stop()` leaves no process, machine, bridge or mount behind.
"""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import requests

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))
import claims  # noqa: E402

BUILD = pathlib.Path(os.environ.get("ASHLAR_BUILD_DIR", REPOSITORY / "build"))
ASHLAR = BUILD / "src/main/ashlar"
POCKETCLOUD = BUILD / "pocketcloud/pocketcloud"
NODE_PROGRAM = BUILD / "ashlar-node"
IMAGE_CACHE = pathlib.Path(os.environ.get("ASHLAR_IMAGE_CACHE", "/var/cache/pocketcloud"))


def layer_options(names):
    """Options of the pocket cloud for layers over its image (packaging/layers), each made where it is not there yet."""
    if not names:
        return []
    image = subprocess.run([POCKETCLOUD, "image", "--image-cache", IMAGE_CACHE], stdout=subprocess.PIPE, text=True, check=True)
    root = image.stdout.split()[-1]
    made = [subprocess.run([REPOSITORY / "packaging/layers/layer.sh", name, IMAGE_CACHE, root],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1] for name in names]
    return [word for layer in made for word in ("--layer", layer)]


def end_on_sigterm():
    """As by Ctrl-C, so that what is in a `finally` is done: a killed run must leave no machine behind either."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def wait_until(what, condition, seconds, pause=0.1):
    """The condition's first true value; an AssertionError that says what was waited for."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
        except (requests.RequestException, OSError) as error:
            last = error
        time.sleep(pause)
    raise AssertionError(f"not within {seconds} s: {what} (last error: {last})")


class Program:
    """A child process with its output in a file, ended by the id it was started with."""

    def __init__(self, name, arguments, log, environment=None):
        self.name = name
        self.log_path = log
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            [str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})},
            start_new_session=True)

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        if self.alive():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def terminate(self, seconds=20):
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()


class Instance:
    # Ashlar heals by itself; most tests break things to see what is seen. Those of healing set it.
    observe_interval = 0

    def __init__(self, name, cloud_options=()):
        self.cloud_options = cloud_options
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="ashlar-test-"))
        self.short = "t" + hashlib.sha256(str(self.directory).encode()).hexdigest()[:5]
        self.claim = claims.Claim(self.directory)
        self.public_pool, self.vpc_pool = self.claim.pool.subnets(prefixlen_diff=1)
        self.record = self.directory / "traffic.jsonl"
        self.port, self.cloud_port = self.claim.ports[:2]
        self.cloud_url = f"http://127.0.0.1:{self.cloud_port}"
        self.url = f"http://127.0.0.1:{self.port}"
        self.cloud_data = self.directory / "cloud"
        self.data = self.directory / "ashlar"
        self.cloud = None
        self.server = None
        self.name = name

    # The programs.

    def start_cloud(self):
        self.cloud = Program("pocketcloud", [
            POCKETCLOUD, "serve", "--data", self.cloud_data,
            "--listen", f"127.0.0.1:{self.cloud_port}", "--name", self.short,
            "--public-pool", self.public_pool, "--vpc-pool", self.vpc_pool,
            "--image-cache", IMAGE_CACHE, "--record", self.record, *self.cloud_options],
            self.directory / "pocketcloud.log")
        wait_until("the pocket cloud answers", self.cloud_ready, 600)

    def cloud_ready(self):
        assert self.cloud.alive(), tail(self.cloud.log_path)
        return self.cloud_get("/v2/account").ok

    def start_server(self, environment=None):
        self.server = Program("ashlar", [
            ASHLAR, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
            "--digitalocean-url", self.cloud_url,
            "--digitalocean-token-file", self.cloud_data / "token",
            "--observe-interval", str(self.observe_interval)],
            self.directory / "ashlar.log", environment)

    def wait_ready(self, seconds=20, pause=0.02):
        def ready():
            assert self.server.alive(), tail(self.server.log_path)
            return requests.get(self.url + "/api/health/ready", timeout=5).ok
        wait_until("the server is ready", ready, seconds, pause)

    def start(self):
        self.start_cloud()
        self.start_server()
        self.wait_ready()
        return self

    def restart_server(self, environment=None):
        self.server.terminate()
        self.start_server(environment)
        self.wait_ready()

    def stop(self):
        for program in (self.server, self.cloud):
            if program:
                program.terminate()
        subprocess.run([str(POCKETCLOUD), "down", "--data", str(self.cloud_data)], check=True,
                       stdin=subprocess.DEVNULL, timeout=120)
        self.claim.release()
        if os.environ.get("ASHLAR_KEEP_TEST_DATA") != "1":
            shutil.rmtree(self.directory, ignore_errors=True)

    # The pocket cloud from outside.

    def cloud_headers(self):
        token = (self.cloud_data / "token").read_text().strip()
        return {"Authorization": f"Bearer {token}"}

    def cloud_get(self, path, **arguments):
        return requests.get(self.cloud_url + path, headers=self.cloud_headers(), timeout=10,
                            **arguments)

    def cloud_post(self, path, **arguments):
        return requests.post(self.cloud_url + path, headers=self.cloud_headers(), timeout=10,
                             **arguments)

    def cloud_put(self, path, **arguments):
        return requests.put(self.cloud_url + path, headers=self.cloud_headers(), timeout=10, **arguments)

    def cloud_delete(self, path):
        return requests.delete(self.cloud_url + path, headers=self.cloud_headers(), timeout=10)

    def droplets(self):
        answer = self.cloud_get("/v2/droplets", params={"per_page": 200})
        answer.raise_for_status()
        return answer.json()["droplets"]

    def add_fault(self, fault):
        answer = requests.post(self.cloud_url + "/_pocket/faults", json=fault,
                               headers=self.cloud_headers(), timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def clear_faults(self):
        requests.delete(self.cloud_url + "/_pocket/faults", headers=self.cloud_headers(),
                        timeout=10).raise_for_status()

    def inside(self, droplet, *argv):
        """What a command says on a droplet, run as by somebody who is logged in there."""
        run = json.loads((self.cloud_data / "droplets" / str(droplet) / "run.json").read_text())
        result = subprocess.run(
            ["nsenter", "--target", str(run["leader"]), "--mount", "--uts", "--ipc", "--net",
             "--pid", "--root", "--wd", "--", *argv],
            capture_output=True, text=True, timeout=120, check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"})
        assert result.returncode == 0, f"{argv}: {result.stdout}\n{result.stderr}"
        return result.stdout

    # The API.

    def token(self):
        return (self.data / "admin-token").read_text().strip()

    def api(self, method, path, expected=None, **arguments):
        headers = {"Authorization": f"Bearer {self.token()}", **arguments.pop("headers", {})}
        answer = requests.request(method, self.url + "/api" + path, headers=headers, timeout=60,
                                  **arguments)
        if expected is not None:
            assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def operation(self, identifier):
        return self.api("GET", f"/operations/{identifier}", 200).json()

    def wait_operation(self, identifier, seconds=180):
        """The operation once it is final."""
        def final():
            operation = self.operation(identifier)
            return operation if operation["state"] in ("succeeded", "failed", "cancelled") else None
        return wait_until(f"operation {identifier} ends", final, seconds, pause=0.2)

    def deploy(self, cluster):
        answer = self.api("POST", "/infrastructure/redis/deploy", json={"clusters": [cluster]})
        assert answer.status_code == 202, answer.text
        return answer.json()

    def cluster(self, identifier, refresh=False):
        """The resource; what is observed of it is under "status"."""
        return self.api("GET", f"/servers/{identifier}", 200,
                        params={"refresh": "true"} if refresh else {}).json()

    def find_cluster(self, name, kind="redis"):
        for item in self.api("GET", f"/infrastructure/{kind}", 200).json()["items"]:
            if item["name"] == name:
                return item
        return None

    def credentials(self, identifier):
        return self.api("GET", f"/servers/{identifier}/credentials", 200).json()

    def cli_environment(self):
        return {"ASHLAR_SERVER": self.url, "ASHLAR_TOKEN_FILE": str(self.data / "admin-token"), "NO_COLOR": "1"}

    def cli(self, *arguments, check=True, **options):
        result = subprocess.run(
            [str(ASHLAR), *map(str, arguments)], capture_output=True, text=True,
            stdin=options.pop("stdin", subprocess.DEVNULL), timeout=options.pop("timeout", 300),
            env={**os.environ, **self.cli_environment()}, **options)
        if check:
            assert result.returncode == 0, f"{arguments}: {result.stdout}\n{result.stderr}"
        return result


def tail(path, lines=40):
    return "\n".join(pathlib.Path(path).read_text(errors="replace").splitlines()[-lines:])


def role(count, size, **more):
    return {"count": count, "size": size, **more}


def sentinel_cluster(instance, name, masters=1, replicas=2, sentinels=3, tls=True, **more):
    return {
        "name": name, "type": "sentinel", "region": "nyc1", "enableTLS": tls,
        "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)],
        "desiredState": {"roles": {
            "master": role(masters, "s-1vcpu-1gb"),
            "replica": role(replicas, "s-1vcpu-1gb"),
            "sentinel": role(sentinels, "s-1vcpu-1gb")}},
        **more}


def single(instance, name, tls=False, **more):
    return {
        "name": name, "type": "single", "region": "nyc1", "enableTLS": tls,
        "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)],
        "desiredState": {"roles": {"master": role(1, "s-1vcpu-1gb")}}, **more}
