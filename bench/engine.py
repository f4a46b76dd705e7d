"""What the engine costs a step: stored transitions a second beside the bare SQLite commit rate.

All on the same disk with the same durability (WAL, synchronous=FULL). A step that does nothing has
three transitions (ready, running, done); a transition stores its event, too.
"""

import json
import subprocess

import harness
import table

WHAT = "stored changes a second"
BARE = "SQLite alone, one row a commit"
REPETITIONS = 3

# The micro-benchmarks' own names, and the counter of each.
CONTENDERS = {
    BARE: ("engine", "BareSqliteCommit", "commits/s"),
    "store, step and event a commit": ("store", "store_step_and_event/real_time/threads:1",
                                       "items_per_second"),
    "store, 16 threads": ("store", "store_step_and_event/real_time/threads:16", "items_per_second"),
    "engine, 256 steps at once": ("engine", "WidePlan/256", "transitions/s"),
    "engine, 64 steps in a chain": ("engine", "ChainPlan/64", "transitions/s"),
}


def samples(measured, name, counter):
    found = [entry[counter] for entry in measured
             if entry["run_type"] == "iteration" and entry["name"].startswith(name)]
    if not found:
        raise RuntimeError(f"no micro-benchmark is named {name}")
    return found


def run(_instance):
    measured = {}
    for room in ("store", "engine"):
        printed = subprocess.run(
            [harness.BUILD / f"src/{room}_bench", "--benchmark_format=json",
             f"--benchmark_repetitions={REPETITIONS}", "--benchmark_min_time=0.5"],
            capture_output=True, text=True, check=True).stdout
        measured[room] = json.loads(printed)["benchmarks"]
    found = {who: samples(measured[room], name, counter)
             for who, (room, name, counter) in CONTENDERS.items()}
    rows = [table.row(WHAT, who, values, unit="/s", against=BARE, base=found[BARE])
            for who, values in found.items()]
    chain = samples(measured["engine"], "ChainPlan/64", "ms/step")
    rows.append(table.row("engine overhead a step, in a chain", "ashlar",
                          [milliseconds / 1e3 for milliseconds in chain]))
    return rows
