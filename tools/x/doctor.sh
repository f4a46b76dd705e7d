# shellcheck shell=bash
# ./x doctor: what this machine lacks to build Ashlar and to run machines, and for how many machines its
# limits have room. Changes nothing.

doctor_failed=0

# judge WHAT REMEDY COMMAND...: one line, good or bad.
judge() {
  local what=$1 remedy=$2
  shift 2
  if "$@" >/dev/null 2>&1; then good "$what"; else
    bad "$what: $remedy"
    doctor_failed=1
  fi
}

is_debian_12() { grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; }
has_disk() { [[ $(df --output=avail -BG "$root" | tail -1 | tr -dc 0-9) -ge 10 ]]; }
nothing_missing() { [[ -z $(missing_packages "$@") ]]; }
missing_for() { missing_packages "$@" | tr '\n' ' '; }

x_doctor() {
  local group
  heading "This machine"
  judge "Debian 12" "Ashlar is built and tested on Debian 12" is_debian_12
  judge "runs as root" "machines, bridges and firewall rules need it: sudo ./x doctor" test "$EUID" -eq 0
  judge "10 GB of disk" "the build and the machine image need them" has_disk
  for group in build demo test check; do
    judge "packages for ./x $group" "missing: $(missing_for "$group"); ./x $group installs them" nothing_missing "$group"
  done
  heading "Machines on it"
  if [[ -x $pocketcloud_program ]]; then
    "$pocketcloud_program" doctor "$@" || doctor_failed=1
  else
    bad "pocketcloud is not built yet, so its limits are not looked at: ./x build pocketcloud"
    doctor_failed=1
  fi
  return "$doctor_failed"
}
