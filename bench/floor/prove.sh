# shellcheck shell=bash
# Runs on a node, once a node, and returns when it works; the checks are those of Ashlar's proof.
# The floor and Ansible both use it: one connection, and it looks again as often as Ashlar does.
#   bash -c "$(cat prove.sh)" prove ROLE ADDRESS LEADER
# Standard input: the password; for a sentinel the masters' addresses, and those of all replicas and
# of its peers, the latter once a group; each list sorted, in one line.
set -u
export LC_ALL=C  # one order of addresses everywhere
role=$1 address=$2 leader=$3 port=6379
[ "$role" != sentinel ] || port=26379
IFS= read -r password
IFS= read -r masters
IFS= read -r acquainted

redis() {  # commands on standard input
  { printf 'AUTH %s\n' "$password"; cat; } |
    redis-cli --tls --cacert /etc/redis/tls/ca.crt -h "$address" -p "$port" 2>/dev/null | tr -d '\r'
}

# Its certificate is of our authority and for its address.
certificate_holds() {
  openssl s_client -connect "$address:$port" -CAfile /etc/redis/tls/ca.crt -verify_ip "$address" \
    -verify_return_error </dev/null >/dev/null 2>&1
}

# A master takes a write that two replicas confirm.
master_works() {
  local answer
  answer=$(printf 'INFO replication\nSET bench:proof %s EX 60\nWAIT 2 2000\nGET bench:proof\n' \
    "$address" | redis)
  grep -qx 'role:master' <<<"$answer" &&
    [ "$(tail -n 2 <<<"$answer")" = "$(printf '2\n%s' "$address")" ]
}

# A replica follows its master and returns that write.
replica_works() {
  local answer
  answer=$(printf 'INFO replication\nGET bench:proof\n' | redis)
  grep -qx "master_host:$leader" <<<"$answer" && grep -qx 'master_link_status:up' <<<"$answer" &&
    [ "$(tail -n 1 <<<"$answer")" = "$leader" ]
}

# A sentinel names the masters, reaches all their replicas and its peers, and has its quorum.
sentinel_works() {
  local m answer
  answer=$(printf 'SENTINEL MASTERS\n' | redis)
  [ "$(awk '/^ip$/ {getline; print}' <<<"$answer" | sort | xargs)" = "$masters" ] || return 1
  if grep -Eq 's_down|o_down|disconnected|failover_in_progress' <<<"$answer"; then return 1; fi
  answer=$(for m in 1 2 3; do
    printf 'SENTINEL REPLICAS bench-m%s\nSENTINEL SENTINELS bench-m%s\nSENTINEL CKQUORUM bench-m%s\n' \
      $m $m $m
  done | redis)
  [ "$(grep -c '^OK 3 usable' <<<"$answer")" = 3 ] &&
    [ "$(awk '/^ip$/ {getline; print}' <<<"$answer" | sort | xargs)" = "$acquainted" ] &&
    ! grep -Eq 's_down|o_down|disconnected' <<<"$answer"
}

tries=0
until certificate_holds && "${role}_works"; do
  tries=$((tries + 1))
  if [ $tries -ge 200 ]; then
    echo "$role at $address does not work" >&2
    exit 1
  fi
  sleep 0.15
done
