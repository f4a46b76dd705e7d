# shellcheck shell=bash
# Installs the Debian packages of packaging/packages.txt that are missing, and only those.

# packages_for GROUP...: the names listed for any of the groups.
packages_for() {
  awk -v wanted=" $* " '!/^#/ && NF && index(wanted, " " $2 " ") { print $1 }' \
    "$root/packaging/packages.txt"
}

# Node.js is often there from elsewhere, as one package that brings npm along and that Debian's would
# conflict with. The program is what is needed, not the package.
without_what_is_there() {
  local name
  while read -r name; do
    case $name in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
    esac
    printf '%s\n' "$name"
  done
}

# One dpkg-query for all names, so that a second run costs milliseconds.
missing_packages() {
  local names installed
  mapfile -t names < <(packages_for "$@")
  # It fails when any is unknown, and still prints the others: the output is the answer.
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null |
    sed -n 's/^installed //p' | sort -u) || true
  comm -23 <(printf '%s\n' "${names[@]}" | sort -u) <(printf '%s\n' "$installed") |
    without_what_is_there
}

need_packages() {
  local missing
  command -v dpkg-query >/dev/null || die "This is not a Debian system: dpkg-query is missing." \
    "Ashlar is built and tested on Debian 12."
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  [[ $EUID -eq 0 ]] || die "${#missing[@]} Debian packages are missing and only root can install them:" \
    "apt-get install --no-install-recommends ${missing[*]}"
  heading "Installing ${#missing[@]} Debian packages"
  say "${missing[*]}" | fold -s -w 78 | sed 's/^/  /'
  install_packages "${missing[@]}"
}

install_packages() {
  local log policy=/usr/sbin/policy-rc.d made_policy='' status=0
  log=$(mktemp)
  # Debian starts a service as it is installed; this file is its documented way to say no.
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made_policy=yes
  fi
  apt_with_progress "$log" update || status=$?
  [[ $status -ne 0 ]] || apt_with_progress "$log" install -y --no-install-recommends "$@" || status=$?
  [[ -z $made_policy ]] || rm -f "$policy"
  if [[ $status -ne 0 ]]; then
    tail -n 25 "$log" >&2
    die "apt-get failed; its whole output is in $log." \
      "Check the network and /etc/apt/sources.list, then run the same command again."
  fi
  rm -f "$log"
  good "packages installed"
}

# apt-get with its status lines turned into progress, and its output kept in a file.
apt_with_progress() {
  local log=$1
  shift
  {
    DEBIAN_FRONTEND=noninteractive apt-get -q -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 \
      -o DPkg::Lock::Timeout=300 "$@" </dev/null 3>&1 >>"$log" 2>&1
  } | show_apt_progress
  return "${PIPESTATUS[0]}"
}

show_apt_progress() {
  local kind _ percent what shown=-10
  while IFS=: read -r kind _ percent what; do
    case $kind in
      dlstatus) kind=fetching ;;
      pmstatus) kind=installing ;;
      *) continue ;;
    esac
    percent=${percent%%.*}
    if [[ -t 1 ]]; then
      printf '\r\e[K  %-10s %3d%%  %.60s' "$kind" "$percent" "$what"
    elif ((percent >= shown + 10 || percent < shown)); then
      printf '  %-10s %3d%%\n' "$kind" "$percent"
      shown=$percent
    fi
  done
  [[ ! -t 1 ]] || printf '\r\e[K'
}
