# shellcheck shell=bash
# ./x build [TARGET...]: packages, configure, compile.

# What ./x demo needs; ./x build makes everything, tests included.
program_targets=(ashlar ashlar-node pocketcloud)

compile() {
  need_packages build
  [[ -f $root/build/build.ninja ]] || (cd "$root" && cmake --preset release) ||
    die "CMake could not configure the build; its messages are above."
  # A line a finished file on a pipe, one line that is redrawn on a terminal.
  NINJA_STATUS='[%f/%t, %es] ' ninja -C "$root/build" "$@" || die "The build failed; see above."
}

x_build() { compile "$@"; }
