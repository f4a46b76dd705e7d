"""How what the runners said is added up: summarize_tests.py, with logs that are made up."""

import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import summarize_tests  # noqa: E402
from summarize_tests import Counts  # noqa: E402

CTEST = """Start testing: Nov 21 01:00 UTC
----------------------------------------------------------
1/3 Testing: base
1/3 Test: base
Command: "/b/base_test"
"base" start time: Nov 21 01:00 UTC
Output:
----------------------------------------------------------
[==========] Running 34 tests from 5 test suites.
[       OK ] Json.Parses (0 ms)
[==========] 34 tests from 5 test suites ran. (12 ms total)
[  PASSED  ] 31 tests.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] Golden.Plan
[  FAILED  ] 2 tests, listed below:
[  FAILED  ] Json.A
[  FAILED  ] Json.B
<end of output>
Test time =   0.02 sec
----------------------------------------------------------
Test Failed.
"base" end time: Nov 21 01:00 UTC
"base" time elapsed: 00:00:00
----------------------------------------------------------

2/3 Testing: store
2/3 Test: store
"store" start time: Nov 21 01:00 UTC
Output:
----------------------------------------------------------
[==========] Running 3 tests from 1 test suite.
[ RUN      ] Store.Opens
<end of output>
Test time =   0.02 sec
----------------------------------------------------------
Test Failed.
"store" end time: Nov 21 01:00 UTC
"store" time elapsed: 00:00:00
----------------------------------------------------------

3/3 Testing: fuzz_spec
3/3 Test: fuzz_spec
"fuzz_spec" start time: Nov 21 01:00 UTC
Output:
----------------------------------------------------------
Done 1000 runs in 1 second(s)
<end of output>
Test time =   1.02 sec
----------------------------------------------------------
Test Passed.
"fuzz_spec" end time: Nov 21 01:00 UTC
"fuzz_spec" time elapsed: 00:00:01
----------------------------------------------------------

End testing: Nov 21 01:00 UTC
"""


@pytest.fixture
def build(tmp_path):
    (tmp_path / "test-logs").mkdir()
    (tmp_path / "Testing/Temporary").mkdir(parents=True)
    return tmp_path


def test_adds_up_all_runners(build):
    units, simulated = CTEST.split("3/3 Testing")
    (build / "test-logs/ctest-units.full").write_text(units)
    (build / "test-logs/ctest-sim.full").write_text("3/3 Testing" + simulated)
    (build / "test-logs/pytest-e2e.log").write_text("...\n=== 10 passed, 1 skipped in 3.21s ===\n")
    lines, total = summarize_tests.summarize(build)
    assert [line.split(":")[0] for line in lines] == ["base", "store", "fuzz_spec", "pytest-e2e"]
    assert total == Counts(passed=31 + 1 + 10, failed=2 + 1, skipped=1 + 1)
    assert "31 tests" in lines[0] and "2 tests" in lines[0]
    assert "crashed" in lines[1]


def test_what_ran_once_more_alone_counts_as_it_ended_then(build):
    (build / "test-logs/ctest-units.full").write_text(CTEST)
    again = CTEST.split("2/3 Testing")[0].replace("Test Failed.", "Test Passed.")
    again = re.sub(r"\[  FAILED  \].*\n", "", again)
    (build / "test-logs/ctest-units-again.full").write_text(again)
    lines, total = summarize_tests.summarize(build)
    assert total == Counts(passed=31 + 1, failed=1, skipped=1)
    assert "run once more" in lines[0] and "run once more" not in lines[1]


def test_a_log_of_an_earlier_run_does_not_count(build):
    (build / "Testing/Temporary/LastTest.log").write_text(CTEST)
    assert summarize_tests.summarize(build) == ([], Counts())


@pytest.mark.parametrize("text, counts", [
    ("======= 3 passed in 0.10s =======\n", Counts(passed=3)),
    ("= 1 failed, 2 passed, 1 error in 61.10s (0:01:01) =\n", Counts(passed=2, failed=2)),
    ("= 2 errors in 1.10s =\n", Counts(failed=2)),
    ("= no tests ran in 0.01s =\n", Counts(failed=1)),
    ("= 2 xfailed, 1 xpassed in 0.01s =\n", Counts(passed=1, skipped=2)),
    ("Segmentation fault\n", Counts(failed=1)),
])
def test_reads_pytest(text, counts):
    assert summarize_tests.pytest_log(text)[1] == counts


def test_a_program_that_fails_after_its_cases_passed_is_a_failure():
    text = CTEST.split("2/3 Testing")[0]
    text = text.replace("[  FAILED  ] 2 tests, listed below:\n[  FAILED  ] Json.A\n[  FAILED  ] Json.B\n", "")
    assert summarize_tests.ctest_entry(text)[1].failed == 1


def test_node_counts_what_passed_and_what_was_cancelled():
    log = "✔ one (3ms)\nℹ tests 4\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ todo 0\n"
    assert summarize_tests.node_log(log) == ("2 pass, 1 fail, 1 cancelled", Counts(2, 2, 0))


def test_node_without_tests_or_without_an_end_has_failed():
    assert summarize_tests.node_log("ℹ pass 0\nℹ fail 0\n")[1] == Counts(0, 1, 0)
    assert summarize_tests.node_log("▶ a suite\n")[1] == Counts(0, 1, 0)


@pytest.mark.parametrize("text, counts", [
    (" Test Files  3 passed (3)\n      Tests  31 passed (31)\n", Counts(passed=31)),
    (" Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 126 passed | 2 skipped (129)\n",
     Counts(passed=126, failed=1, skipped=2)),
    (" Test Files  1 failed | 2 passed (3)\n      Tests  9 passed (9)\n", Counts(passed=9, failed=1)),
    (" Test Files  3 passed (3)\n      Tests  9 passed (9)\n     Errors  1 error\n", Counts(passed=9, failed=1)),
    ("      Tests  2 skipped (2)\n", Counts(failed=1, skipped=2)),
    ("Killed\n", Counts(failed=1)),
])
def test_reads_vitest(text, counts):
    assert summarize_tests.vitest_log(text)[1] == counts
