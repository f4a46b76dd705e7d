"""Files, streams and environments as they come: each mistake is said plainly, with the exit code that --help promises.

The tables go over every command and every option that takes a file; test_every_option_is_in_the_tables holds them
against what --help says.
"""

import os
import re
import sqlite3
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

import conftest
from test_contract import deploy_body, spec, wait_final

ASHLAR = str(conftest.ASHLAR)
BAD_INPUT, NO_TOKEN, NOT_FOUND, OUTPUT_LOST = 2, 3, 5, 12
# root reads everything; root without its capabilities reads what the modes allow.
AS_AN_ORDINARY_USER = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
SPEC = """\
kind: redis
name: edges
type: single
region: nyc1
desiredState: {roles: {master: {count: 1, size: s-1vcpu-1gb}}}
"""


def ashlar(arguments, environment=None, ordinary=False, **streams):
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams}
    base = {key: value for key, value in os.environ.items() if not key.startswith("ASHLAR_")}
    return subprocess.run(
        [*(AS_AN_ORDINARY_USER if ordinary else []), ASHLAR, *map(str, arguments)], timeout=60, text=True,
        stderr=subprocess.PIPE, env={**base, "HOME": "/nonexistent", **(environment or {})}, errors="replace",
        **streams)


def assert_explained(result, code, *parts):
    assert result.returncode == code, result.stderr
    assert result.stderr.count("error:") == 1, result.stderr
    for part in parts:
        assert part in result.stderr, result.stderr
    for never in ("fault of ashlar", "filesystem error", "basic_string", "what()", "terminate"):
        assert never not in result.stderr.lower()


@pytest.fixture(scope="module")
def asking(server):
    """Options that lead to a server on which `edges` has been declared."""
    token = server.data / "admin-token"
    contract = server.contract()
    answer = contract.call("deployRedis", 202, json=deploy_body(spec("edges"))).json()
    wait_final(contract, answer["correlationId"])
    return ["--server", server.url, "--token-file", token]


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """What a path may lead to, by name; `pipe` is written to by somebody else."""
    made = {name: tmp_path / name for name in (
        "missing", "directory", "unreadable", "in a closed folder", "empty", "latin1", "nul", "huge", "loop")}
    made["below a file"] = tmp_path / "empty" / "x"
    made["directory"].mkdir()
    made["unreadable"].write_text("kind: redis\n")
    made["unreadable"].chmod(0)
    closed = tmp_path / "closed"
    closed.mkdir()
    made["in a closed folder"] = closed / "file"
    made["in a closed folder"].write_text("x\n")
    closed.chmod(0)
    made["empty"].write_text("")
    made["latin1"].write_bytes("name: caf\u00e9 \u00a3\n".encode("latin-1"))
    made["nul"].write_bytes(b"kind: \"re\0dis\"\n")
    with made["huge"].open("wb") as file:
        file.write(b"x")
        file.truncate(1 << 30)
    made["loop"].symlink_to(made["loop"])
    yield made
    closed.chmod(0o700)


# What the system says of each; the words are the same for every option.
REASONS = {"missing": "No such file or directory", "below a file": "Not a directory", "directory": "Is a directory",
           "unreadable": "Permission denied", "in a closed folder": "Permission denied",
           "loop": "Too many levels of symbolic links", "huge": "the most that are taken"}
# What makes each no specification, password or token.
CONTENTS = {"spec": {"empty": "holds no spec", "latin1": "not UTF-8", "nul": "control character"},
            "password": {"empty": "is empty", "nul": "control character", "latin1": "not UTF-8"},
            "token": {"empty": "is empty", "nul": "visible ASCII", "latin1": "visible ASCII"}}


def tokens_of(*command):
    return [*command, "--server", "http://127.0.0.1:1", "--token-file"]



