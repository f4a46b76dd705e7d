# shellcheck shell=bash
# The Python that runs the tests: Debian's, with its packages, and the few that Debian does not have.

python_requirements=$root/packaging/python-test-requirements.txt
python_folder=$root/build/python

# Prints the program, made when the list of packages has changed since it was. Each package is the file
# whose hash the list names, and brings no others along.
test_python() {
  local wanted
  wanted=$(sha256sum "$python_requirements" | cut -d' ' -f1)
  if [[ $(cat "$python_folder/made-from" 2>/dev/null) != "$wanted" ]]; then
    rm -rf "$python_folder"
    { /usr/bin/python3 -m venv --system-site-packages "$python_folder" &&
      "$python_folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --require-hashes -r "$python_requirements"; } >&2 ||
      { bad "The Python packages of $python_requirements could not be installed; see above."; return 1; }
    printf '%s\n' "$wanted" >"$python_folder/made-from"
  fi
  printf '%s\n' "$python_folder/bin/python"
}
