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
part_names=() part_results=() part_seconds=() first_part_began=''

# part NAME COMMAND...: runs it, remembers time and result, and returns its status.
part() {
  local name=$1 began=$SECONDS status=0
  shift
  first_part_began=${first_part_began:-$began}
  heading "$name"
  # `set -e` is off inside a condition, so parts check their own commands or are single ones.
  "$@" || status=$?
  part_ended "$name" "$((SECONDS - began))" "$status"
}

# part_ended NAME SECONDS STATUS: remembers it, and returns the status.
part_ended() {
  part_names+=("$1") part_seconds+=("$2")
  if [[ $3 -eq 0 ]]; then part_results+=(passed); else part_results+=(FAILED); fi
  return "$3"
}

duration() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

# The closing table; fails when a part failed. Shares are of the sum of all parts, some of which may
# have run side by side; how long one waits for all of them is the last line.
parts_table() {
  local i failed=0 sum=0 elapsed=$((SECONDS - ${first_part_began:-$SECONDS}))
  for i in "${part_seconds[@]}"; do sum=$((sum + i)); done
  heading "how long each part took"
  for i in "${!part_names[@]}"; do
    table_row "${part_names[i]}" "${part_seconds[i]}" "$sum" "${part_results[i]}"
    [[ ${part_results[i]} != FAILED ]] || failed=1
  done
  table_row 'all parts, added up' "$sum" "$sum"
  table_row 'from the beginning to the end' "$elapsed" "$sum"
  return "$failed"
}

# table_row NAME SECONDS SUM [RESULT]
table_row() {
  local share=100
  [[ $3 -eq 0 ]] || share=$((($2 * 100 + $3 / 2) / $3))
  printf '%-44s %13s %4d %%  %s\n' "$1" "$(duration "$2")" "$share" "${4:-}"
}
