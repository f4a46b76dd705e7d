"""./x doctor says what is missing, and changes nothing."""

import pathlib
import re
import subprocess

from cloud import PROGRAM, ROOT


def doctor(*arguments):
    return subprocess.run([ROOT / "x", "doctor", *arguments], capture_output=True, text=True, timeout=120)


def limit(name):
    return (pathlib.Path("/proc/sys") / name.replace(".", "/")).read_text()


def test_help_names_it():
    shown = subprocess.run([ROOT / "x", "help"], capture_output=True, text=True, check=True).stdout
    assert "./x doctor" in shown


def test_it_looks_at_packages_and_limits():
    before = limit("fs.inotify.max_user_instances")
    said = doctor("--machines", "50")
    text = said.stdout + said.stderr
    assert "packages for ./x build" in text and "has systemd-nspawn" in text
    assert "Limits of this host, for 50 more machines" in text
    assert re.search(r"fs\.inotify\.max_user_instances is \d+, \d+ in use: room for \d+ more machines? \(\d each\)", text)
    assert re.search(r"Room for \d+ more machines? in all; what ends it: ", text)
    bad = "✗" in text or "MISSING" in text or "TOO LOW" in text
    assert (said.returncode != 0) == bad, text
    assert limit("fs.inotify.max_user_instances") == before, "doctor only looks"


def test_a_number_of_machines_that_no_host_has_room_for():
    said = doctor("--machines", "100000")
    assert said.returncode != 0
    assert re.search(r"TOO LOW  ports of a bridge is 1024: .*; it cannot be raised", said.stdout)


def test_what_is_no_number_is_said():
    said = subprocess.run([PROGRAM, "doctor", "--machines", "many"], capture_output=True, text=True, timeout=60)
    assert said.returncode != 0 and "--machines" in said.stderr
