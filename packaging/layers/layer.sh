#!/usr/bin/env bash
# layer.sh NAME CACHE IMAGE_ROOT: makes what machines get from outside elsewhere, and the pocket cloud's cannot,
# into a layer over its image, and prints the folder: `pocketcloud serve --layer FOLDER`. The folder NAME beside
# this says what is in it: `packages`, Debian packages by name, and `jars/X/pom.xml`, jars for /opt/X/libs.
# Made once for each image and kept in CACHE. Needs root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 cache=$2 base=$3
description=$here/$name
[[ -d $description ]] || { echo "E: there is no $description" >&2; exit 1; }

# The image's own name says what it was made of.
hash=$({ echo "$base"; find "$description" -type f -print0 | sort -z | xargs -0 cat; cat "$here"/*.sh; } |
  sha256sum | cut -c1-12)
into=$cache/layers/$name-$hash

# In a mount namespace of its own, so that nothing stays mounted however this ends.
make() {
  local unfinished=$into.unfinished jars
  rm -rf "$unfinished"
  mkdir -p "$unfinished"/{root,work,merged,lists/partial,debs/partial}
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$unfinished/root,workdir=$unfinished/work" "$unfinished/merged"
  mount -t proc proc "$unfinished/merged/proc"
  if [[ -s $description/packages ]]; then add_packages "$unfinished"; fi
  umount "$unfinished/merged/proc" "$unfinished/merged"
  for jars in "$description"/jars/*/; do
    [[ -d $jars ]] || continue
    mkdir -p "$unfinished/root/opt/$(basename "$jars")"
    cp -r "$("$here/jars.sh" "$jars" "$cache")" "$unfinished/root/opt/$(basename "$jars")/libs"
  done
  chmod -R u=rwX,go=rX "$unfinished/root/opt"
  rm -rf "$unfinished"/{work,merged,lists,debs} "$unfinished/root"/{debs,tmp,var/log,var/cache/apt/archives}
  # A directory with this name is always whole.
  mv "$unfinished/root" "$into"
  rm -rf "$unfinished"
}

# The host's apt fetches, from the host's own sources, what the image lacks; the image's dpkg unpacks.
add_packages() {
  local unfinished=$1 apt names
  mapfile -t names <"$description/packages"
  host_sources >"$unfinished/sources.list"
  apt=(apt-get -qq -o "Dir::State::status=$base/var/lib/dpkg/status" -o "Dir::State::lists=$unfinished/lists"
    -o "Dir::Cache::archives=$unfinished/debs" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache="
    -o "Dir::Etc::sourcelist=$unfinished/sources.list" -o Dir::Etc::sourceparts=- -o APT::Install-Recommends=false
    -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -o Debug::NoLocking=true)
  echo "==> fetching ${names[*]}" >&2
  "${apt[@]}" update >&2
  "${apt[@]}" --download-only -y install "${names[@]}" >&2
  echo "==> installing ${names[*]}" >&2
  mkdir -p "$unfinished/merged/debs" "$unfinished/merged/usr/share/man/man1" # Java's package wants to put a link there
  mount --bind "$unfinished/debs" "$unfinished/merged/debs"
  DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$unfinished/merged" \
    sh -c 'exec dpkg --force-unsafe-io --force-confdef -i /debs/*.deb' >"$unfinished/dpkg.log" 2>&1 ||
    { tail -n 20 "$unfinished/dpkg.log" >&2; exit 1; }
  umount "$unfinished/merged/debs"
  rmdir "$unfinished/merged/debs"
}

host_sources() {
  [[ -n $(debian_12_sources) ]] || apt-get -qq update >&2 # apt may have no lists yet
  debian_12_sources
}

debian_12_sources() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(CREATED_BY)|$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' |
    awk -F'|' '$1 == "Packages" && $2 == "Debian" && $4 ~ /^bookworm(-updates|-security)?$/ && $5 == "main" {
      print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $3 " " $4 " main" }' | sort -u
}

if [[ ${4:-} == in-namespace ]]; then
  make
  exit
fi
if [[ ! -d $into ]]; then
  mkdir -p "$cache/layers"
  exec {lock}>"$cache/layers/lock"
  flock "$lock"
  [[ -d $into ]] || unshare --mount bash "${BASH_SOURCE[0]}" "$name" "$cache" "$base" in-namespace >&2
fi
echo "$into"
