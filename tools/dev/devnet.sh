# shellcheck shell=bash
# ./dev devnet: an authority, some hospitals with both chains, and miners as processes on this machine. Sourced by ./dev.

devnet_help() {
  cat <<'TEXT'
usage: ./dev devnet [--dir DIR] [--hospitals N] [--miners M] [--cpu-share HUNDREDTHS] [--port PORT]

An enrolment authority, N hospitals (4) and M miners (2), each with a share of a core (25), on this machine, on ports from PORT (7300) on: the authority,
the hospitals' nodes of SUP, their nodes of MED, the miners'. Everything they keep is in DIR (.devnet). Runs until Ctrl-C; the next time it goes on with what is in DIR. Needs what ./dev build makes.

  ./dev devnet --hospitals 4
TEXT
}

run_devnet() {
  local dir=.devnet hospitals=4 miners=2 share=25 port=7300 caduceus=build/release/caduceus
  while (($# > 0)); do
    case $1 in
      --dir) dir=$2 && shift 2 ;;
      --hospitals) hospitals=$2 && shift 2 ;;
      --miners) miners=$2 && shift 2 ;;
      --cpu-share) share=$2 && shift 2 ;;
      --port) port=$2 && shift 2 ;;
      --build) caduceus=$2/caduceus && shift 2 ;;  # for tests
      *) devnet_help >&2 && return 2 ;;
    esac
  done
  ((hospitals >= 4 && hospitals <= 31)) || { warn 'a devnet has 4 to 31 hospitals' && return 2; }

  local pkg=127.0.0.1:$port i
  local nodes=() med_nodes=() members=()
  for ((i = 1; i <= hospitals; ++i)); do
    nodes+=(--node "h$i=127.0.0.1:$((port + i))")
    med_nodes+=(--node "h$i=127.0.0.1:$((port + hospitals + i))")
    members+=(--hospital "$dir/h$i/member")
  done
  for ((i = 1; i <= miners; ++i)); do med_nodes+=(--node "miner:m$i=127.0.0.1:$((port + 2 * hospitals + i))"); done
  devnet_processes=()
  trap devnet_stop EXIT
  trap 'exit 0' INT TERM

  (umask 077 && mkdir -p "$dir" && { [[ -s $dir/passphrase ]] || head -c 24 /dev/urandom | base64 >"$dir/passphrase"; })
  local words=(--passphrase-file "$dir/passphrase")
  [[ -e $dir/authority/master.keystore ]] || "$caduceus" pkg init --dir "$dir/authority" "${words[@]}" >/dev/null
  devnet_serve authority "$dir" pkg serve --dir "$dir/authority" --listen "$pkg" "${words[@]}"
  for ((i = 1; i <= hospitals; ++i)); do devnet_enrol hospital "h$i" "$dir"; done
  for ((i = 1; i <= miners; ++i)); do devnet_enrol miner "m$i" "$dir"; done
  [[ -e $dir/genesis ]] ||
    "$caduceus" consortium new --name devnet --devnet --authority "$dir/authority/authority" "${members[@]}" --out "$dir/genesis" >/dev/null
  for ((i = 1; i <= hospitals; ++i)); do
    [[ -e $dir/h$i/sup.json ]] ||
      "$caduceus" sup init --dir "$dir/h$i" --genesis "$dir/genesis" --listen "127.0.0.1:$((port + i))" "${nodes[@]}" "${words[@]}" >/dev/null
    [[ -e $dir/h$i/med.json ]] ||
      "$caduceus" med init --dir "$dir/h$i" --genesis "$dir/genesis" --listen "127.0.0.1:$((port + hospitals + i))" "${med_nodes[@]}" "${words[@]}" >/dev/null
    devnet_serve "h$i" "$dir" hospital serve --dir "$dir/h$i" "${words[@]}"
  done
  for ((i = 1; i <= miners; ++i)); do
    [[ -e $dir/m$i/med.json ]] ||
      "$caduceus" med init --dir "$dir/m$i" --genesis "$dir/genesis" --listen "127.0.0.1:$((port + 2 * hospitals + i))" "${med_nodes[@]}" "${words[@]}" >/dev/null
    devnet_serve "m$i" "$dir" med mine --dir "$dir/m$i" --cpu-share "$share" "${words[@]}"
  done
  for ((i = 1; i <= hospitals; ++i)); do
    [[ -e $dir/h$i.registered ]] && continue
    printf 'opening the account of h%d on SUP\n' "$i"
    "$caduceus" register --dir "$dir/h$i" --genesis "$dir/genesis" --pkg "$pkg" "${nodes[@]}" "${words[@]}" >/dev/null
    touch "$dir/h$i.registered"
  done

  printf '\nThe devnet runs: authority on %s, hospitals and miners on ports %d to %d. Ctrl-C ends it; logs are in %s/*.log.\nTry, in another terminal:\n' \
    "$pkg" $((port + 1)) $((port + 2 * hospitals + miners)) "$dir"
  printf '  %s sup status --dir %s/h1 --passphrase-file %s/passphrase\n' "$caduceus" "$dir" "$dir"
  printf '  %s med status --dir %s/m1 --passphrase-file %s/passphrase\n' "$caduceus" "$dir" "$dir"
  wait
}

# devnet_enrol ROLE NAME DIR: once.
devnet_enrol() {
  local role=$1 name=$2 dir=$3
  [[ -e $dir/$name/member ]] && return
  printf 'enrolling %s %s\n' "$role" "$name"
  [[ -e $dir/$name.token ]] || "$caduceus" pkg token --dir "$dir/authority" --role "$role" --name "$name" --address "$pkg" --out "$dir/$name.token" >/dev/null
  "$caduceus" enrol --token "$dir/$name.token" --dir "$dir/$name" "${words[@]}" >/dev/null
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
