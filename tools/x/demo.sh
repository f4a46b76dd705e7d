# shellcheck shell=bash
# ./x demo, status, cli, down: a pocket cloud and Ashlar on this machine, started and stopped as a
# whole. A process is known by its id and its start time, so a number that the kernel has given to
# another process meanwhile is never touched.

# --- processes ---------------------------------------------------------------------------------

start_time_of() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name in parentheses may hold spaces; the fields after it do not. Field 22 is the start time.
  read -ra stat <<<"${stat##*) }"
  printf '%s\n' "${stat[19]}"
}

# The id of the running process recorded under a name; fails when it does not run.
running() {
  local pid started
  read -r pid started 2>/dev/null <"$instance_dir/run/$1" || return 1
  [[ $(start_time_of "$pid") == "$started" ]] || return 1
  printf '%s\n' "$pid"
}

# start_process NAME COMMAND...: detached from this terminal, with its output in logs/NAME.log.
start_process() {
  local name=$1 pid
  shift
  mkdir -p "$instance_dir"/{run,logs}
  setsid "$@" </dev/null >>"$instance_dir/logs/$name.log" 2>&1 9>&- &
  pid=$!
  printf '%s %s\n' "$pid" "$(start_time_of "$pid")" >"$instance_dir/run/$name"
}

# Asks, waits up to half a minute, then insists.
stop_process() {
  local name=$1 pid i
  if pid=$(running "$name"); then
    kill -TERM "$pid" 2>/dev/null || true
    for ((i = 0; i < 300; i++)); do
      running "$name" >/dev/null || break
      sleep 0.1
    done
    if running "$name" >/dev/null; then
      bad "$name did not stop within 30 s and is killed"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    good "$name stopped"
  fi
  rm -f "$instance_dir/run/$name"
}

# A process whose program was built anew since it started.
is_outdated() {
  local pid
  pid=$(running "$1") || return 1
  [[ ! "/proc/$pid/exe" -ef "$2" ]]
}

# wait_until_ready NAME SECONDS COMMAND...: until the command succeeds; fails with the end of the log
# as soon as the process is gone.
wait_until_ready() {
  local name=$1 deadline=$((SECONDS + $2)) began
  began=$(date +%s%N)
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! running "$name" >/dev/null || ((SECONDS >= deadline)); then
      tail -n 20 "$instance_dir/logs/$name.log" >&2
      die "$name did not become ready; the end of $instance_dir/logs/$name.log is above."
    fi
    sleep 0.1
  done
  good "$name is ready after $((($(date +%s%N) - began) / 1000000)) ms"
}

# --- the two programs --------------------------------------------------------------------------

pocketcloud_program=$root/build/pocketcloud/pocketcloud
ashlar_program=$root/build/src/main/ashlar

pocket_url() { printf 'http://127.0.0.1:%s' "$ASHLAR_POCKET_PORT"; }
ashlar_url() { printf 'http://127.0.0.1:%s' "$ASHLAR_PORT"; }

# The token goes to curl on standard input: an argument would show in the process list.
pocket_answers() {
  printf 'header = "Authorization: Bearer %s"\n' "$(cat "$instance_dir/pocketcloud/token")" |
    curl -sf -m 5 --noproxy '*' -K - "$(pocket_url)/v2/account"
}
ashlar_answers() { curl -sf -m 5 --noproxy '*' "$(ashlar_url)/api/health/ready"; }

start_pocketcloud() {
  if running pocketcloud >/dev/null && ! is_outdated pocketcloud "$pocketcloud_program" && has_layers; then
    good "pocketcloud runs at $(pocket_url)"
    return
  fi
  stop_process pocketcloud
  start_process pocketcloud "$pocketcloud_program" serve --data "$instance_dir/pocketcloud" \
    --listen "127.0.0.1:$ASHLAR_POCKET_PORT" --name "$ASHLAR_NAME" \
    --public-pool "$ASHLAR_PUBLIC_POOL" --vpc-pool "$ASHLAR_VPC_POOL" --image-cache "$image_cache" \
    "${layer_options[@]}"
  printf '%s\n' "${layer_options[*]}" >"$instance_dir/layers.running"
  wait_until_ready pocketcloud 60 pocket_answers
}

start_ashlar() {
  if running ashlar >/dev/null && ! is_outdated ashlar "$ashlar_program"; then
    good "ashlar runs at $(ashlar_url)"
    return
  fi
  stop_process ashlar
  start_process ashlar "$ashlar_program" serve --data "$instance_dir/ashlar" \
    --listen "127.0.0.1:$ASHLAR_PORT" --digitalocean-url "$(pocket_url)" \
    --digitalocean-token-file "$instance_dir/pocketcloud/token"
  wait_until_ready ashlar 60 ashlar_answers
}

ashlar_cli() {
  ASHLAR_SERVER=$(ashlar_url) ASHLAR_TOKEN_FILE=$instance_dir/ashlar/admin-token \
    "$ashlar_program" "$@"
}

layer_options=()

# --- commands ----------------------------------------------------------------------------------

