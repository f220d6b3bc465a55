# shellcheck shell=bash
# ./dev devnet: an authority and some hospitals as processes on this machine. Sourced by ./dev.

devnet_help() {
  cat <<'TEXT'
usage: ./dev devnet [--dir DIR] [--hospitals N] [--port PORT]

An enrolment authority and N hospitals (4) on this machine, on ports from PORT (7300) on, with everything they keep in DIR (.devnet). Runs until
Ctrl-C; the next time it goes on with what is in DIR. Needs what ./dev build makes.

  ./dev devnet --hospitals 4
TEXT
}

run_devnet() {
  local dir=.devnet hospitals=4 port=7300 caduceus=build/release/caduceus
  while (($# > 0)); do
    case $1 in
      --dir) dir=$2 && shift 2 ;;
      --hospitals) hospitals=$2 && shift 2 ;;
      --port) port=$2 && shift 2 ;;
      --build) caduceus=$2/caduceus && shift 2 ;;  # for tests
      *) devnet_help >&2 && return 2 ;;
    esac
  done
  ((hospitals >= 4 && hospitals <= 31)) || { warn 'a devnet has 4 to 31 hospitals' && return 2; }

  local pkg=127.0.0.1:$port i
  local nodes=() members=()
  for ((i = 1; i <= hospitals; ++i)); do
    nodes+=(--node "h$i=127.0.0.1:$((port + i))")
    members+=(--hospital "$dir/h$i/member")
  done
  devnet_processes=()
  trap devnet_stop EXIT
  trap 'exit 0' INT TERM

  (umask 077 && mkdir -p "$dir" && { [[ -s $dir/passphrase ]] || head -c 24 /dev/urandom | base64 >"$dir/passphrase"; })
  local words=(--passphrase-file "$dir/passphrase")
  [[ -e $dir/authority/master.keystore ]] || "$caduceus" pkg init --dir "$dir/authority" "${words[@]}" >/dev/null
  devnet_serve authority "$dir" pkg serve --dir "$dir/authority" --listen "$pkg" "${words[@]}"
  for ((i = 1; i <= hospitals; ++i)); do
    [[ -e $dir/h$i/member ]] && continue
    printf 'enrolling hospital h%d\n' "$i"
    [[ -e $dir/h$i.token ]] || "$caduceus" pkg token --dir "$dir/authority" --role hospital --name "h$i" --address "$pkg" --out "$dir/h$i.token" >/dev/null
    "$caduceus" enrol --token "$dir/h$i.token" --dir "$dir/h$i" "${words[@]}" >/dev/null
  done
  [[ -e $dir/genesis ]] ||
    "$caduceus" consortium new --name devnet --devnet --authority "$dir/authority/authority" "${members[@]}" --out "$dir/genesis" >/dev/null
  for ((i = 1; i <= hospitals; ++i)); do
    [[ -e $dir/h$i/sup.json ]] ||
      "$caduceus" sup init --dir "$dir/h$i" --genesis "$dir/genesis" --listen "127.0.0.1:$((port + i))" "${nodes[@]}" "${words[@]}" >/dev/null
    devnet_serve "h$i" "$dir" sup serve --dir "$dir/h$i" "${words[@]}"
  done
  for ((i = 1; i <= hospitals; ++i)); do
    [[ -e $dir/h$i.registered ]] && continue
    printf 'opening the account of h%d on SUP\n' "$i"
    "$caduceus" register --dir "$dir/h$i" --genesis "$dir/genesis" --pkg "$pkg" "${nodes[@]}" "${words[@]}" >/dev/null
    touch "$dir/h$i.registered"
  done

  printf '\nThe devnet runs: authority on %s, hospitals on ports %d to %d. Ctrl-C ends it; logs are in %s/*.log.\nTry, in another terminal:\n' \
    "$pkg" $((port + 1)) $((port + hospitals)) "$dir"
  printf '  %s sup status --dir %s/h1 --passphrase-file %s/passphrase\n' "$caduceus" "$dir" "$dir"
  wait
}

# devnet_serve NAME DIR ARGUMENT…: a process of the devnet, and waits until it listens.
devnet_serve() {
  local name=$1 dir=$2 log=$2/$1.log
  "$caduceus" "${@:3}" --json >"$log" 2>"$log.err" &
  local process=$!
  devnet_processes+=("$process")
  echo "$process" >"$dir/$name.pid"
  until [[ -s $log ]]; do
    kill -0 "$process" 2>/dev/null || { warn "$name did not start:" && cat "$log.err" >&2 && exit 1; }
    sleep 0.05
  done
}

devnet_stop() {
  local process
  for process in "${devnet_processes[@]}"; do kill "$process" 2>/dev/null || true; done
  wait || true
}
