import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_packages  # noqa: E402
from shell_words import programs_of_script  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]


def faults(tmp_path, files, listed, groups=("test",)):
    """Of a repository with these files, all of which one command runs."""
    for name, text in {"packaging/packages.txt": listed, "x": "", "tools/x/none.sh": "",
                       "web/package.json": '{\n  "dependencies": {\n    "react": "19.0.0"\n  }\n}', **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return check_packages.check(tmp_path, {"./x some": (tuple(files), groups)})[0]


def test_a_module_must_come_with_the_groups_of_the_command(tmp_path):
    files = {"bench/run.py": "import requests\nimport sys\n"}
    assert faults(tmp_path, files, "python3-requests test why\n") == []
    found = faults(tmp_path, files, "python3-requests test why\n", groups=("bench",))
    assert len(found) == 1 and "bench/run.py: ./x some needs the module requests" in found[0]


def test_what_is_imported_is_followed_into_other_folders(tmp_path):
    files = {"bench/run.py": "import harness\n"}
    (tmp_path / "tests/e2e").mkdir(parents=True)
    (tmp_path / "tests/e2e/harness.py").write_text("from redis import Redis\n")
    assert "tests/e2e/harness.py" in faults(tmp_path, files, "")[0]


def test_modules_of_the_test_requirements_are_for_tests_and_benchmarks(tmp_path):
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging/python-test-requirements.txt").write_text("some-thing==1.0 \\\n  --hash=sha256:00\n")
    files = {"tests/a.py": "import some_thing\n"}
    assert faults(tmp_path, files, "") == []
    assert faults(tmp_path, files, "", groups=("bench",)) == []
    assert "some_thing is unknown" in faults(tmp_path, files, "", groups=("demo",))[0]


@pytest.mark.parametrize("name, text", [
    ("a.py", 'import subprocess\nsubprocess.run(["jq", "."], check=True)\n'),
    ("a.sh", "#!/bin/sh\ncat file | jq .\n"),
])
def test_programs_must_come_with_the_groups_too(tmp_path, name, text):
    assert faults(tmp_path, {name: text}, "jq test why\n") == []
    assert "the program jq" in faults(tmp_path, {name: text}, "jq demo why\n")[0]


def test_what_nobody_knows_is_a_fault(tmp_path):
    assert "the module whatever is unknown" in faults(tmp_path, {"a.py": "import whatever\n"}, "")[0]
    assert "the program whatever is unknown" in faults(tmp_path, {"a.sh": "whatever --now\n"}, "")[0]


def test_node_imports_are_named_in_the_package_file(tmp_path):
    text = "import { a } from 'node:fs';\nimport b from './b.mjs';\nconst { c } = require('react/jsx');\n"
    assert faults(tmp_path, {"a.mjs": text}, "") == []
    found = faults(tmp_path, {"a.mjs": "import d from '@some/package/part';\n"}, "")
    assert found == ["a.mjs: web/package.json does not name @some/package"]


def test_a_pattern_without_files_is_a_fault(tmp_path):
    faults(tmp_path, {"a.sh": ""}, "")
    found, _ = check_packages.check(tmp_path, {"./x some": (("gone/*.py",), ("test",))})
    assert found == ["tools/check_packages.py: ./x some: there is no gone/*.py"]


@pytest.mark.parametrize("text, expected", [
    ("a && b || c; d | e & f", "abcdef"),
    ("x=$(a) y=1 b \"$(c)\"", "abc"),
    ("if ! a; then b; elif c; then :; else d; fi", "abcd"),
    ("case $1 in\n  m | n) a ;;\n  *) b ;;\nesac", "ab"),
    ("# m\na 'm; n' \"m | n\" # n", "a"),
    ("# it's\na # don't\nb", "ab"),
    ("a \"m $(b \"$(c 'm')\" m) \\\" n\"; d", "abcd"),
    ("cat <<END\nm | n\nEND\na", ["a", "cat"]),
    ("f() { a; }\nf\nlist=(m n)\n((m < n))\nfor m in n; do b; done", "ab"),
    ("exec a <(b) >(c)\n[[ m == n ]] || time d", "abcd"),
])
def test_the_words_of_a_shell_script(text, expected):
    assert programs_of_script(text) == list(expected)


LISTED = [line for line in (ROOT / "packaging/packages.txt").read_text().splitlines()
          if line.split()[1:2] in (["bench"], ["test"], ["check"]) and not line.startswith("#")]


@pytest.mark.parametrize("line", [line for line in LISTED if line.split()[0].startswith("python3-re")])
def test_here_a_row_that_is_taken_away_is_missed(tmp_path, line):
    for name in ("bench", "tests", "tools", "web/tools", "packaging", ".ci"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name in ("x", "web/package.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    listed = tmp_path / "packaging/packages.txt"
    listed.write_text(listed.read_text().replace(line + "\n", ""))
    assert any(f"gives {line.split()[0]} to none" in each for each in check_packages.check(tmp_path)[0])


def test_a_sentence_that_ends_in_import_imports_nothing(tmp_path):
    files = {"web/tools/some.test.mjs": "test('what is no import', () => {\n  const one = read('x');\n});\n"}
    assert faults(tmp_path, files, "") == []