# x_demo [EXAMPLE]: the name of a file in examples.
x_demo() {
  require_root "./x demo"
  local spec
  spec=$(demo_spec "$@") || exit 1
  need_packages build demo
  load_instance
  heading "Building"
  compile "${program_targets[@]}"
  heading "Machine image (in $image_cache, shared by all clones)"
  "$pocketcloud_program" image --image-cache "$image_cache" ||
    die "The machine image could not be made; see above."
  add_layers "$(word_of kind "$spec")"
  heading "Starting"
  start_pocketcloud
  start_ashlar
  heading "Applying ${spec#"$root/"}"
  finish_what_was_begun "$(word_of name "$spec")"
  ashlar_cli apply -f "$spec" --yes || deployment_failed $?
  print_what_there_is "$(word_of name "$spec")" "$(word_of kind "$spec")"
}

# The file of the example that was asked for.
demo_spec() {
  local spec=$root/examples/${1:-demo}.yaml
  [[ $# -le 1 && -f $spec ]] || die "./x demo takes the name of one example:" \
    "$(cd "$root/examples" && printf '%s ' *.yaml | sed 's/\.yaml//g')"
  realpath "$spec"
}

# word_of FIELD SPEC
word_of() { sed -n "s/^$1: *//p" "$2" | head -n 1; }

# What machines of the kind fetch from elsewhere, and these here cannot, lies over their image. Layers that
# were needed once stay: what runs already may need them, too.
add_layers() {
  local name used=$instance_dir/layers
  layer_options=()
  touch "$used"
  [[ ! -d $root/packaging/layers/$1 ]] || grep -qx "$1" "$used" || printf '%s\n' "$1" >>"$used"
  [[ -s $used ]] || return 0
  need_packages layers
  heading "What machines get besides"
  while read -r name; do
    layer_options+=(--layer "$("$root/packaging/layers/layer.sh" "$name" "$image_cache" \
      "$("$pocketcloud_program" image --image-cache "$image_cache" | tail -n 1 | awk '{ print $NF }')")")
  done <"$used"
}

has_layers() { [[ $(cat "$instance_dir/layers.running" 2>/dev/null) == "${layer_options[*]}" ]]; }

# A demo that was interrupted goes on where it stands, and one that failed is tried again.
finish_what_was_begun() {
  local last
  last=$(ashlar_cli operations -o json |
    jq -r --arg name "$1" '[.items[] | select(.resourceName == $name)][0] // {} | "\(.id) \(.state)"')
  case $last in
    *' pending' | *' running') ashlar_cli watch "${last% *}" || deployment_failed $? ;;
    *' failed') ashlar_cli retry "${last% *}" || deployment_failed $? ;;
    *' cancelling') ashlar_cli watch "${last% *}" || true ;;
  esac
}

deployment_failed() {
  [[ $1 -ne 130 ]] || die "Interrupted; the deployment goes on." "./x demo follows it again." "./x down removes all of it."
  die "The deployment did not succeed; see above." \
    "'./x demo' continues it; './x cli operations' lists operations." \
    "Logs: $instance_dir/logs"
}

# print_what_there_is NAME KIND
print_what_there_is() {
  local name=$1
  heading "Running"
  say "  console    $(ashlar_url)/servers"
  say "             sign in with the token from the file below"
  say "  API        $(ashlar_url)/api"
  say "  token      $instance_dir/ashlar/admin-token (readable by root only)"
  say "  cloud      $(pocket_url) (answers as DigitalOcean does)"
  say "  logs       $instance_dir/logs"
  heading "Connecting"
  # The program is not on the PATH of someone who has just cloned this.
  ashlar_cli credentials "$2" "$name" --connect | sed 's#\bashlar credentials#./x cli credentials#'
  heading "Next"
  say "  ./x cli describe $2 $name"
  say "                   nodes, roles, addresses, certificates"
  say "  ./x cli delete $2 $name"
  say "                   the plan of a deletion; asks before it acts"
  say "  ./x demo         again: finds everything in place"
  say "  ./x down         stops and removes all of it"
}

x_status() {
  local name pid
  [[ -f $instance_dir/instance.env ]] || { say "No demo runs from this clone."; return 0; }
  load_instance
  for name in pocketcloud ashlar; do
    if pid=$(running "$name"); then good "$name runs, process $pid"; else bad "$name does not run"; fi
  done
  say "  cloud $(pocket_url), API $(ashlar_url)/api, data $instance_dir"
  say "  console $(ashlar_url)/servers, token in $instance_dir/ashlar/admin-token"
  if running ashlar >/dev/null; then ashlar_cli get; fi
}

x_cli() {
  [[ -f $instance_dir/instance.env ]] || die "No demo runs from this clone." "./x demo starts one."
  load_instance
  ashlar_cli "$@"
}

x_down() {
  if [[ ! -d $instance_dir ]]; then
    say "Nothing runs from this clone."
    return
  fi
  require_root "./x down"
  local began=$SECONDS
  stop_process ashlar
  stop_process pocketcloud
  if [[ -d $instance_dir/pocketcloud ]]; then
    [[ -x $pocketcloud_program ]] || compile pocketcloud
    "$pocketcloud_program" down --data "$instance_dir/pocketcloud" ||
      die "pocketcloud could not remove everything; its data stays for another './x down'."
  fi
  release_instance
  rm -rf "${instance_dir:?}"/{run,logs,ashlar,pocketcloud}
  rmdir "$instance_dir" 2>/dev/null || true
  good "everything is removed, in $((SECONDS - began)) s"
  say "  kept: build/, and the machine image in $image_cache (shared by all clones)"
}
