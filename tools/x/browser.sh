# shellcheck shell=bash
# The console in a real browser: its tests, and pictures of all its pages.

need_browser() {
  need_packages build demo test
  command -v chromium >/dev/null || die "The console is tested in Chromium, which is missing: apt-get install chromium"
  [[ -d $root/web/node_modules/playwright-core ]] ||
    die "web/node_modules lacks playwright-core; './x build' installs what the console needs."
}

# Each suite of tests/ whose tests are node's own: files named *.test.mjs.
run_node_suite() {
  need_browser && end_to_end_possible || return 1
  local files=("$root/tests/$1/"*.test.mjs)
  logged "node-$1" node --test --test-reporter=spec "${files[@]}" </dev/null
}

# ./x screenshots [PART OF A NAME...]: every page and dialog with real data into build/screenshots.
x_screenshots() {
  require_root "./x screenshots"
  need_browser
  compile "${program_targets[@]}"
  end_to_end_possible || exit 1
  exec node "$root/tests/web/screenshots.mjs" "$root/build/screenshots" "$@"
}
