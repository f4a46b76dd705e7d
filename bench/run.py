#!/usr/bin/env python3
"""The benchmark: medians and ratios against a floor and against peers, all in one run, as root.

Prints a table and writes JSON. Parts can be named: ./x bench files engine
What is compared, and what makes it fair: docs/guides/benchmarks.md
"""

import argparse
import importlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/e2e")]
import harness  # noqa: E402
import table  # noqa: E402

PARTS = ["boot", "redis_cluster", "day_two", "kafka_cluster", "kafka_changes", "files", "engine", "planning", "server"]

# More machines in minutes than DigitalOcean would allow. Waiting for the quota would be measured
# instead of the work, on all sides.
CLOUD_OPTIONS = ("--minute-limit", 100_000, "--hourly-limit", 1_000_000)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./x bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART",
                        help=f"of {', '.join(PARTS)}; all of them without")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        default=harness.BUILD / "bench.json")
    chosen = parser.parse_args(arguments)
    for part in chosen.parts:
        if part not in PARTS:
            parser.error(f"there is no part '{part}'; there are {', '.join(PARTS)}")
    return chosen


def environment():
    """Where this was measured: without it, no figure means anything."""
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    revision = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"],
                              capture_output=True, text=True).stdout.strip()
    return {"cores": os.cpu_count(), "processor": model, "kernel": platform.release(),
            "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "revision": revision or "unknown",
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def main(arguments=None):
    chosen = parse(arguments)
    harness.end_on_sigterm()
    rows, where = [], environment()
    where["loadBefore"] = os.getloadavg()[0]
    started = time.monotonic()
    parts = {part: importlib.import_module(part) for part in chosen.parts or PARTS}
    layers = {layer for module in parts.values() for layer in getattr(module, "LAYERS", ())}
    instance = harness.Instance("bench", (*CLOUD_OPTIONS, *harness.layer_options(sorted(layers))))
    try:
        instance.start()
        for part, module in parts.items():
            print(f"bench: {part} ...", file=sys.stderr, flush=True)
            measured = module.run(instance)
            rows += measured
            print(table.render(measured), flush=True)
    finally:
        instance.stop()
    where["minutes"] = (time.monotonic() - started) / 60
    chosen.json.write_text(json.dumps({"environment": where, "rows": rows}, indent=2) + "\n")
    missed = [row for row in rows if row["met"] is False]
    print(f"\n{where['cores']} cores ({where['processor']}), load {where['loadBefore']:.1f} before, "
          f"{where['minutes']:.1f} minutes;\nmedians, with the smallest and the largest sample; "
          f"JSON in {chosen.json.name}.")
    for row in missed:
        print(f"Aim missed: {row['what']}, {row['who']}: {row[row['aim']['of']]:.3g}, "
              f"not <= {row['aim']['most']:g}.")


if __name__ == "__main__":
    main()
