#!/usr/bin/env python3
"""Holds what each command of ./x runs against the packages that it installs.

packaging/packages.txt says which Debian packages come with which group, and PARTS which files run with
which groups. Every module that a Python file imports, every program that a script or a Python file starts,
and every package that a node file imports must come from there. A module or program that PACKAGE_OF does
not know is a fault too: whoever begins to use it says where it comes from."""

import ast
import dataclasses
import pathlib
import re
import sys

from shell_words import programs_of_script

# What each command runs: files (and what they import), and the groups that it installs.
PARTS = {
    "./x check": (("x", "tools/x/*.sh", "tools/check_*.py", "tools/run_tidy.py", "tools/*_test.py",
                   "web/tools/*.mjs"), ("build", "check")),
    "./x test": ((".ci/run", "tools/summarize_tests.py", "tools/*_test.py", "tests/*/*.py",
                  "tests/web/console.test.mjs", "packaging/layers/*.sh"), ("build", "demo", "test")),
    "./x screenshots": (("tests/web/screenshots.mjs", "tests/web/lab.py"), ("build", "demo", "test")),
    "./x bench": (("bench/*.py", "bench/*.mjs", "bench/floor/*.sh"), ("build", "demo", "bench", "layers")),
    "./x demo": (("tools/x/demo.sh", "tools/x/instance.sh"), ("build", "demo")),
    "./x demo with layers": (("packaging/layers/*.sh",), ("build", "demo", "layers")),
}

# A file of ./x has functions of several commands; these programs are only started by those of one, whose
# groups give them, or are looked for before they are used.
ONLY_IN = {
    "tools/x/test.sh": ("build", "demo", "test"),
    "tools/x/side_by_side.sh": ("build", "demo", "test"),
    "tools/x/browser.sh": ("build", "demo", "test"),
    "tools/x/python.sh": ("build", "demo", "test"),
    "tools/x/demo.sh": ("build", "demo"),
    "tools/x/instance.sh": ("build", "demo"),
    "tests/claims.py": ("build", "demo", "test"),
}

# Which package gives a module or a program, where the name does not say it.
PACKAGE_OF = {
    "module": {"yaml": "python3-yaml", "requests": "python3-requests", "redis": "python3-redis",
               "pytest": "python3-pytest", "_pytest": "python3-pytest", "jsonschema": "python3-jsonschema",
               "hypothesis": "python3-hypothesis"},
    "program": {"cmake": "cmake", "ctest": "cmake", "ninja": "ninja-build", "clang-19": "clang-19",
                "clang++-19": "clang-19", "clang-format-19": "clang-format-19", "clang-tidy-19": "clang-tidy-19",
                "shellcheck": "shellcheck", "git": "git", "node": "nodejs", "npm": "npm", "chromium": "chromium",
                "python3": "python3", "systemd-nspawn": "systemd-container", "mmdebstrap": "mmdebstrap",
                "nft": "nftables", "ip": "iproute2", "ss": "iproute2", "sysctl": "procps", "ps": "procps",
                "pgrep": "procps", "ssh": "openssh-client", "ssh-keygen": "openssh-client",
                "ssh-keyscan": "openssh-client", "scp": "openssh-client", "sshd": "openssh-server",
                "modprobe": "kmod", "redis-cli": "redis-tools", "curl": "curl", "jq": "jq", "sqlite3": "sqlite3", "openssl": "openssl",
                "java": "openjdk-17-jre-headless", "mvn": "maven",
                "ansible-playbook": "ansible"},
}
# In every Debian system: packages marked Essential, and apt.
ALWAYS_THERE = {
    "apt-get", "apt-cache", "awk", "dpkg", "dpkg-query", "bash", "sh", "env", "true", "false", "test", "cat", "tee", "cp",
    "mv", "rm", "ln", "ls", "mkdir", "rmdir", "chmod", "chown", "touch", "stat", "date", "sleep", "seq", "sort",
    "uniq", "comm", "cut", "tr", "head", "tail", "wc", "fold", "nproc", "mktemp", "basename", "dirname", "readlink",
    "realpath", "sha256sum", "timeout", "kill", "nice", "id", "uname", "printf", "echo", "grep", "sed", "find",
    "xargs", "tar", "gzip", "diff", "cmp", "mount", "umount", "mountpoint", "unshare", "chroot", "nsenter", "setsid", "flock",
    "renice", "chrt", "setpriv", "taskset", "hostname", "truncate", "dd", "df", "du", "install", "paste", "tac"}
# Not in Debian 12: used where somebody has it, and said to be missing otherwise.
WHERE_PRESENT = {"terraform"}


@dataclasses.dataclass
class Use:
    kind: str  # "module", "program" or "node package"
    name: str
    file: str


