#!/usr/bin/env python3
"""The benchmark: ratios against a floor and against peers, all in one run.

Prints a table and writes JSON. Parts can be named: bench/run.py files engine
"""

import argparse
import importlib
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/e2e")]
import harness  # noqa: E402

PARTS = ["redis_cluster", "files", "engine", "server"]


def show(rows):
    print(f"\n{'what':<32} {'who':<29} {'measured':>11} {'ratio':>6}")
    for row in rows:
        if "seconds" in row:
            measured = f"{row['seconds']:.2f} s" if row["seconds"] >= 1 else f"{row['seconds'] * 1e3:.1f} ms"
        else:
            measured = f"{row['value']:.4g} {row['unit']}"
        ratio = f"{row['ratio']:.2f}" if row.get("ratio") else ""
        aim = f"  aim {row['aim']}" if row.get("aim") else ""
        print(f"{row['what']:<32} {row['who'][:29]:<29} {measured:>11} {ratio:>6}{aim}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="default: all")
    parser.add_argument("--json", type=pathlib.Path, default=harness.BUILD / "bench.json")
    arguments = parser.parse_args()
    rows = []
    instance = harness.Instance("bench")
    started = time.monotonic()
    try:
        instance.start()
        for part in arguments.parts or PARTS:
            print(f"bench: {part} ...", file=sys.stderr, flush=True)
            rows += importlib.import_module(part).run(instance)
            show(rows)
    finally:
        instance.stop()
    arguments.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    print(f"\nThe whole run took {(time.monotonic() - started) / 60:.1f} minutes; "
          f"JSON in {arguments.json.name}.")


if __name__ == "__main__":
    main()
