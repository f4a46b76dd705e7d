#!/usr/bin/env bash
# jars.sh FOLDER CACHE: fetches the jars that FOLDER/pom.xml names, by Maven as it is set up here, and prints
# the folder that holds them. Once: they are kept in CACHE, and only as a whole.
set -euo pipefail
folder=$(realpath "$1") cache=$2
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

# What was released never changes, so the sums say which files these are.
hash=$(cat "$folder/pom.xml" "$folder/SHA256SUMS" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)
into=$cache/jars/$(basename "$folder")-$hash
if [[ ! -d $into ]]; then
  mkdir -p "$cache/jars"
  exec {lock}>"$cache/jars/lock"
  flock "$lock"
fi
if [[ ! -d $into ]]; then
  rm -rf "$into.unfinished"
  echo "==> fetching the jars of $(basename "$folder")" >&2
  mvn -B -q -Dstyle.color=never -f "$folder/pom.xml" "$plugin:copy-dependencies" \
    -DincludeScope=runtime -DoutputDirectory="$into.unfinished" >&2
  (cd "$into.unfinished" && sha256sum --quiet --strict -c "$folder/SHA256SUMS") >&2
  if [[ $(find "$into.unfinished" -name '*.jar' | wc -l) -ne $(wc -l <"$folder/SHA256SUMS") ]]; then
    echo "E: there are jars that $folder/SHA256SUMS does not name" >&2
    exit 1
  fi
  mv "$into.unfinished" "$into"
fi
echo "$into"
