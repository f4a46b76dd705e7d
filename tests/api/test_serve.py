"""The program itself: first start, signals, crashes, start time, memory."""

import os
import pathlib
import signal
import stat
import subprocess
import time

import pytest

import conftest
from test_contract import deploy_body, spec, wait_final


def test_first_start_tells_where_the_token_is_and_never_the_token(new_server):
    new_server.start()
    file = new_server.data / "admin-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    log = new_server.log.read_text()
    assert str(file) in log and new_server.token() not in log
    assert new_server.contract().call("getMe", 200).json()["permissions"] == ["*"]


def test_later_starts_keep_token_and_key(new_server):
    new_server.start()
    token = new_server.token()
    assert new_server.stop() == 0
    new_server.start()
    assert new_server.token() == token
    new_server.contract().call("getMe", 200)
    assert new_server.log.read_text().count("made the SSH key") == 1


def test_a_token_that_a_crash_kept_from_its_file_is_replaced(new_server):
    new_server.start()
    new_server.stop()
    (new_server.data / "admin-token").unlink()
    (new_server.data / "first-start").touch()
    new_server.start()
    new_server.contract().call("getMe", 200)


def test_a_token_file_that_was_removed_stays_removed(new_server):
    new_server.start()
    new_server.stop()
    (new_server.data / "admin-token").unlink()
    new_server.start()
    assert not (new_server.data / "admin-token").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ends_in_good_order(new_server, how):
    new_server.start()
    began = time.monotonic()
    assert new_server.stop(how) == 0
    assert time.monotonic() - began < 5


def test_continues_after_sigkill(new_server):
    new_server.start()
    answer = new_server.contract().call(
        "deployRedis", 202, json=deploy_body(spec("killed"))).json()
    new_server.stop(signal.SIGKILL)
    new_server.start()
    operation = wait_final(new_server.contract(), answer["correlationId"])
    assert operation["state"] == "failed"  # this provider makes nothing
    assert "makes nothing" in operation["error"]


def test_kills_itself_after_the_transitions_it_is_told(new_server):
    new_server.start()
    answer = new_server.contract().call(
        "deployRedis", 202, json=deploy_body(spec("crashing"))).json()
    wait_final(new_server.contract(), answer["correlationId"])
    new_server.stop()
    new_server.start({"ASHLAR_CRASH_AFTER_TRANSITIONS": "1"})
    try:
        new_server.contract().call("retryOperation", 202, id=answer["correlationId"])
    except OSError:
        pass  # it may die before it answers
    assert new_server.process.wait(20) == -signal.SIGKILL


def test_a_second_server_is_refused_the_data_directory(new_server, tmp_path):
    new_server.start()
    result = run_serve(new_server, "--data", new_server.data)
    assert result.returncode != 0
    assert "in use" in result.stderr and str(new_server.process.pid) in result.stderr


def run_serve(server, *changed):
    """Runs the server in the foreground; `changed` replaces flags."""
    flags = {"--listen": "127.0.0.1:0", "--digitalocean-url": server.provider_url,
             "--digitalocean-token-file": server.token_file,
             **dict(zip(changed[::2], changed[1::2]))}
    return subprocess.run(
        [conftest.ASHLAR, "serve", *(part for flag in flags.items() for part in flag)],
        capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("arguments, part", [
    (["--listen", "nonsense"], "'nonsense' is not an address"),
    (["--listen", "127.0.0.1:99999"], "'127.0.0.1:99999' is not an address"),
    (["--digitalocean-token-file", "/nowhere/token"], "/nowhere/token"),
    (["--node-program", "/nowhere/node"], "/nowhere/node"),
    (["--log-level", "loud"], "loud"),
])
def test_what_keeps_it_from_starting_is_said(new_server, tmp_path, arguments, part):
    result = run_serve(new_server, "--data", tmp_path / "other", *arguments)
    assert result.returncode != 0
    assert part in result.stderr


def resident_kilobytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def test_starts_fast_and_stays_small(new_server):
    new_server.start()
    new_server.stop()
    began = time.monotonic()
    new_server.start()
    seconds = time.monotonic() - began
    contract = new_server.contract()
    for _ in range(200):
        contract.call("getMe", 200)
    resident = resident_kilobytes(new_server.process.pid)
    print(f"start {seconds * 1000:.0f} ms, resident {resident / 1024:.1f} MiB")
    assert seconds < 1.0  # the aim is 0.1 s; a loaded machine is allowed more
    if "asan" not in os.environ.get("ASHLAR_BUILD_DIR", ""):
        assert resident < 40 * 1024
