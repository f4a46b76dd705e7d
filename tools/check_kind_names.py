#!/usr/bin/env python3
"""Fails when a file outside a kind's own places names the kind: a kind is a folder, and the house knows none by name.

    git ls-files | tools/check_kind_names.py .

The kinds are the folders of src/kinds and web/src/kinds that are not shared. Where a kind may be named is said below, as are
the places that still do and should not, each with its reason; one that no longer does is a fault, too, so that the list only
shrinks.
"""

import pathlib
import re
import sys

# Folders beside the kinds that are of no kind.
SHARED = {"fleet", "cluster"}

# Where kinds are named on purpose.
ALLOWED = [
    r"src/kinds/(?P<kind>\w+)/.*",  # each its own
    r"web/src/kinds/(?P<kind>\w+)/.*",
    r"web/src/kinds/kinds\.ts",  # the console's list of them
    r"src/main/serve\.cpp",  # the program's
    r"src/(main/)?CMakeLists\.txt",  # the rooms, and what the program is linked from
    r"api/openapi\.yaml",  # put together from their parts
    r"web/src/api/schema\.ts",  # generated from that
    r"(examples|tests|docs|bench|packaging)/.*",
    r"(README|CHANGELOG|CONTRIBUTING)\.md",
    # Tests beside the code use whichever kind is at hand.
    r"(src|pocketcloud|web|tools)/.*(_test|_bench|_fuzz)\.\w+",
    r"(src|pocketcloud|web)/.*/?(testing|testdata|golden|fuzz)/.*",
    r"src/(api/test_world|cli/peer)\.hpp",
    r"web/.*\.test\.tsx?",
    r"web/src/testing/.*",
]

# What names a kind and should not, by file: why it does still.
OWED = {
    "CMakeLists.txt": "tests/sim is linked with the kinds that it has models of",
    "pocketcloud/image_recipe.hpp": "packages that machines of the pocket cloud find at hand",
    "tools/check_packages.py": "a Python module and a program that tests and benchmarks use",
    "tools/check_kind_names.py": "says how names are found, and lists files by their path",
    "tools/record_terminal.py": "the recording in the README is of one example",
}


def kinds_of(root):
    """The names of the kinds that there are."""
    folders = [*root.glob("src/kinds/*/"), *root.glob("web/src/kinds/*/")]
    return sorted({folder.name for folder in folders if folder.is_dir()} - SHARED)


def pattern_of(kind):
    """The kind's name as a word or a part of one: redis, Redis, ashlar_redis, RedisEndpoint, REDISCLI; not redistribute."""
    return re.compile(rf"(?<![a-z]){kind}(?![a-z])|(?<![A-Za-z]){kind.capitalize()}(?![a-z])"
                      rf"|(?<=[a-z]){kind.capitalize()}(?![a-z])|{kind.upper()}")


def names_of(text, kinds):
    """Every (line number, kind) where the text names one."""
    patterns = [(kind, pattern_of(kind)) for kind in kinds]
    return [(number, kind) for number, line in enumerate(text.splitlines(), 1)
            for kind, pattern in patterns if pattern.search(line)]


def may_name(path, kind):
    """Whether the file may name the kind: its own, or one that may name any."""
    found = (re.fullmatch(rule, path) for rule in ALLOWED)
    return any(match and match.groupdict().get("kind", kind) == kind for match in found)


def faults_in(files, kinds, owed):
    """What is wrong. `files`: text by path, below the root."""
    faults, named = [], set()
    for path, text in files.items():
        places = [(number, kind) for number, kind in names_of(text, kinds) if not may_name(path, kind)]
        places += [(0, kind) for _, kind in names_of(path, kinds) if not may_name(path, kind)]
        if places and path in owed:
            named.add(path)
        elif places:
            faults += [f"{path}:{number}: names the kind {kind}" for number, kind in places]
    return faults + [f"{path} names no kind any more: take it off the list in tools/check_kind_names.py"
                     for path in owed if path not in named]


def files_of(root, paths):
    """The text of those of the files that are text."""
    files = {}
    for path in paths:
        try:
            files[path] = (root / path).read_text()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return files


def main(root, paths):
    kinds = kinds_of(root)
    faults = faults_in(files_of(root, paths), kinds, OWED)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"no file outside its places names {' or '.join(kinds)}, but for {len(OWED)} that are owed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.stdin.read().splitlines()))
