#!/usr/bin/env python3
"""Repeats each test runner's own closing words and adds them up: `N passed, N failed, N skipped`.

Reads what ./x test left in build/test-logs: ctest's full logs, with GoogleTest's output of each program
in them, and one log a part of pytest, of vitest or of node. A program that ended without GoogleTest's summary
(a crash, or a test that is no GoogleTest program) counts as one test, judged by ctest."""

import pathlib
import re
import sys

CTEST_ENTRY = re.compile(r"^\d+/\d+ Testing: (\S+)\n(.*?)^\"\1\" (?:end|start) time.*?(?=^\d+/\d+ Testing:|\Z)",
                         re.MULTILINE | re.DOTALL)
GTEST_RAN = re.compile(r"^\[==========\] \d+ tests? from \d+ test suites? ran\..*$", re.MULTILINE)
GTEST_COUNT = re.compile(r"^\[  (PASSED|FAILED|SKIPPED) +\] (\d+) tests?\b.*$", re.MULTILINE)
PYTEST_END = re.compile(r"^=+ (.*(?:passed|failed|error|skipped|no tests ran).*) in [\d.]+s.*$",
                        re.MULTILINE)
VITEST_END = re.compile(r"^\s*Tests\s+(.*)\(\d+\)\s*$", re.MULTILINE)
NODE_COUNT = re.compile(r"^\S+ (pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)


class Counts:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def ctest_entry(output):
    """(what the runner said, counts) of one program's part of ctest's log."""
    passed_for_ctest = re.search(r"^Test Passed\.$", output, re.MULTILINE) is not None
    ran = GTEST_RAN.search(output)
    if not ran:
        return ("passed" if passed_for_ctest else "FAILED or crashed before its summary",
                Counts(passed=int(passed_for_ctest), failed=int(not passed_for_ctest)))
    counts, words = Counts(), []
    for line in GTEST_COUNT.finditer(output, ran.end()):
        setattr(counts, line.group(1).lower(), int(line.group(2)))
        words.append(line.group(0).removesuffix(", listed below:"))
    if not passed_for_ctest and counts.failed == 0:
        # All cases passed and the program still failed: a sanitizer's report, or a crash at exit.
        counts.failed = 1
        words.append("but the program itself failed")
    return " ".join(words), counts


def pytest_log(text):
    ends = PYTEST_END.findall(text)
    if not ends:
        return "pytest ended without a summary", Counts(failed=1)
    numbers = {word: int(number) for number, word in
               re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)", ends[-1])}
    failed = sum(numbers.get(word, 0) for word in ("failed", "error", "errors"))
    passed = numbers.get("passed", 0) + numbers.get("xpassed", 0)
    skipped = numbers.get("skipped", 0) + numbers.get("xfailed", 0)
    if not numbers:
        failed = 1  # "no tests ran" must not look like success
    return ends[-1], Counts(passed, failed, skipped)


def vitest_log(text):
    ends = VITEST_END.findall(text)
    if not ends:
        return "vitest ended without a summary", Counts(failed=1)
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|todo)", ends[-1])}
    failed = numbers.get("failed", 0)
    if numbers.get("passed", 0) + failed == 0:
        failed = 1  # "no tests" must not look like success
    if failed == 0 and re.search(r"^\s*(Test Files .*failed|Errors +\d+ error)", text, re.MULTILINE):
        failed = 1  # a file that could not be loaded, or an error that no test was there to catch
    skipped = numbers.get("skipped", 0) + numbers.get("todo", 0)
    return ends[-1].strip(), Counts(numbers.get("passed", 0), failed, skipped)


def node_log(text):
    numbers = {word: int(number) for word, number in NODE_COUNT.findall(text)}
    if "pass" not in numbers:
        return "node ended without a summary", Counts(failed=1)
    failed = numbers.get("fail", 0) + numbers.get("cancelled", 0)
    if numbers["pass"] + failed == 0:
        failed = 1  # "no tests ran" must not look like success
    words = ", ".join(f"{number} {word}" for word, number in numbers.items() if number)
    return words, Counts(numbers["pass"], failed, numbers.get("skipped", 0) + numbers.get("todo", 0))


def ctest_programs(logs):
    """What each program said last: one that failed beside others may have run once more, alone."""
    programs = {}
    for full in sorted(logs.glob("ctest-*.full"), key=lambda log: (log.stem.endswith("-again"), log.stem != "ctest-units")):
        for entry in CTEST_ENTRY.finditer(full.read_text(errors="replace")):
            words, counts = ctest_entry(entry.group(0))
            if entry.group(1) in programs:
                words += " (run once more, alone)"
            programs[entry.group(1)] = (words, counts)
    return programs


def summarize(build):
    """Returns (lines, total)."""
    lines, total = [], Counts()
    logs = build / "test-logs"
    for program, (words, counts) in ctest_programs(logs).items():
        lines.append(f"{program + ':':<32} {words}")
        total.add(counts)
    for log in sorted(logs.glob("pytest-*.log")):
        words, counts = pytest_log(log.read_text(errors="replace"))
        lines.append(f"{log.stem + ':':<32} {words}")
        total.add(counts)
    for log in logs.glob("vitest.log"):
        words, counts = vitest_log(log.read_text(errors="replace"))
        lines.append(f"{log.stem + ':':<32} {words}")
        total.add(counts)
    for log in sorted(logs.glob("node-*.log")):
        words, counts = node_log(log.read_text(errors="replace"))
        lines.append(f"{log.stem + ':':<32} {words}")
        total.add(counts)
    return lines, total


def main():
    lines, total = summarize(pathlib.Path(sys.argv[1]))
    print("\n".join(lines))
    print(f"\n{total}")
    return 0 if total.passed > 0 and total.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
