"""Planning where nothing has to change, over more and more nodes; and a look at 10,000 machines.

Beside it, where a terraform binary is present, what `terraform plan` takes over as many of its
built-in terraform_data resources. The two do different work (Terraform starts a process and reads
its state; Ashlar's planner is called in one), so the slope says more than the ratio.
"""

import json
import os
import shutil
import subprocess
import time

import harness
import table

NODES = (1_000, 10_000, 100_000)
TERRAFORM_RESOURCES = (1_000, 5_000)
TERRAFORM_ROUNDS = 3
SECONDS_FOR_100K, MEBIBYTES_FOR_100K, SECONDS_FOR_A_ROUND = 5, 1024, 10


def micro_benchmark(program, name):
    """The entries of one benchmark, by its argument; and the most memory of its process, in MiB."""
    with subprocess.Popen(
            [harness.BUILD / program, "--benchmark_format=json", f"--benchmark_filter=^{name}/"],
            stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{program} ended with {process.returncode}")
    found = {}
    for entry in json.loads(printed)["benchmarks"]:
        if entry["run_type"] == "iteration":
            if entry.get("error_occurred"):
                raise RuntimeError(f"{entry['name']}: {entry['error_message']}")
            found[int(entry["name"].split("/")[1])] = entry
    return found, usage.ru_maxrss / 1024


def run(instance):
    rows = planning() + observing()
    if shutil.which("terraform"):
        rows += terraform(instance.directory / "terraform")
    else:
        print("bench: there is no terraform binary, so it is not compared", flush=True)
    return rows


def planning():
    entries, mebibytes = micro_benchmark("src/redis_bench", "nothing_to_change")
    what = "a plan that finds nothing to do"
    rows = [table.row(what, f"ashlar, {nodes:,} nodes", [entries[nodes]["real_time"] / 1e3],
                      **({"aim": "value", "most": SECONDS_FOR_100K} if nodes == 100_000 else {}))
            for nodes in NODES]
    return rows + [table.row(what, f"  memory for {NODES[-1]:,} nodes", [mebibytes], unit="MiB",
                             aim="value", most=MEBIBYTES_FOR_100K)]


def observing():
    entry = micro_benchmark("sim_bench", "observer_round")[0][10_000]
    what = "a look at 10,000 simulated machines"
    return [table.row(what, "ashlar", [entry["real_time"] / 1e3], aim="value",
                      most=SECONDS_FOR_A_ROUND),
            table.row(what, "requests to the provider", [entry["requests/round"]], unit="")]


def terraform(directory):
    """`plan` after `apply`, so that it finds nothing to do, as above."""
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    rows = []
    for count in TERRAFORM_RESOURCES:
        folder = directory / str(count)
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(
            f'resource "terraform_data" "node" {{\n  count = {count}\n  input = count.index\n}}\n')
        call(folder, environment, "init", "-input=false")
        call(folder, environment, "apply", "-input=false", "-auto-approve")
        samples = [call(folder, environment, "plan", "-input=false", "-detailed-exitcode")
                   for _ in range(TERRAFORM_ROUNDS)]
        rows.append(table.row("a plan that finds nothing to do",
                              f"terraform, {count:,} terraform_data", samples))
    return rows


def call(folder, environment, *arguments):
    """Seconds; with -detailed-exitcode, anything but "no changes" is an error."""
    started = time.monotonic()
    done = subprocess.run(["terraform", *arguments, "-no-color"], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"terraform {arguments[0]} ended with {done.returncode}:\n"
                           f"{done.stdout[-1000:]}{done.stderr[-1000:]}")
    return time.monotonic() - started
