#!/usr/bin/env bash
# The floor: the cluster of cluster.py by plain shell, all machines at once, one ssh command a step.
# usage: redis.sh DIRECTORY SSH_CONFIG     (DIRECTORY: see cluster.py; certificates are issued already)
set -euo pipefail
cd "$1"
config=$2
password=$(cat password)

on() { ssh -F "$config" "$@"; }

install_and_start() {
  local name=$1 role=$2 public=$3 package=redis-server unit=redis-server
  if [ "$role" = sentinel ]; then package=redis-sentinel unit=redis-sentinel; fi
  tar -C "$name" -cf - . | on "$public" "set -e
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $package >/dev/null 2>&1
    rm /usr/sbin/policy-rc.d
    mkdir -p /etc/redis/tls
    tar -C /etc/redis -xf - --no-same-owner
    cd /etc/redis; mv node.crt node.key ca.crt tls/
    chown -R redis:redis /etc/redis; chmod 600 tls/node.key; chmod 640 ./*.*
    systemctl enable -q --now $unit"
}

# redis_at PUBLIC PRIVATE PORT, commands on standard input
redis_at() {
  { printf 'AUTH %s\n' "$password"; cat; } |
    on "$1" "redis-cli --tls --cacert /etc/redis/tls/ca.crt -h $2 -p $3" 2>/dev/null
}

until_true() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "gave up: $*" >&2
  return 1
}

master_takes_a_write() {  # with two replicas that confirm it
  [ "$(printf 'SET bench:proof %s\nWAIT 2 1000\n' "$2" | redis_at "$1" "$2" 6379 | tail -n 1)" = 2 ]
}
replica_has_it() { [ "$(printf 'GET bench:proof\n' | redis_at "$1" "$2" 6379 | tail -n 1)" = "$3" ]; }
sentinel_agrees() {
  local answer
  answer=$(for m in 1 2 3; do
    printf 'SENTINEL GET-MASTER-ADDR-BY-NAME bench-m%s\nSENTINEL CKQUORUM bench-m%s\n' $m $m
  done | redis_at "$1" "$2" 26379)
  [ "$(grep -c '^OK 3 usable Sentinels' <<<"$answer")" = 3 ] &&
    [ "$(grep -cFx -f masters <<<"$answer")" = 3 ]
}

prove() {
  case $2 in
    master) until_true master_takes_a_write "$3" "$4" ;;
    replica) until_true replica_has_it "$3" "$4" "$5" ;;
    sentinel) until_true sentinel_agrees "$3" "$4" ;;
  esac
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

awk '$2 == "master" {print $4}' inventory > masters
for_each_node install_and_start
for_each_node prove