# (arguments before the file, what the file is read as, exit code where nothing is there, otherwise)
FILE_OPTIONS = {
    ("plan", "--file"): (["plan", "-f"], "spec", NOT_FOUND, BAD_INPUT),
    ("apply", "--file"): (["apply", "--yes", "-f"], "spec", NOT_FOUND, BAD_INPUT),
    ("rotate", "--password-file"): (["rotate", "edges", "--passwords", "--yes", "--password-file"], "password",
                                    NOT_FOUND, BAD_INPUT),
    ("serve", "--digitalocean-token-file"): (
        ["serve", "--data", "/nonexistent/data", "--digitalocean-token-file"], "token", NOT_FOUND, BAD_INPUT),
    **{(command, "--token-file"): (tokens_of(command, *words), "token", NO_TOKEN, NO_TOKEN)
       for command, words in {
           "delete": ["x"], "upgrade": ["x", "--master", "y"], "downgrade": ["x", "--master", "y"], "stop": ["x"], "start": ["x"],
           "switchover": ["x"], "rotate": ["x", "--certificates"], "heal": ["x"], "kinds": [], "get": [], "describe": ["x"],
           "drift": ["x"], "orphans": [], "credentials": ["x"], "operations": [], "watch": ["x"], "retry": ["x"],
           "cancel": ["x"], "tokens": [], "create-token": ["x", "--permission", "*"], "revoke": ["x"]}.items()},
}
# These have tests of their own below.
ELSEWHERE = {("plan", "--token-file"), ("apply", "--token-file"), ("doctor", "--token-file"),
             ("version", "--token-file"), ("serve", "--data"), ("serve", "--node-program"), ("serve", "--digitalocean-ca"),
             ("serve", "--packages-ca")}


@pytest.mark.parametrize("command, option", FILE_OPTIONS)
def test_files_that_cannot_be_read_are_explained(files, command, option):
    before, kind, absent, otherwise = FILE_OPTIONS[command, option]
    for name, reason in {**REASONS, **CONTENTS[kind]}.items():
        code = absent if name in ("missing", "below a file") else otherwise
        result = ashlar([*before, files[name]], ordinary=True)
        where = files[name].name if name in CONTENTS[kind] else str(files[name])
        assert_explained(result, code, reason, where)


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_tokens_of_commands_that_read_a_specification_first(files, tmp_path, command):
    sound = tmp_path / "sound.yaml"
    sound.write_text(SPEC)
    for name, reason in {**REASONS, **CONTENTS["token"]}.items():
        result = ashlar(tokens_of(command, "-f", sound) + [files[name]], ordinary=True)
        assert_explained(result, NO_TOKEN, reason)


@pytest.mark.parametrize("command", ["doctor", "version"])
def test_commands_that_need_no_token_go_on_without(files, command):
    for name in files:
        result = ashlar(tokens_of(command) + [files[name]], ordinary=True)
        assert "fault of ashlar" not in result.stderr.lower() and result.stdout
        assert result.returncode in ((0, 1) if command == "doctor" else (0,)), result.stderr


def test_passwords_beside_a_specification(asking, files, tmp_path):
    """Which fields hold secrets, the server says."""
    for name, reason in {**REASONS, **CONTENTS["password"]}.items():
        declared = tmp_path / "declared.yaml"
        declared.write_text(SPEC + f"systemPassword: {{file: '{files[name]}'}}\n")
        result = ashlar(["plan", "-f", declared, *asking], ordinary=True)
        assert_explained(result, BAD_INPUT, "declared.yaml:6: systemPassword.file", reason)


def test_pipes_are_files_too(asking, tmp_path, server):
    """As `ashlar plan -f <(sops -d spec.yaml)` and `--token-file <(pass ashlar)` have it."""
    def feed(path, text):
        os.mkfifo(path)
        threading.Thread(target=path.write_text, args=(text,), daemon=True).start()
        return path
    declared = feed(tmp_path / "spec", SPEC)
    token = feed(tmp_path / "token", server.token() + "\n")
    result = ashlar(["plan", "-f", declared, "--server", server.url, "--token-file", token])
    assert result.returncode == 0, result.stderr
    with subprocess.Popen(["printf", "%s", SPEC], stdout=subprocess.PIPE) as writer:
        result = ashlar(["plan", "-f", "-", *asking], stdin=writer.stdout)
    assert result.returncode == 0, result.stderr


@pytest.fixture
def provider_token(tmp_path):
    file = tmp_path / "provider-token"
    file.write_text("dop_v1_x\n")
    return ["--digitalocean-token-file", file]


@pytest.mark.parametrize("name", ["below a file", "unreadable", "in a closed folder", "empty", "loop"])
def test_data_directories_that_serve_cannot_use(files, provider_token, name):
    result = ashlar(["serve", "--listen", "127.0.0.1:0", *provider_token, "--data", files[name]],
                 ordinary=True)
    absent = name in ("below a file", "empty", "unreadable")
    assert_explained(result, NOT_FOUND if absent else BAD_INPUT, str(files[name]))


@pytest.mark.parametrize("name", ["missing", "below a file", "directory", "unreadable", "in a closed folder", "loop"])
def test_node_programs_that_serve_cannot_use(files, provider_token, name):
    result = ashlar(["serve", "--data", files["directory"], *provider_token, "--node-program", files[name]],
                 ordinary=True)
    assert_explained(result, NOT_FOUND, str(files[name]))


