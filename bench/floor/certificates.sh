#!/usr/bin/env bash
# An authority and a certificate a node, of the kind that Ashlar issues (P-256, the address inside).
#   certificates.sh keys DIRECTORY NAME...    what needs no address yet
#   certificates.sh sign DIRECTORY            for the addresses in DIRECTORY/inventory
set -euo pipefail
step=$1
cd "$2"
shift 2

request() {  # request NAME SUBJECT OPTION...: a new key in NAME.key
  local name=$1 subject=$2
  shift 2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$subject" \
    -keyout "$name.key" "$@" 2>/dev/null
}

sign() {  # sign NAME ADDRESS
  openssl x509 -req -in "$1/node.csr" -CA ca.crt -CAkey ca.key -days 365 -out "$1/node.crt" \
    -set_serial "0x$(openssl rand -hex 16)" \
    -extfile <(printf 'subjectAltName=IP:%s,IP:127.0.0.1\n' "$2") 2>/dev/null
  cp ca.crt "$1/ca.crt"
  rm "$1/node.csr"
}

pids=()
case $step in
  keys)
    request ca 'bench CA' -x509 -days 3650 -out ca.crt &
    pids+=($!)
    for name in "$@"; do
      request "$name/node" "$name" -out "$name/node.csr" &
      pids+=($!)
    done
    ;;
  sign)
    while read -r name _ _ address _; do
      sign "$name" "$address" &
      pids+=($!)
    done < inventory
    ;;
esac
for pid in "${pids[@]}"; do wait "$pid"; done
