#!/usr/bin/env bash
# The same 20 files by raw shell over one multiplexed SSH connection a machine, all machines at once.
# usage: files.sh one|all SSH_CONFIG ADDRESS...       one ssh command a file, or one for all files
set -euo pipefail
how=$1 config=$2
shift 2

# Content, mode and owner, with one process beside the shell; an atomic write where they differ.
commands() {  # commands FIRST LAST
  cat <<SHELL
for ((i = $1; i <= $2; i++)); do
  f=/etc/ashlar-bench/file-\$i
  if [ "\$( { <"\$f"; } 2>/dev/null)" != "line \$i" ] ||
     [ "\$(stat -c '%a %U %G' "\$f")" != '640 root root' ]; then
    mkdir -p /etc/ashlar-bench && printf 'line %s\n' "\$i" >"\$f.new" && chmod 640 "\$f.new" &&
      chown root:root "\$f.new" && mv "\$f.new" "\$f"
  fi
done
SHELL
}

check_or_write() {
  local i
  if [ "$how" = all ]; then
    ssh -F "$config" "$1" "$(commands 0 19)" </dev/null
    return
  fi
  for i in {0..19}; do ssh -F "$config" "$1" "${command_of[i]}" </dev/null; done
}

command_of=()
for i in {0..19}; do command_of[i]=$(commands "$i" "$i"); done
pids=()
for address in "$@"; do
  check_or_write "$address" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
