#!/usr/bin/env python3
"""Runs clang-tidy on the product's C++ files that are not known to be clean, within a bounded time.

A file is known to be clean when neither it, nor the project headers it reaches, nor the
configuration changed since clang-tidy last passed it. What the time did not suffice for is named
and left for the next run, or for --all, which has no bound. Tests are left to the compiler's
warnings: their macros cost more time than all of the product."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

TIDY = "clang-tidy-19"
MOST_NAMED = 5  # of the files that were not reached
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def reached(root, file, seen=None):
    """The file and every project header it includes, directly or not."""
    seen = set() if seen is None else seen
    if file in seen:
        return seen
    seen.add(file)
    for name in INCLUDE.findall(file.read_text(errors="replace")):
        for candidate in (file.parent / name, root / "src" / name, root / name):
            if candidate.is_file():
                reached(root, candidate.resolve(), seen)
                break
    return seen


def fingerprint(root, file):
    digest = hashlib.sha256((root / ".clang-tidy").read_bytes())
    for part in sorted(reached(root, file)):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def changed_files(root):
    """What differs from main, so that it is looked at first."""
    output = subprocess.run(["git", "-C", root, "diff", "--name-only", "main", "--"],
                            capture_output=True, text=True, check=False).stdout
    return {(root / line).resolve() for line in output.splitlines()}


def tidy(database, file):
    done = subprocess.run([TIDY, "-p", database, "--quiet", file], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout.strip() or (done.stderr if done.returncode else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--all", action="store_true", help="no time limit, remembers nothing")
    parser.add_argument("--seconds", type=float,
                        default=float(os.environ.get("ASHLAR_TIDY_SECONDS", "300")))
    options = parser.parse_args()
    root = options.root.resolve()
    build = root / "build"
    database = build / "tidy"
    commands = json.loads((database / "compile_commands.json").read_text())
    files = sorted({pathlib.Path(entry["file"]).resolve() for entry in commands})
    files = [file for file in files if root in file.parents and build not in file.parents
             and not file.stem.endswith(("_test", "_bench"))]

    known_clean = build / "tidy-clean"
    known_clean.mkdir(exist_ok=True)
    prints = {file: fingerprint(root, file) for file in files}
    todo = [file for file in files if options.all or not (known_clean / prints[file]).exists()]
    changed = changed_files(root)
    todo.sort(key=lambda file: (file not in changed, file))

    return report(root, database, files, todo, prints, known_clean, options)


def report(root, database, files, todo, prints, known_clean, options):
    stop_at = time.monotonic() + options.seconds
    failed, left, done = [], [], 0

    def work(file):
        if not options.all and time.monotonic() > stop_at:
            return file, None, ""
        return file, *tidy(database, file)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, status, output in pool.map(work, todo):
            name = file.relative_to(root).as_posix()
            if status is None:
                left.append(name)
                continue
            done += 1
            if status == 0:
                (known_clean / prints[file]).touch()
            else:
                failed.append(name)
                print(f"\n{name}:\n{output}", flush=True)
    clean = len(files) - len(failed) - len(left)
    print(f"clang-tidy: {len(files)} files: {clean} clean ({clean - (done - len(failed))} unchanged "
          f"since), {len(failed)} with findings, {len(left)} not reached in {options.seconds:.0f} s")
    if left:
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        print("not reached (run './x check' again, or './x check --all'): "
              + " ".join(left[:MOST_NAMED]) + more)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
