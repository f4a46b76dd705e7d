"""What the engine costs a step: stored transitions a second beside the bare SQLite commit rate."""

import json
import subprocess

import harness


def rate(benchmark):
    return benchmark.get("items_per_second") or 1e9 / benchmark["real_time"]


def run(_instance):
    results = []
    for room in ("store", "engine"):
        program = harness.BUILD / f"src/{room}_bench"
        printed = subprocess.run([program, "--benchmark_format=json", "--benchmark_min_time=0.5"],
                                 capture_output=True, text=True, check=True).stdout
        measured = json.loads(printed)["benchmarks"]
        bare = next((rate(b) for b in measured if "Bare" in b["name"]), None)
        for benchmark in measured:
            results.append({"what": f"{room}: a second", "who": benchmark["name"],
                            "value": rate(benchmark), "unit": "1/s",
                            "ratio": rate(benchmark) / bare if bare else None})
    return results
