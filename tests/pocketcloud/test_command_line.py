"""What the program says, and with which exit code it ends, when it is asked for what cannot be."""

import subprocess

import pytest

import cloud


def run(*arguments, **streams):
    return subprocess.run([str(cloud.PROGRAM), *map(str, arguments)], text=True, stderr=subprocess.PIPE, timeout=60,
                          **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams})


@pytest.mark.parametrize("arguments, code, part", [
    ([], 2, "subcommand"),
    (["frobnicate"], 2, "frobnicate"),
    (["serve"], 2, "--data"),
    (["serve", "--data", "DATA", "--hourly-limit", "many"], 2, "--hourly-limit"),
    (["serve", "--data", "DATA", "--name", "No"], 2, "--name: 'No'"),
    (["serve", "--data", "DATA", "--vpc-pool", "10.0.0.0/30"], 2, "--vpc-pool"),
    (["serve", "--data", "DATA", "--layer", "/nowhere"], 2, "--layer: '/nowhere' is no folder"),
    (["serve", "--data", "FILE"], 5, "Not a directory"),
    (["serve", "--data", "FILE/below"], 5, "Not a directory"),
    (["serve", "--data", "/proc/pocketcloud"], 5, "/proc/pocketcloud"),
    (["serve", "--data", "BROKEN"], 2, "instance.json: not valid JSON"),
    (["serve", "--data", "OTHER"], 6, "does not describe an instance"),
    (["down", "--data", "BROKEN"], 2, "instance.json: not valid JSON"),
])
def test_mistakes_are_said_plainly(tmp_path, arguments, code, part):
    (tmp_path / "FILE").write_text("")
    for name, text in {"BROKEN": "{", "OTHER": "{}"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "instance.json").write_text(text)
    arguments = [tmp_path / word if word.split("/")[0] in ("DATA", "FILE", "BROKEN", "OTHER") else word
                 for word in arguments]
    result = run(*arguments)
    assert result.returncode == code and part in result.stderr, (result.returncode, result.stderr)
    assert "filesystem error" not in result.stderr and "json.exception" not in result.stderr


def test_output_that_is_lost_is_no_success():
    with open("/dev/full", "w") as full:
        result = run("--help", stdout=full)
    assert (result.returncode, result.stderr) == (
        12, "pocketcloud: cannot write to standard output: No space left on device\n")
    closed = subprocess.run(["sh", "-c", '"$0" --help >&-', str(cloud.PROGRAM)], text=True, capture_output=True)
    assert closed.returncode == 12, closed
