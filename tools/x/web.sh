# shellcheck shell=bash
# The console's part of ./x check and ./x test. Its build is CMake's (web/CMakeLists.txt).

# What the lock file says, installed once: npm writes its own list last, so that file's age is the installation's.
install_console() {
  local installed=$root/web/node_modules/.package-lock.json file
  for file in package.json package-lock.json .npmrc; do
    if [[ ! $installed -nt $root/web/$file ]]; then
      (cd "$root/web" && npm ci --no-audit --no-fund --loglevel=error) || return 1
      touch "$installed"
      return
    fi
  done
}

check_console() { install_console && (cd "$root/web" && node tools/check.mjs); }

run_console_tests() {
  install_console || return 1
  (cd "$root/web" && NO_COLOR=1 logged vitest node_modules/.bin/vitest run)
}

# Of what the build has just put into the program.
check_first_page() { node "$root/web/tools/size.mjs" "$root/build/web/dist"; }
