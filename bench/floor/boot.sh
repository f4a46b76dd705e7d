#!/usr/bin/env bash
# The floor: COUNT machines by bare systemd-nspawn on overlays of the pocket cloud's image, all at
# once, until every sshd has greeted. Prints the seconds that took.
# usage: boot.sh IMAGE_ROOT DIRECTORY COUNT      (DIRECTORY holds host_key, an SSH host key)
set -euo pipefail
image=$1 directory=$2 count=$3

# Mounts, links and processes live in namespaces that end with this process, however it ends.
if [[ ${4-} != inside ]]; then
  exec timeout 60 unshare --mount --net --pid --fork --kill-child --mount-proc \
    "$0" "$image" "$directory" "$count" inside
fi

start() {
  local name=m$1 disk=$directory/m$1 root=$directory/m$1/root
  mkdir -p "$root" "$disk/upper" "$disk/work"
  mount -t overlay -o "lowerdir=$image,upperdir=$disk/upper,workdir=$disk/work" overlay "$root"
  cp "$directory/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
  ip netns add "$name"
  ip link add "veth$1" type veth peer name eth0 netns "$name"
  ip link set "veth$1" master machines up
  ip -n "$name" address add "192.0.2.$((10 + $1))/24" dev eth0
  ip -n "$name" link set eth0 up
  exec systemd-nspawn --quiet --register=no --keep-unit --boot --console=pipe \
    --network-namespace-path="/run/netns/$name" --machine="bench-$name" --hostname="$name" \
    --directory="$root" --bind=/dev/net/tun --capability=CAP_NET_ADMIN --resolv-conf=off \
    --timezone=off --link-journal=no </dev/null &>"$disk/console"
}

greeted() {
  local greeting=
  { exec 9<>"/dev/tcp/192.0.2.$((10 + $1))/22"; } 2>/dev/null || return 1
  read -r -t 1 -n 7 greeting <&9 || true
  exec 9<&-
  [[ $greeting == SSH-2.0 ]]
}

mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
ip link add machines type bridge
ip address add 192.0.2.1/24 dev machines
ip link set machines up
began=$EPOCHREALTIME
for ((i = 1; i <= count; i++)); do start "$i" & done
for ((i = 1; i <= count; i++)); do
  until greeted "$i"; do sleep 0.05; done
done
awk -v began="$began" -v now="$EPOCHREALTIME" 'BEGIN { print now - began }'
