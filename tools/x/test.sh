# shellcheck shell=bash
# ./x test [PATTERN]: builds and runs every suite. Tests bring their own data directories, ports and
# address pools, so a demo that runs meanwhile is not disturbed.

suite_logs=()

build_all() { compile; }

# Machines need all of these. A suite that cannot run is a failure, never a pass.
end_to_end_possible() {
  local missing=()
  [[ $EUID -eq 0 ]] || missing+=("root (run with sudo)")
  command -v systemd-nspawn >/dev/null || missing+=("systemd-nspawn (package systemd-container)")
  command -v nft >/dev/null || missing+=("nft (package nftables)")
  [[ -e /dev/net/tun ]] || missing+=("/dev/net/tun (modprobe tun)")
  grep -qw overlay /proc/filesystems || modprobe -q overlay || missing+=("the overlay file system")
  nft list tables >/dev/null 2>&1 || missing+=("nftables in the kernel, or the right to use it")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  bad "The end-to-end tests run real machines, and this system lacks:"
  printf '  - %s\n' "${missing[@]}" >&2
  return 1
}

# Runs a suite with its output on the screen and in a log that the closing summaries are read from.
logged() {
  local log=$root/build/test-logs/$1.log
  shift
  mkdir -p "${log%/*}"
  suite_logs+=("$log")
  # Whoever ends the run ends the suite; what that still says is kept.
  "$@" 2>&1 | (trap '' INT TERM && exec tee "$log")
  return "${PIPESTATUS[0]}"
}

# run_ctest NAME [ARGUMENT...]: programs that fail beside others run once more, one at a time; some talk
# to real servers with real clocks.
run_ctest() {
  local name=$1
  shift
  ctest_once "$name" -j "$(nproc)" "$@" && return 0
  bad "Once more, what failed, one program at a time:"
  ctest_once "$name-again" --rerun-failed
}

# The names of passing cases stay in ctest's own log, which the next run of it overwrites; it prints the
# output of what failed.
ctest_once() {
  local name=$1 status=0 full=$root/build/Testing/Temporary/LastTest.log
  shift
  rm -f "$full"
  logged "ctest-$name" ctest --test-dir "$root/build" --output-on-failure --no-tests=error "$@" || status=$?
  cp "$full" "$root/build/test-logs/ctest-$name.full" || return 1
  return "$status"
}

run_pytest() {
  local name=$1 python
  shift
  python=$(test_python) || return 1
  logged "pytest-$name" "$python" -m pytest -p no:cacheprovider -ra --durations=5 \
    --junitxml="$root/build/test-logs/pytest-$name.xml" "$@" </dev/null
}

