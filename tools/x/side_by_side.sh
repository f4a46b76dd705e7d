# shellcheck shell=bash
# Parts of a run that do not wait for each other. Each keeps its output to itself until it has ended, so
# that what is read is whole; `queued LANE NAME COMMAND...` puts a part in a lane, run_queued runs all.
#
# Three lanes: parts that boot machines mostly wait, several at once; of these, parts whose machines run more than their image
# (heavy) follow each other, since two of them would keep each other from being in time; parts that compute follow each other,
# and take only what the machines leave of the processors.
#
# A test on machines may fail for no other reason than that three parts shared two processors. So a part
# of that lane that failed runs once more when everything else has ended: what is broken fails again, and
# what passes only then is named, with what it said first, and counted in the last line.

declare -A lane_limits=([machines]=${ASHLAR_MACHINE_PARTS:-3} [heavy]=1 [processor]=1)
queue_lanes=() queue_names=() queue_commands=() needed_quiet=()

queued() {
  queue_lanes+=("$1") queue_names+=("$2")
  shift 2
  queue_commands+=("$(printf '%q ' "$@")")
}

# Fails when a part did, twice if it boots machines. When it is itself interrupted it ends what runs, and
# waits for that.
run_queued() {
  local -A running=() pids=() began=()
  local started=() again=() failed=0 i status logs=$root/build/test-logs/parts
  mkdir -p "$logs"
  first_part_began=${first_part_began:-$SECONDS}
  trap end_queued INT TERM
  while start_what_may; [[ ${#pids[@]} -gt 0 ]]; do
    next_ended
    status=$(cat "$logs/$i.status" 2>/dev/null || echo 137)
    unset "pids[$i]"
    running[${queue_lanes[i]}]=$((running[${queue_lanes[i]}] - 1))
    heading "${queue_names[i]}"
    cat "$logs/$i.log"
    if [[ $status -ne 0 && ${queue_lanes[i]} != processor && $status -ne 130 ]]; then
      bad "${queue_names[i]} failed; it runs once more when the machine is quiet."
      again+=("$i")
    else
      part_ended "${queue_names[i]}" "$((SECONDS - began[$i]))" "$status" || failed=1
    fi
  done
  for i in "${again[@]}"; do run_again || failed=1; done
  tell_who_needed_quiet
  trap - INT TERM
  queue_lanes=() queue_names=() queue_commands=()
  return "$failed"
}

# What boots machines shares the places of all that do.
has_room() {
  [[ ${running[$1]:-0} -lt ${lane_limits[$1]} ]] || return 1
  [[ $1 == processor || $((${running[machines]:-0} + ${running[heavy]:-0})) -lt ${lane_limits[machines]} ]]
}

# Starts, in the order in which they were queued, all parts for which there is room in their lane.
start_what_may() {
  local lane
  for i in "${!queue_names[@]}"; do
    lane=${queue_lanes[i]}
    if [[ -n ${started[i]:-} ]] || ! has_room "$lane"; then continue; fi
    started[i]=yes
    running[$lane]=$((${running[$lane]:-0} + 1))
    start_part
  done
}

start_part() {
  began[$i]=$SECONDS
  say "▸ ${queue_names[i]}"
  rm -f "$logs/$i.status"
  # A process group of its own, so that all of a part can be told to end.
  set -m
  in_lane "${queue_lanes[i]}" "$logs/$i.status" "${queue_commands[i]}" </dev/null >"$logs/$i.log" 2>&1 &
  set +m
  pids[$i]=$!
}

# The second, quiet run of part `i`; its time is that of both.
run_again() {
  local quiet=$SECONDS
  cp "$logs/$i.log" "$logs/$i.first.log"
  start_part
  next_ended
  unset "pids[$i]"
  status=$(cat "$logs/$i.status" 2>/dev/null || echo 137)
  heading "${queue_names[i]}, once more and alone"
  cat "$logs/$i.log"
  [[ $status -ne 0 ]] || needed_quiet+=("${queue_names[i]}")
  part_ended "${queue_names[i]}" "$((SECONDS - quiet))" "$status"
}

tell_who_needed_quiet() {
  [[ ${#needed_quiet[@]} -gt 0 ]] || return 0
  bad "Failed beside other parts and passed alone (what was said first is above, and in test-logs/parts):"
  printf '  - %s\n' "${needed_quiet[@]}" >&2
}

# Waits for any part and sets `i` to it. (Bash 5.2 loses what ended before it was told to `wait -n` for it.)
next_ended() {
  while true; do
    for i in "${!pids[@]}"; do
      kill -0 "${pids[$i]}" 2>/dev/null || return 0
    done
    sleep 0.2
  done
}

in_lane() {
  local status=0
  trap : INT TERM # the part's own programs end by it, and this waits until they have
  if [[ $1 == processor ]]; then
    renice -n 19 "$BASHPID" >/dev/null
    chrt --idle --pid 0 "$BASHPID" || true
  fi
  eval "$3" || status=$?
  printf '%s\n' "$status" >"$2"
}

end_queued() {
  trap '' INT TERM
  for i in "${!pids[@]}"; do kill -TERM -- "-${pids[$i]}" 2>/dev/null || true; done
  wait || true
  bad "Interrupted; what ran was ended."
  exit 130
}
