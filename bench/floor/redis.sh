#!/usr/bin/env bash
# The floor: the cluster of cluster.py by plain shell, all machines at once, one ssh command a step,
# over one connection a machine. Nothing waits for a machine but that machine's own steps.
# usage: redis.sh DIRECTORY SSH_CONFIG      (DIRECTORY: see cluster.py)
# Prints "reached SECONDS" and "installed SECONDS" (the clock's) for each node.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$1"
config=$2
proof=$(cat "$here/prove.sh")

on() { ssh -F "$config" "$@"; }

reach() {
  until on "$1" true 2>/dev/null; do sleep 0.05; done
  echo "reached $EPOCHREALTIME"
}

set_up() {
  local name=$1 role=$2 public=$3 package=redis-server
  [ "$role" != sentinel ] || package=redis-sentinel
  reach "$public"
  on "$public" "set -e
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $package >/dev/null 2>&1
    rm /usr/sbin/policy-rc.d"
  echo "installed $EPOCHREALTIME"
  # The package's own unit and paths: Ashlar's drop-in is work that the floor is spared.
  tar -C "$name" -cf - . | on "$public" "set -e
    mkdir -p /etc/redis/tls
    tar -C /etc/redis -xf - --no-same-owner
    cd /etc/redis; mv node.crt node.key ca.crt tls/
    chown -R redis:redis /etc/redis; chmod 600 tls/node.key; chmod 640 ./*.*
    systemctl enable -q --now $package"
}

prove() {
  local name=$1 role=$2 public=$3 private=$4 leader=$5 script
  printf -v script '%q ' bash -c "$proof" prove "$role" "$private" "$leader"
  on "$public" "$script" < "$name.proof"
}

for_each_node() {  # for_each_node FUNCTION
  local pids=() line
  while read -r line; do
    # shellcheck disable=SC2086 # the words of a line are the arguments
    "$1" $line </dev/null &
    pids+=($!)
  done < inventory
  for pid in "${pids[@]}"; do wait "$pid"; done
}

for_each_node set_up
for_each_node prove