def test_every_option_is_in_the_tables():
    text = ashlar(["--help"]).stdout
    commands = re.findall(r"^  ([a-z-]+) ", text.split("Subcommands:")[1], re.M)
    assert len(commands) > 20
    found = set()
    for command in commands:
        for option in re.findall(r"(--[a-z-]+) (?:FILE|DIRECTORY)\b", ashlar([command, "--help"]).stdout):
            found.add((command, option))
    assert found == set(FILE_OPTIONS) | ELSEWHERE


# --- streams -------------------------------------------------------------------------------------

# An operation that failed (8) and drift that was found (11) are worth more than the output that was lost.
LOST = (OUTPUT_LOST, 8, 11)
PRINTING = [["--help"], ["version"], ["kinds"], ["get"], ["get", "redis"], ["describe", "edges", "--stored"], ["drift", "edges", "--stored"],
            ["credentials", "edges"], ["credentials", "edges", "--get", "password"], ["credentials", "edges", "--connect"],
            ["orphans"], ["operations"], ["watch", "edges"], ["tokens"], ["create-token", "lost", "--permission", "servers:read"],
            ["plan", "-f", "SPEC"], ["apply", "-f", "SPEC", "--yes", "--no-wait"]]


def printing(words, asking, tmp_path):
    """Each time with another cluster: one that is under way would be refused."""
    declared = tmp_path / "spec.yaml"
    declared.write_text(SPEC.replace("edges", f"edges-{uuid.uuid4().hex[:8]}"))
    words = [declared if word == "SPEC" else word for word in words]
    return words if words == ["--help"] else [*words, *asking]


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_full_disk_is_no_success(asking, tmp_path, words, form):
    more = [] if words == ["--help"] else ["-o", form]
    with open("/dev/full", "w") as full:
        result = ashlar([*printing(words, asking, tmp_path), *more], stdout=full)
    assert result.returncode in LOST, result.stderr
    assert "cannot write to standard output: No space left on device" in result.stderr
    command = [ASHLAR, *printing(words, asking, tmp_path), *more]
    with subprocess.Popen(["sh", "-c", 'exec "$0" "$@" >&-', *map(str, command)], text=True,
                          stderr=subprocess.PIPE) as closed:
        errors = closed.communicate(timeout=60)[1]
    assert closed.returncode in LOST, errors
    assert "cannot write to standard output: Bad file descriptor" in errors


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_reader_that_has_gone_is_not_complained_about(asking, tmp_path, words):
    reader, writer = os.pipe()
    os.close(reader)
    result = ashlar(printing(words, asking, tmp_path), stdout=writer)
    os.close(writer)
    assert result.returncode in LOST, result.stderr
    assert "standard output" not in result.stderr


def test_closed_input_is_said(asking, tmp_path):
    declared = tmp_path / "spec.yaml"
    declared.write_text(SPEC.replace("edges", "unasked"))
    command = [ASHLAR, "plan", "-f", "-", *map(str, asking)]
    result = subprocess.run(["sh", "-c", 'exec "$0" "$@" <&-', *command], text=True, capture_output=True, timeout=60)
    assert_explained(result, BAD_INPUT, "cannot read standard input: Bad file descriptor")
    command = [ASHLAR, "apply", "-f", declared, *map(str, asking)]
    result = subprocess.run(["sh", "-c", 'exec "$0" "$@" <&-', *command], text=True, capture_output=True, timeout=60)
    assert_explained(result, BAD_INPUT, "there is no terminal to ask on")


def test_nothing_meant_for_people_gets_into_the_database(new_server):
    """A program started with closed streams gives their numbers to the first files that it opens."""
    new_server.start_silently()
    new_server.contract().call("getMe", 200)
    new_server.stop()
    for file in filter(Path.is_file, new_server.data.rglob("*")):
        assert b"answers at" not in file.read_bytes(), file
    with sqlite3.connect(next(new_server.data.glob("*.db"))) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- environments --------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_homes_that_hold_no_settings(files, asking, variable):
    """Under sudo and cron HOME is somebody else's, or nobody's."""
    for name in ("missing", "below a file", "directory", "unreadable", "in a closed folder", "empty", "loop"):
        result = ashlar(["get", "--server", asking[1], "--token-file", asking[3]], {variable: str(files[name])}, ordinary=True)
        assert result.returncode == 0, (name, result.stderr)
        # Nothing says where a token is but the default.
        result = ashlar(["get", "--server", asking[1]], {variable: str(files[name])}, ordinary=True)
        assert_explained(result, NO_TOKEN, "/var/lib/ashlar/admin-token")


