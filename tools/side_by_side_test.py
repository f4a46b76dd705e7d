"""How ./x test runs parts beside each other: tools/x/side_by_side.sh, with parts that are made up."""

import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

TOOLS = pathlib.Path(__file__).resolve().parent / "x"
PRELUDE = f"""
set -euo pipefail
root=$PWD
source {TOOLS}/common.sh
source {TOOLS}/side_by_side.sh
# Waits for the file, and fails if it does not come.
meet() {{ for _ in $(seq 100); do [[ ! -e $1 ]] || return 0; sleep 0.05; done; return 1; }}
"""


def script(tmp_path, text, **options):
    environment = {**os.environ, "ASHLAR_MACHINE_PARTS": "2", **options.pop("environment", {})}
    # Whoever runs tests in the background may ignore interruptions, and bash keeps what it was begun with.
    return subprocess.Popen(["bash", "-c", PRELUDE + text], cwd=tmp_path, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **options)


def said(process):
    output, _ = process.communicate(timeout=60)
    return output


def test_parts_of_a_lane_run_at_once_up_to_its_limit(tmp_path):
    # `one` and `two` only pass if both run; `three` must not have begun while they did.
    output = said(script(tmp_path, """
      one() { touch one; meet two && [[ ! -e three ]]; }
      two() { touch two; meet one && [[ ! -e three ]]; }
      three() { touch three; }
      for each in one two three; do queued machines "$each" "$each"; done
      run_queued && echo all passed
    """))
    assert "all passed" in output, output


def test_lanes_do_not_wait_for_each_other(tmp_path):
    output = said(script(tmp_path, """
      one() { meet compute; }
      two() { meet compute; }
      compute() { touch compute; }
      queued machines one one; queued machines two two; queued processor compute compute
      run_queued && echo all passed
    """))
    assert "all passed" in output, output


def test_what_parts_say_is_not_mixed_and_one_that_fails_is_told(tmp_path):
    output = said(script(tmp_path, """
      talk() { for _ in 1 2 3; do echo "$1 speaks" ; sleep 0.05; done; [[ $1 != "b c" ]]; }
      queued machines a talk a; queued machines 'b and c' talk 'b c'
      run_queued || echo some failed
      parts_table || echo the table failed
    """))
    assert re.search(r"== a\n(a speaks\n){3}", output), output
    assert re.search(r"== b and c\n(b c speaks\n){3}", output), output
    assert "some failed" in output and "the table failed" in output
    assert re.search(r"^b and c .* %  FAILED$", output, re.MULTILINE), output


def test_the_table_adds_up_shares_and_tells_how_long_one_waited(tmp_path):
    output = said(script(tmp_path, """
      first_part_began=0 SECONDS=90
      part_ended quick 30 0; part_ended slow 90 0
      parts_table
    """))
    rows = dict(re.findall(r"^(\S[^\n]*?) {2,}(.*?) *$", output, re.MULTILINE))
    assert rows["quick"].split() == "0 min 30 s 25 % passed".split()
    assert rows["slow"].split() == "1 min 30 s 75 % passed".split()
    assert rows["all parts, added up"].split() == "2 min 00 s 100 %".split()
    assert rows["from the beginning to the end"].split()[:4] == "1 min 30 s".split()


def test_what_failed_beside_others_runs_once_more_alone_and_is_named(tmp_path):
    # `shy` fails while `other` runs; `broken` always does. What computes is not repeated.
    output = said(script(tmp_path, """
      other() { touch busy; meet met; rm busy; }
      shy() { echo tried >>shy.runs; [[ -e met ]] && return; meet busy; touch met; return 1; }
      broken() { echo tried >>broken.runs; return 1; }
      compute() { echo tried >>compute.runs; return 1; }
      queued machines other other; queued machines shy shy; queued machines broken broken
      queued processor compute compute
      run_queued || echo some failed
      parts_table || echo the table failed
      wc -l *.runs
    """))
    results = dict(re.findall(r"^(\w+) .* %  (\w+)$", output, re.MULTILINE))
    assert results == {"other": "passed", "shy": "passed", "broken": "FAILED", "compute": "FAILED"}, output
    assert re.search(r"passed alone .*:\n  - shy\n", output), output
    for name, count in (("shy", 2), ("broken", 2), ("compute", 1)):
        assert f"{count} {name}.runs" in output, output


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_whoever_ends_the_run_ends_its_parts_and_they_may_clean_up(tmp_path, how):
    process = script(tmp_path, """
      program="trap 'sleep 0.5; touch cleaned; exit 1' TERM; touch began; sleep 60 & wait"
      machine() { bash -c "$program" | (trap '' INT TERM && exec tee log); }
      queued machines machine machine
      run_queued
    """, start_new_session=True)
    deadline = time.monotonic() + 20
    while not (tmp_path / "began").exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(how)
    output = said(process)
    assert process.returncode == 130 and "Interrupted" in output
    assert (tmp_path / "cleaned").exists()
