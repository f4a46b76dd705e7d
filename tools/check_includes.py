#!/usr/bin/env python3
"""Holds every #include "..." against the table in docs/architecture.md: who may include whom.

A line `kinds/*: spec < plan < steps` orders the folders inside a room: each may include those before it.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
TABLE = re.compile(r"^```include-table\n(.*?)^```", re.DOTALL | re.MULTILINE)
SOURCE_FOLDERS = ("src", "pocketcloud")


class Table:
    """Rooms and what each may include. `kinds/*` speaks for every kind that has no line of its own."""

    def __init__(self, text):
        found = TABLE.search(text)
        if not found:
            raise ValueError("docs/architecture.md has no ```include-table block")
        self.allowed, self.parts = {}, {}
        for line in filter(None, map(str.strip, found.group(1).splitlines())):
            if ordered := re.fullmatch(r"(\S+):\s+(\w+(?:\s+<\s+\w+)+)", line):
                self.parts[ordered.group(1)] = re.split(r"\s+<\s+", ordered.group(2))
                continue
            parts = re.fullmatch(r"(\S+)\s+(->|<-)\s+(.+)", line)
            if not parts:
                raise ValueError(f"cannot read the include table's line: {line}")
            room, arrow, others = parts.groups()
            # `base <- everything` is for the reader: it gives base itself no rights.
            self.allowed[room] = set() if arrow == "<-" else set(others.split())

    def room_of(self, path):
        """The room a path below src/ (or pocketcloud/) belongs to, or None."""
        parts = path.split("/")
        if parts[0] == "kinds" and len(parts) > 2:
            return f"kinds/{parts[1]}"
        return parts[0] if parts[0] in self.allowed and len(parts) > 1 else None

    def part_fault(self, here, target):
        """Why a file may not include another of its own room; None when it may. Tests and benchmarks may include all."""
        room = self.room_of(here)
        order = self.parts.get(room) or (self.parts.get("kinds/*") if room.startswith("kinds/") else None)
        if not order or self.room_of(target) != room or here.endswith(("_test.cpp", "_bench.cpp")):
            return None
        ranks = [self.rank_in(order, room, path) for path in (here, target)]
        if ranks[0] is None or (ranks[1] is not None and ranks[1] <= ranks[0]):
            return None
        return f"{room}/{order[ranks[0]]} comes before {target.removeprefix(room + '/')}"

    @staticmethod
    def rank_in(order, room, path):
        part = path.removeprefix(room + "/").split("/")[0]
        return order.index(part) if part in order else None

    def may_include(self, room, other):
        rights = self.allowed.get(room)
        if rights is None and room.startswith("kinds/"):
            rights = self.allowed.get("kinds/*")
        if rights is None:
            return False
        return room == other or "everything" in rights or other in rights


def below_src(relative):
    """src/base/id.hpp -> base/id.hpp; pocketcloud/server.cpp stays."""
    return relative[4:] if relative.startswith("src/") else relative


def resolve(root, file, name):
    """The included file as a path relative to the root, or None when there is no such file."""
    for candidate in (file.parent / name, root / "src" / name, root / name):
        if candidate.is_file():
            return candidate.resolve().relative_to(root).as_posix()
    return None


def check(root):
    """Returns (number of includes seen, list of faults)."""
    root = pathlib.Path(root).resolve()
    table = Table((root / "docs/architecture.md").read_text())
    seen, faults = 0, []
    for folder in SOURCE_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".cpp", ".hpp"):
                continue
            here = file.relative_to(root).as_posix()
            room = table.room_of(below_src(here))
            if room is None:
                faults.append(f"{here}: its folder has no line in the include table")
                continue
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                seen += 1
                fault = fault_of(root, table, room, file, found.group(1))
                if fault:
                    faults.append(f"{here}:{number}: {fault}")
    return seen, faults


def fault_of(root, table, room, file, name):
    target = resolve(root, file, name)
    if target is None:
        return f'"{name}" is not a file of this project (use <> for others)'
    other = table.room_of(below_src(target))
    if other is None:
        return f'"{name}" belongs to no room'
    if not table.may_include(room, other):
        return f'{room} may not include {other} ("{name}")'
    return table.part_fault(below_src(file.relative_to(root).as_posix()), below_src(target))


def main():
    seen, faults = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} includes go the wrong way; the table is in docs/architecture.md",
              file=sys.stderr)
        return 1
    print(f"{seen} includes, all in the allowed directions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
