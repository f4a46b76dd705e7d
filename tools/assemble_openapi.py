#!/usr/bin/env python3
"""Puts api/openapi.yaml together from api/openapi/base.yaml and each kind's src/kinds/KIND/openapi.yaml.

    tools/assemble_openapi.py          writes api/openapi.yaml
    tools/assemble_openapi.py --check  says whether that would change it

A line `# kinds: SECTION` of the base is replaced by what the kinds say under SECTION, one kind after the other, at the
indentation of that line. Text is moved as it stands, so that comments and the order of lines are kept.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKER = re.compile(r"^( *)# kinds: ([a-z-]+)$")
SECTION = re.compile(r"^([a-z-]+):( \|)?$")


class Faulty(Exception):
    """What is wrong with a part, for people."""


def sections_of(name, text):
    """What a kind says, by section: lines without their indentation of two."""
    sections, lines = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        if found := SECTION.match(line):
            if found[1] in sections:
                raise Faulty(f"{name}:{number}: the section {found[1]} is there twice")
            lines = sections[found[1]] = []
        elif not line.startswith("  ") and line.strip() and not line.startswith("#"):
            raise Faulty(f"{name}:{number}: neither a section nor indented by two")
        elif lines is not None and not line.startswith("#"):
            lines.append(line[2:])
    return {section: trimmed(lines) for section, lines in sections.items()}


def trimmed(lines):
    """Without blank lines at the end."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def assemble(base, kinds):
    """The contract. `kinds`: the text of each kind's part, by the name of its file."""
    parts = {name: sections_of(name, kinds[name]) for name in sorted(kinds)}
    placed, result = set(), []
    for line in base.splitlines():
        marker = MARKER.match(line)
        if not marker:
            result.append(line)
            continue
        indent, section = marker.groups()
        placed.add(section)
        for sections in parts.values():
            result += [indent + text if text.strip() else "" for text in sections.get(section, [])]
    for name, sections in parts.items():
        for section in sections:
            if section not in placed:
                raise Faulty(f"{name}: the base has no place for the section {section}")
    return "\n".join(result) + "\n"


def assemble_from(root):
    """The contract of the tree at `root`."""
    kinds = {str(path.relative_to(root)): path.read_text() for path in root.glob("src/kinds/*/openapi.yaml")}
    return assemble((root / "api/openapi/base.yaml").read_text(), kinds)


def main(arguments):
    target = ROOT / "api/openapi.yaml"
    try:
        text = assemble_from(ROOT)
    except Faulty as faulty:
        print(faulty, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        if target.read_text() == text:
            print("api/openapi.yaml is what its parts make")
            return 0
        print("api/openapi.yaml is not what its parts make; tools/assemble_openapi.py writes it", file=sys.stderr)
        return 1
    target.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