@pytest.mark.parametrize("text, part", [
    ("server: [", "config.yaml"), ("- a\n", "is not a mapping"), ("server: 3\n", "config.yaml:1: server"),
    ("tokens: x\n", "config.yaml:1: tokens"), ("server: nonsense\n", '"nonsense" is not a URL'),
    (b"server: \xff\n", "not UTF-8"), ("x" * 70000, "the most that are taken")])
def test_settings_that_cannot_be_understood(tmp_path, text, part):
    file = tmp_path / "ashlar/config.yaml"
    file.parent.mkdir()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert_explained(ashlar(["get"], {"XDG_CONFIG_HOME": str(tmp_path)}), BAD_INPUT, part)


def test_settings_that_may_not_be_read(tmp_path):
    file = tmp_path / "ashlar/config.yaml"
    file.parent.mkdir()
    file.write_text("server: http://127.0.0.1:1\n")
    file.chmod(0)
    result = ashlar(["get"], {"XDG_CONFIG_HOME": str(tmp_path)}, ordinary=True)
    assert_explained(result, BAD_INPUT, str(file), "Permission denied")


@pytest.mark.parametrize("variables, code, part", [
    ({"ASHLAR_SERVER": "nonsense"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "ftp://host"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://a b"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://host\n"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://[::1"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://127.0.0.1:99999"}, BAD_INPUT, "is not a URL"),
    ({"ASHLAR_SERVER": "http://127.0.0.1:1"}, 7, "127.0.0.1"),
    ({"ASHLAR_TOKEN_FILE": "/"}, NO_TOKEN, "Is a directory"),
    ({"ASHLAR_TOKEN_FILE": "/nonexistent/token"}, NO_TOKEN, "/nonexistent/token"),
])
def test_addresses_and_tokens_from_the_environment(variables, code, part, tmp_path):
    token = tmp_path / "token"
    token.write_text("a-token\n")
    assert_explained(ashlar(["get"], {"ASHLAR_TOKEN_FILE": str(token), **variables}), code, part)


@pytest.mark.parametrize("variables", [
    {"COLUMNS": "0"}, {"COLUMNS": "-1"}, {"COLUMNS": "wide"}, {"LINES": "x"}, {"TERM": ""}, {"TERM": "nonsense"},
    {"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"LANG": "xx_XX"}, {"LC_ALL": "\udcff"}, {"PATH": ""}, {"TZ": "Nowhere"},
    {"ASHLAR_SERVER": ""}, {"ASHLAR_TOKEN_FILE": ""}, {"HOME": ""}, {"XDG_CONFIG_HOME": ""},
])
def test_what_the_environment_says_besides_changes_nothing(asking, variables):
    usual = ashlar(["get", *asking])
    result = ashlar(["get", *asking], variables)
    assert (result.returncode, result.stdout, result.stderr) == (0, usual.stdout, "")


@pytest.mark.parametrize("variables, part", [
    ({"ASHLAR_LISTEN": "nonsense"}, "nonsense"), ({"ASHLAR_WORKERS": "0"}, "--workers"),
    ({"ASHLAR_WORKERS": "many"}, "--workers"), ({"ASHLAR_LOG_LEVEL": "loud"}, "--log-level"),
    ({"ASHLAR_BOOT_LIMIT": "-1"}, "--boot-limit"), ({"ASHLAR_OBSERVE_INTERVAL": "often"}, "--observe-interval"),
    ({"ASHLAR_DATA": "/dev/null/data"}, "/dev/null/data"), ({"ASHLAR_NODE_PROGRAM": "/"}, "ashlar-node"),
    ({"ASHLAR_DIGITALOCEAN_TOKEN_FILE": "/"}, "Is a directory"),
    ({"ASHLAR_DIGITALOCEAN_URL": "nonsense"}, "nonsense"),
    ({"ASHLAR_CRASH_AFTER_TRANSITIONS": "soon"}, "ASHLAR_CRASH_AFTER_TRANSITIONS"),
])
def test_what_serve_reads_from_the_environment(tmp_path, variables, part):
    token = tmp_path / "token"
    token.write_text("dop_v1_x\n")
    result = ashlar(["serve"], {"ASHLAR_LISTEN": "127.0.0.1:0", "ASHLAR_DATA": str(tmp_path / "data"),
                             "ASHLAR_DIGITALOCEAN_TOKEN_FILE": str(token), **variables})
    assert result.returncode in (BAD_INPUT, NOT_FOUND, 7), result.stderr
    assert part in result.stderr and "fault of ashlar" not in result.stderr.lower()
