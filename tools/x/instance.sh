# shellcheck shell=bash
# What keeps clones apart: a short name, ports and an address pool for each, in .ashlar/instance.env.
#
# One number N of 0..63 decides all of them: the pool 10.(64+N).0.0/16, and the ports 17400+4N and
# up. A claim is a file named N that holds the instance's folder; the claims' folder is emptied by a
# reboot, as are the bridges and routes that it guards.

instance_dir=${ASHLAR_INSTANCE_DIR:-$root/.ashlar}
image_cache=${ASHLAR_IMAGE_CACHE:-/var/cache/pocketcloud}
claims_dir=/run/ashlar-instances

# Reads instance.env, or claims a number and writes it. Sets the ASHLAR_* variables.
load_instance() {
  mkdir -p "$instance_dir"
  instance_dir=$(cd "$instance_dir" && pwd -P)
  if [[ -f $instance_dir/instance.env ]]; then claim_again; else make_instance; fi
  # shellcheck source=/dev/null
  source "$instance_dir/instance.env"
}

own_number() { sed -n 's/^ASHLAR_NUMBER=//p' "$instance_dir/instance.env"; }

claim_is_ours() { [[ $(cat "$claims_dir/$(own_number)" 2>/dev/null) == "$instance_dir" ]]; }

# A reboot empties the claims and leaves this instance's data, whose machines have addresses in its
# pool: only the same number will do.
claim_again() {
  claim_is_ours && return
  require_root "Claiming an address pool"
  mkdir -p "$claims_dir"
  (
    flock 9
    ! claim_is_taken "$(own_number)" && printf '%s\n' "$instance_dir" >"$claims_dir/$(own_number)"
  ) 9>"$claims_dir/lock" ||
    die "Pool $(own_number) of this clone was taken by $(cat "$claims_dir/$(own_number)")." \
      "'./x down' here or there frees it."
}

make_instance() {
  require_root "Claiming an address pool"
  local hash number name second
  hash=$(printf '%s' "$instance_dir" | sha256sum | cut -c1-8)
  name=a${hash:0:5}
  number=$(claim_number $((16#$hash % 64))) ||
    die "No free address pool: every /16 of 10.64.0.0/10 is in use or claimed on this machine." \
      "Claims are in $claims_dir; './x down' in another clone frees its claim."
  second=$((64 + number))
  cat >"$instance_dir/instance.env" <<ENV
ASHLAR_NUMBER=$number
ASHLAR_NAME=$name
ASHLAR_PORT=$((17400 + 4 * number))
ASHLAR_POCKET_PORT=$((17401 + 4 * number))
ASHLAR_PUBLIC_POOL=10.$second.0.0/17
ASHLAR_VPC_POOL=10.$second.128.0/17
ENV
}

# Prints the first free number from the given one on, claimed under a lock against other clones.
claim_number() {
  local first=$1 offset number
  mkdir -p "$claims_dir"
  (
    flock 9
    for ((offset = 0; offset < 64; offset++)); do
      number=$(((first + offset) % 64))
      claim_is_taken "$number" && continue
      pool_is_in_use "$number" && continue
      ports_are_in_use "$number" && continue
      printf '%s\n' "$instance_dir" >"$claims_dir/$number"
      printf '%s\n' "$number"
      exit 0
    done
    exit 1
  ) 9>"$claims_dir/lock"
}

# A claim whose instance was deleted without './x down' is void.
claim_is_taken() {
  local owner
  owner=$(cat "$claims_dir/$1" 2>/dev/null) || return 1
  [[ $owner != "$instance_dir" && -d $owner ]]
}

# Addresses or routes of this machine within 10.(64+N).0.0/16; the default route covers all and says
# nothing.
pool_is_in_use() {
  { ip -4 -o address; ip -4 route show table all; } 2>/dev/null |
    grep -q "\b10\.$((64 + $1))\.[0-9]"
}

ports_are_in_use() {
  local port
  for port in $((17400 + 4 * $1)) $((17401 + 4 * $1)); do
    [[ -z $(ss -Hltn "sport = :$port") ]] || return 0
  done
  return 1
}

release_instance() {
  [[ -f $instance_dir/instance.env ]] || return 0
  if claim_is_ours; then
    rm -f "$claims_dir/$(own_number)"
  fi
  rm -f "$instance_dir/instance.env"
}

# ./x instance [release]: for people and for tests, which give each run a folder of its own by
# ASHLAR_INSTANCE_DIR and release it afterwards.
x_instance() {
  if [[ ${1:-} == release ]]; then
    release_instance
    return
  fi
  load_instance
  cat "$instance_dir/instance.env"
}
