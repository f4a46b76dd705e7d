# shellcheck shell=bash
# ./x check [--all]: everything that can be said about the code without running it.

cpp_files() {
  git -C "$root" ls-files --cached --others --exclude-standard -- \
    'src/*.cpp' 'src/*.hpp' 'pocketcloud/*.cpp' 'pocketcloud/*.hpp' \
    'tests/*.cpp' 'bench/*.cpp' 'tests/*.hpp' 'bench/*.hpp'
}

check_format() {
  local files faulty
  mapfile -t files < <(cd "$root" && cpp_files)
  faulty=$(cd "$root" && printf '%s\n' "${files[@]}" |
    xargs -P "$(nproc)" -n 8 clang-format-19 --dry-run 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: warning: code should be clang-formatted.*/\1/p' | sort | uniq -c)
  if [[ -n $faulty ]]; then
    printf '%s\n' "$faulty" >&2
    bad "Lines to format in each file are above. clang-format-19 -i FILE... does it."
    return 1
  fi
  good "${#files[@]} files are formatted"
}

check_includes() { python3 "$root/tools/check_includes.py" "$root"; }

# Files that another one sources are checked with it (-a), since they share its variables.
check_shell() {
  local scripts
  mapfile -t scripts < <(cd "$root" &&
    git grep -lI --untracked -e '^#!.*\bbash' -e '^#!/bin/sh' -- x .ci tools packaging bench tests)
  (cd "$root" && shellcheck -a -x "${scripts[@]}") || return 1
  good "${#scripts[@]} shell scripts and what they source"
}

check_packages() { python3 "$root/tools/check_packages.py" "$root"; }

check_contract() {
  python3 "$root/tools/assemble_openapi.py" --check && python3 "$root/tools/check_openapi.py" "$root/api/openapi.yaml"
}

check_kind_names() {
  git -C "$root" ls-files --cached --others --exclude-standard | python3 "$root/tools/check_kind_names.py" "$root"
}

# Each file is read on its own, so that it names every header that it uses: neither together with others of
# its target nor behind precompiled headers, as the build compiles it.
check_tidy() {
  cmake -S "$root" -B "$root/build/tidy" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=OFF \
    -DASHLAR_PRECOMPILE=OFF >/dev/null || return 1
  python3 "$root/tools/run_tidy.py" "$root" "$@"
}

check_tools() { /usr/bin/python3 -m pytest -q -p no:cacheprovider "$root/tools"; }

x_check() {
  local failed=0
  need_packages build check
  part 'check: format' check_format || failed=1
  part 'check: include directions' check_includes || failed=1
  part 'check: shell scripts' check_shell || failed=1
  part 'check: packages' check_packages || failed=1
  part 'check: API contract' check_contract || failed=1
  part 'check: names of kinds' check_kind_names || failed=1
  part 'check: the console' check_console || failed=1
  part 'check: the checks themselves' check_tools || failed=1
  part 'check: clang-tidy' check_tidy "$@" || failed=1
  parts_table || failed=1
  return "$failed"
}
