"""Passwords that people bring along: whatever can be printed works on Redis, on Sentinel, in URLs and in a shell."""

import os
import subprocess

import pytest
import redis

import harness
from clients import Stock, tls_options

CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)
# Each would be read as something else by a file, a shell, a URL or an access list that did not quote it.
HOSTILE = [
    "#no comment 'one' \"two\" \\x41 \\",
    "  $(id) `id` ; & | <in >out (a) {b} !!  ",
    "%41%00+%2B@:/?#[]=&user:pass@host",
    "on nopass ~* +@all Grüße パスワード 🔑",
]
LONGEST = "'" + "ü " * 63 + "'"


@pytest.fixture(scope="module")
def cluster(instance):
    wanted = harness.sentinel_cluster(instance, "hostile", replicas=1, systemPassword=HOSTILE[0],
                                      passwordOverlapSeconds=0)
    answer = instance.deploy(wanted)
    operation = instance.wait_operation(answer["correlationId"])
    assert operation["state"] == "succeeded", operation["error"]
    return answer["operations"][0]["resourceId"]


def assert_clients_get_in(instance, identifier, password):
    credentials = instance.credentials(identifier)
    assert credentials["password"] == credentials["sentinelPassword"] == password
    # redis-py through the sentinels.
    stock = Stock(instance, identifier, instance.directory, refresh=False)
    (group,) = credentials["connection"]["groups"]
    master = stock.sentinel().master_for(group["name"])
    master.set("greeting", password)
    assert master.get("greeting").decode() == password
    # The URL alone, as a twelve-factor application is given it.
    authority = instance.directory / "hostile-ca.crt"
    tls = {key: value for key, value in tls_options(authority).items() if key != "ssl"}
    assert redis.Redis.from_url(group["url"], **tls).get("greeting").decode() == password
    # What the command line prints, pasted into a shell.
    assert run_printed_commands(instance) == ["OK", group["name"]]


def run_printed_commands(instance):
    """The last line of what each says: SET's answer, and the name of the first master that a sentinel knows."""
    printed = instance.cli("credentials", "hostile", "--connect").stdout
    commands = printed[printed.index("ashlar credentials"):]
    answers = subprocess.run(
        ["bash", "-eu", "-c", f'ashlar() {{ "$ASHLAR_PROGRAM" "$@"; }}\n{commands}'], cwd=instance.directory, text=True,
        capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "ASHLAR_PROGRAM": str(harness.ASHLAR), "ASHLAR_SERVER": instance.url,
             "ASHLAR_TOKEN_FILE": str(instance.data / "admin-token")})
    assert answers.returncode == 0 and "WRONGPASS" not in answers.stdout, answers
    lines = answers.stdout.splitlines()
    return [lines[0], lines[lines.index("name") + 1]]


def test_a_cluster_is_made_with_one(instance, cluster):
    assert_clients_get_in(instance, cluster, HOSTILE[0])


@pytest.mark.parametrize("password", [*HOSTILE[1:], LONGEST])
def test_one_is_changed_for_another(instance, cluster, password, tmp_path):
    before = instance.credentials(cluster)["password"]
    file = tmp_path / "password"
    file.write_text(password + "\n")
    instance.cli("rotate", "hostile", "--passwords", "--password-file", file, "--yes")
    assert_clients_get_in(instance, cluster, password)
    (node, *_) = Stock(instance, cluster, instance.directory, refresh=False).nodes("master")
    with pytest.raises(redis.exceptions.RedisError, match="WRONGPASS"):
        redis.Redis(node["privateAddress"], password=before, **tls_options(instance.directory / "hostile-ca.crt")).ping()


def test_it_survives_a_new_leader_and_restarts(instance, cluster):
    """Redis reads its files again: what was set by command must have been written so that it reads the same."""
    instance.cli("switchover", "hostile", "--yes")
    assert_clients_get_in(instance, cluster, LONGEST)
    ids = {droplet["name"]: droplet["id"] for droplet in instance.droplets()}
    for node in instance.cluster(cluster)["status"]["nodes"]:
        unit = "redis-sentinel" if node["declaredRole"] == "sentinel" else "redis-server"
        if node["role"] != "master":
            instance.inside(ids[node["machine"]], "systemctl", "restart", unit)
    harness.wait_until("all are back", lambda: instance.cluster(cluster, refresh=True)["status"]["health"] == "healthy", 60)
    assert_clients_get_in(instance, cluster, LONGEST)


def test_it_is_seen_nowhere(instance, cluster):
    log = (instance.directory / "ashlar.log").read_text(errors="replace")
    shown = instance.api("GET", "/operations", 200).text + instance.api("GET", f"/servers/{cluster}", 200).text
    for password in [*HOSTILE, LONGEST]:
        for canary in (password.strip(), password.strip()[:20]):
            assert canary not in log and canary not in shown
