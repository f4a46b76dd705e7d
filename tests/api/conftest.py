import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest
import requests
from hypothesis.configuration import set_hypothesis_home_dir

import contract
import provider

BUILD = pathlib.Path(os.environ.get("ASHLAR_BUILD_DIR", contract.REPOSITORY / "build"))
ASHLAR = BUILD / "src/main/ashlar"
set_hypothesis_home_dir(BUILD / "hypothesis")
PROVIDER_TOKEN = "canary-provider-token-5d41402abc4b"


class Server:
    """`ashlar serve` on a port of its own choosing."""

    def __init__(self, directory, provider_url):
        self.data = directory / "data"
        self.log = directory / "ashlar.log"
        self.token_file = directory / "provider-token"
        self.token_file.write_text(PROVIDER_TOKEN + "\n")
        self.token_file.chmod(0o600)
        self.provider_url = provider_url
        self.process = None

    def command(self, port=0):
        return [ASHLAR, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}",
                "--digitalocean-url", self.provider_url, "--digitalocean-token-file", self.token_file]

    def start_silently(self):
        """With all three streams closed, so that only its answers tell that it is there."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *self.command(port)])
        self.url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                requests.get(self.url + "/health", timeout=5)
                return self
            except requests.ConnectionError:
                assert self.process.poll() is None, "it ended"
                time.sleep(0.02)
        raise AssertionError("the server did not start")

    def start(self, environment=None):
        with self.log.open("ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env={**os.environ, **(environment or {})})
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            text = self.log.read_bytes()[begin:].decode()
            if found := re.search(r"answers at (http://[\d.:]+)/api", text):
                self.url = found[1]
                return self
            assert self.process.poll() is None, text
            time.sleep(0.005)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    def token(self):
        return (self.data / "admin-token").read_text().strip()

    def contract(self):
        return contract.Contract(self.url, self.token())

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(30)
        return code


@pytest.fixture(scope="session")
def dummy_provider():
    dummy = provider.Provider(PROVIDER_TOKEN)
    yield dummy
    dummy.close()


@pytest.fixture
def new_server(tmp_path, dummy_provider):
    """A server that has not been started."""
    server = Server(tmp_path, dummy_provider.url)
    yield server
    if server.process is not None:
        server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def server(tmp_path_factory, dummy_provider):
    server = Server(tmp_path_factory.mktemp("server"), dummy_provider.url).start()
    yield server
    server.stop(signal.SIGKILL)
