#!/usr/bin/env bash
# ./dev devnet as a user has it: four hospitals get their accounts, one hires a doctor and revokes its licence, one is killed; the network ends on
# SIGTERM and goes on where it was.
#   devnet_test.sh REPOSITORY BUILD
set -euo pipefail
cd "$1"
caduceus=$2/caduceus
work=$(mktemp -d)
port=$((20000 + $$ % 1000 * 10 + 5000))
network=0

end() {
  ((network == 0)) || { kill "$network" 2>/dev/null && wait "$network"; } || true
  rm -rf "$work"
}
trap end EXIT
fail() {
  echo "FAILED: $*" >&2
  tail -n 5 "$work"/*.log "$work"/net/*.err >&2 || true
  exit 1
}

begin() {
  bash -c 'set -euo pipefail; warn() { echo "$*" >&2; }; source tools/dev/devnet.sh; run_devnet "$@"' devnet \
    --build "$2" --dir "$work/net" --port "$port" >"$work/$1.log" 2>&1 &
  network=$!
  until grep -q 'The devnet runs' "$work/$1.log"; do
    kill -0 "$network" 2>/dev/null || fail 'the devnet did not start'
    sleep 0.1
  done
}
finish() {
  kill -TERM "$network"
  wait "$network" || fail "the devnet ended with $?"
  network=0
  local pid
  for pid in "$work"/net/*.pid; do ! kill -0 "$(<"$pid")" 2>/dev/null || fail "a process of the devnet is left: $pid"; done
}
words=(--passphrase-file "$work/net/passphrase")
of() { "$caduceus" "$@" "${words[@]}" --json; }
height() { of sup status --dir "$work/net/h$1" | sed 's/.*"height":\([0-9]*\).*/\1/'; }
# Of the block after which h3 answers, which may be an older one than another hospital's.
is_revoked() { of sup proof --dir "$work/net/h3" --hospital h1 --doctor dr-lee | grep -q '"revoked":true'; }
soon() { for _ in {1..100}; do "$@" && return; sleep 0.1; done; return 1; }
isnt_revoked() { ! is_revoked; }

begin first "$2"
for i in 1 2 3 4; do
  of sup proof --dir "$work/net/h2" --account "hospital:h$i" | grep -q '"account":true' || fail "h$i has no account"
done

"$caduceus" pkg token --dir "$work/net/authority" --role doctor --name dr-lee --hospital h1 --address "127.0.0.1:$port" --out "$work/token" >/dev/null
"$caduceus" enrol --token "$work/token" --dir "$work/dr-lee" "${words[@]}" >/dev/null
nodes=(--genesis "$work/net/genesis" --node "h1=127.0.0.1:$((port + 1))" --node "h4=127.0.0.1:$((port + 4))")
of register --dir "$work/dr-lee" --pkg "127.0.0.1:$port" "${nodes[@]}" >/dev/null
of hospital hire --dir "$work/net/h1" --doctor "$work/dr-lee/member" --device 0 --out "$work/licence" >/dev/null
isnt_revoked || fail 'a doctor who was hired is revoked'
kill -KILL "$(<"$work/net/h1.pid")" || fail 'h1 does not run'
of hospital revoke --dir "$work/net/h1" --licence "$work/licence" "${nodes[@]}" >/dev/null
soon is_revoked || fail 'the revocation is not on the list'

before=$(height 2)
finish
begin second "$2"
soon is_revoked || fail 'the revocation was lost'
(($(height 1) >= before)) || fail "the chain went back from $before to $(height 1)"
of hospital reinstate --dir "$work/net/h1" --licence "$work/licence" "${nodes[@]}" >/dev/null
soon isnt_revoked || fail 'a doctor who was reinstated is revoked'
finish
