# shellcheck shell=bash
# Words that every command of ./x uses: what is said to people, and how long things took.

if [[ -t 1 && -z "${NO_COLOR:-}" && "${TERM:-dumb}" != dumb ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
good() { printf '%s✓%s %s\n' "$green" "$plain" "$*"; }
bad() { printf '%s✗%s %s\n' "$red" "$plain" "$*" >&2; }
die() {
  bad "$1"
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

require_root() {
  [[ $EUID -eq 0 ]] || die "$1 needs root: it makes machines, bridges and firewall rules." \
    "Run it as root (sudo ./x ...), or './x doctor' to see what this machine lacks."
}

# Parts of a run, each with its time and result, for the closing table.
part_names=() part_results=() part_seconds=()

# part NAME COMMAND...: runs it, remembers time and result, and returns its status.
part() {
  local name=$1 began=$SECONDS status=0
  shift
  heading "$name"
  # `set -e` is off inside a condition, so parts check their own commands or are single ones.
  "$@" || status=$?
  part_names+=("$name") part_seconds+=($((SECONDS - began)))
  if [[ $status -eq 0 ]]; then part_results+=(passed); else part_results+=(FAILED); fi
  return "$status"
}

skipped_part() {
  part_names+=("$1") part_seconds+=(0) part_results+=("$2")
}

duration() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

# The closing table; fails when a part failed.
parts_table() {
  local i failed=0 total=0
  heading "how long each part took"
  for i in "${!part_names[@]}"; do
    printf '%-44s %13s  %s\n' "${part_names[i]}" "$(duration "${part_seconds[i]}")" \
      "${part_results[i]}"
    total=$((total + part_seconds[i]))
    [[ ${part_results[i]} != FAILED ]] || failed=1
  done
  printf '%-44s %13s\n' total "$(duration "$total")"
  return "$failed"
}
