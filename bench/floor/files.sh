#!/usr/bin/env bash
# The same 20 files by raw shell: one multiplexed SSH connection a machine, one ssh command a file.
# usage: files.sh SSH_CONFIG ADDRESS...
set -euo pipefail
config=$1
shift

check_or_write() {
  local address=$1 i
  for i in $(seq 0 19); do
    ssh -F "$config" "$address" "
      f=/etc/ashlar-bench/file-$i; want='line $i'
      if [ \"\$(cat \"\$f\" 2>/dev/null)\" != \"\$want\" ] ||
         [ \"\$(stat -c '%a %U %G' \"\$f\")\" != '640 root root' ]; then
        mkdir -p /etc/ashlar-bench && printf '%s\n' \"\$want\" > \"\$f.new\" &&
        chmod 640 \"\$f.new\" && chown root:root \"\$f.new\" && mv \"\$f.new\" \"\$f\"
      fi" </dev/null
  done
}

pids=()
for address in "$@"; do
  check_or_write "$address" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