x_test() {
  local failed=0
  need_packages build demo test
  rm -rf "$root/build/test-logs"
  part 'build' build_all || { parts_table; return 1; }
  if [[ $# -gt 0 ]]; then
    part "tests named like $1" run_ctest named -R "$1" || failed=1
  else
    test_python >/dev/null || return 1
    part 'unit and golden tests (ctest)' run_ctest units -E '^sim$' || failed=1
    part 'the console (vitest)' run_console_tests || failed=1
    part 'the size of its first pages' check_first_page || failed=1
    part 'tests of the tools (pytest)' run_pytest tools "$root/tools" || failed=1
    queued processor 'fuzzing (libFuzzer)' x_fuzz
    queued processor 'simulated lives (ctest)' ctest_once sim -R '^sim$'
    queue_suites
    heading 'machines, and beside them what computes'
    run_queued || failed=1
  fi
  heading 'what the runners say'
  python3 "$root/tools/summarize_tests.py" "$root/build" || failed=1
  parts_table || failed=1
  return "$failed"
}

# Suites and modules that take longest, so that they begin first and nothing is left alone at the end.
longest=(web e2e/test_crash_sweep e2e/test_day_two e2e/test_healing pocketcloud e2e/test_versions)

# Each suite of tests/ is one part, but for tests/e2e: every module of it has an instance of its own.
queue_suites() {
  local part found heavy
  mapfile -t found < <(cd "$root/tests" && printf '%s\n' */ e2e/test_*.py | sed 's/\.py$//; s#/$##' | grep -vx e2e)
  tell_what_is_on_request
  # Those with LAYERS follow each other, so that the first of them must not wait.
  mapfile -t heavy < <(cd "$root/tests" && grep -l '^LAYERS' e2e/test_*.py | sed 's/\.py$//')
  for part in "${heavy[@]}" "${longest[@]}"; do queue_suite "$part"; done
  for part in "${found[@]}"; do
    [[ " ${heavy[*]} ${longest[*]} " == *" $part "* ]] || queue_suite "$part"
  done
}

# Modules with LONG take longer than everybody should wait for each time: docs/decisions/0024.
is_on_request() {
  [[ -z ${ASHLAR_LONG_TESTS:-} && -f $root/tests/$1.py ]] && grep -q '^LONG = True' "$root/tests/$1.py"
}

tell_what_is_on_request() {
  local part
  for part in "${found[@]}"; do
    ! is_on_request "$part" || say "tests/$part runs on request: ASHLAR_LONG_TESTS=1 ./x test"
  done
}

# queue_suite SUITE|SUITE/MODULE. A module with LAYERS puts more on its machines than their image has.
queue_suite() {
  local lane=machines
  ! is_on_request "$1" || return 0
  [[ ! -f $root/tests/$1.py ]] || ! grep -q '^LAYERS' "$root/tests/$1.py" || lane=heavy
  if [[ $1 == e2e/* ]]; then
    queued "$lane" "tests/$1 (pytest)" run_pytest_with_machines "${1/\/test_/-}" "$root/tests/$1.py"
  elif compgen -G "$root/tests/$1/test_*.py" >/dev/null; then
    queued machines "tests/$1 (pytest)" run_pytest "$1" "$root/tests/$1"
  elif compgen -G "$root/tests/$1/*.test.mjs" >/dev/null; then
    queued machines "tests/$1 (node, Chromium)" run_node_suite "$1"
  fi # Neither: tests/sim is C++, and ctest runs it.
}

run_pytest_with_machines() { end_to_end_possible && run_pytest "$@"; }

# --- fuzzing ------------------------------------------------------------------------------------

# Each target named *_fuzz is a libFuzzer program; they need clang and a build of their own. The
# parsers are fuzzed for a few seconds each: enough to notice what a change broke. ./x fuzz 3600
# looks for longer.
x_fuzz() {
  local seconds=${1:-15} build=$root/build-fuzz target failed=0 targets
  need_packages build test
  # Always, since the list of targets is read from what it writes.
  cmake -S "$root" -B "$build" -G Ninja -DASHLAR_FUZZ=ON -DBUILD_TESTING=OFF \
    -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE=-O1 >/dev/null || return 1
  mapfile -t targets < <(ninja -C "$build" -t targets all |
    sed -n 's#^\(.*_fuzz\): CXX_EXECUTABLE_LINKER.*#\1#p' | sort)
  [[ ${#targets[@]} -gt 0 ]] || { bad "The build has no target named *_fuzz."; return 1; }
  NINJA_STATUS='[%f/%t, %es] ' ninja -C "$build" "${targets[@]}" || return 1
  for target in "${targets[@]}"; do fuzz_one "$build" "$target" "$seconds" || failed=1; done
  return "$failed"
}

# fuzz_one BUILD PROGRAM SECONDS: the program's path is relative to the build folder.
fuzz_one() {
  local name=${2##*/} corpus log
  corpus=$1/corpus/$name log=$1/$name.log
  mkdir -p "$corpus"
  if "$1/$2" -max_total_time="$3" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$1/$name-" "$corpus" >"$log" 2>&1; then
    good "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, none broke it"
    return 0
  fi
  tail -n 30 "$log" >&2
  bad "$name found an input that breaks the parser; it is named above, the whole log is $log."
  return 1
}