def packages(text):
    """group -> names of the packages that come with it."""
    groups = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and not line.startswith("#"):
            groups.setdefault(words[1], set()).add(words[0])
    return groups


# The module of a package from PyPI that is not named like it.
MODULE_OF = {"python-digitalocean": "digitalocean", "azure-core": "azure"}


def pip_modules(text):
    """The modules of packaging/python-test-requirements.txt."""
    names = (name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE))
    return {MODULE_OF.get(name, name.replace("-", "_")) for name in names}


def neighbours(root, file):
    """Where a Python file of the repository may import others from."""
    return [file.parent, root / "tests", root / "tests/e2e", root / "tests/pocketcloud", root / "tools", root / "bench"]


def python_uses(root, file, seen):
    """What a file and all files of the repository that it imports need."""
    if file in seen:
        return
    seen.add(file)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for module in imported(node):
            local = [folder / f"{module}.py" for folder in neighbours(root, file)]
            found = next((path for path in local if path.is_file()), None)
            if found:
                yield from python_uses(root, found, seen)
            elif module not in sys.stdlib_module_names:
                yield Use("module", module, file.relative_to(root).as_posix())
        program = started(node)
        if program:
            yield Use("program", program, file.relative_to(root).as_posix())


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


def started(node):
    """The program of subprocess.run(["program", ...]) and the like, where it is written out."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.List):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0].elts[:1]
    if name not in ("run", "Popen", "check_output", "check_call", "call") or not first:
        return None
    value = first[0].value if isinstance(first[0], ast.Constant) else None
    return value.rsplit("/", 1)[-1] if isinstance(value, str) else None


NODE_IMPORT = re.compile(r"""(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\(\s*)['"]([^'"\n]+)['"]""")


def node_uses(root, file):
    for name in NODE_IMPORT.findall(file.read_text(encoding="utf-8")):
        if not name.startswith((".", "/", "node:")):
            package = "/".join(name.split("/")[:2 if name.startswith("@") else 1])
            yield Use("node package", package, file.relative_to(root).as_posix())


def uses(root, file, seen):
    if file.suffix == ".py":
        yield from python_uses(root, file, seen)
    elif file.suffix == ".mjs":
        yield from node_uses(root, file)
    else:
        for program in programs_of_script(file.read_text(encoding="utf-8"), functions(root)):
            yield Use("program", program, file.relative_to(root).as_posix())


def functions(root):
    """Of all files that `x` sources: they share their functions."""
    texts = (path.read_text(encoding="utf-8") for path in [root / "x", *(root / "tools/x").glob("*.sh")])
    return {name for text in texts for name in re.findall(r"^\s*([a-z_0-9]+)\(\)", text, re.MULTILINE)}


def fault(use, command, groups, known, node_packages, from_pip):
    """Why this command may not use that, or None."""
    groups = ONLY_IN.get(use.file, groups)
    if use.kind == "node package":
        return None if use.name in node_packages else f"{use.file}: web/package.json does not name {use.name}"
    if use.kind == "program" and use.name in ALWAYS_THERE | WHERE_PRESENT:
        return None
    if use.kind == "module" and use.name in from_pip and {"test", "bench"} & set(groups):
        return None
    package = PACKAGE_OF[use.kind].get(use.name)
    if package is None:
        return f"{use.file}: the {use.kind} {use.name} is unknown; name its package in tools/check_packages.py"
    if any(package in known.get(group, ()) for group in groups):
        return None
    return (f"{use.file}: {command} needs the {use.kind} {use.name}, and packaging/packages.txt gives {package} to "
            f"none of its groups ({', '.join(groups)})")


def check(root, parts=None):
    """All faults, one a line, and how many uses were looked at."""
    known = packages((root / "packaging/packages.txt").read_text(encoding="utf-8"))
    requirements = root / "packaging/python-test-requirements.txt"
    from_pip = pip_modules(requirements.read_text(encoding="utf-8")) if requirements.exists() else set()
    node_packages = set(re.findall(r'^\s+"([^"]+)": "[~^]?\d', (root / "web/package.json").read_text(encoding="utf-8"),
                                   re.MULTILINE))
    faults, count = [], 0
    for command, (patterns, groups) in (PARTS if parts is None else parts).items():
        seen = set()
        for pattern in patterns:
            files = sorted(root.glob(pattern))
            if not files:
                faults.append(f"tools/check_packages.py: {command}: there is no {pattern}")
            for file in files:
                for use in uses(root, file, seen):
                    count += 1
                    faults.append(fault(use, command, groups, known, node_packages, from_pip))
    return sorted(set(filter(None, faults))), count


def main():
    faults, count = check(pathlib.Path(sys.argv[1]).resolve())
    print("\n".join(faults) if faults else f"{count} imports and programs, all from packages that are installed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
