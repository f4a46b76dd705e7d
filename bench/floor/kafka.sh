#!/usr/bin/env bash
# The floor: the cluster of kafka_cluster.py by plain shell, all machines at once, over one connection a
# machine, one ssh command for all that a node needs.
# usage: kafka.sh DIRECTORY SSH_CONFIG      (DIRECTORY: see kafka_files.py)
set -euo pipefail
proof=$(cat "$(dirname "$0")/kafka_prove.sh")
cd "$1"
config=$2

on() { ssh -F "$config" "$@"; }

set_up() {
  local name=$1 public=$3
  until on "$public" true 2>/dev/null; do sleep 0.05; done
  tar -C "$name" -cf - . | on "$public" "set -e
    useradd --system --home-dir /var/lib/kafka --shell /usr/sbin/nologin kafka
    mkdir -p /etc/kafka/tls /var/lib/kafka
    tar -C /etc/kafka -xf - --no-same-owner
    cd /etc/kafka
    cat node.key node.crt > tls/node.pem
    mv ca.crt tls/
    mv kafka.service /etc/systemd/system/
    chown -R root:kafka /etc/kafka && chmod -R g+rX,o-rwx /etc/kafka
    chown kafka:kafka /var/lib/kafka
    runuser -u kafka -- sh format >/dev/null
    systemctl daemon-reload
    systemctl enable -q --now kafka"
}

pids=()
while read -r line; do
  # shellcheck disable=SC2086 # the words of a line are the arguments
  set_up $line </dev/null &
  pids+=($!)
done < inventory
for pid in "${pids[@]}"; do wait "$pid"; done

read -r _ _ public address _ < <(grep ' broker ' inventory)
mapfile -t numbers < <(awk '$2 == "broker" { print $5 }' inventory)
printf -v script '%q ' bash -c "$proof" prove "$address" "${numbers[@]}"
on "$public" "$script" < password
