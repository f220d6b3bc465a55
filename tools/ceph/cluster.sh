#!/usr/bin/env bash
# A real Ceph cluster on this machine, for tests and benchmarks: a monitor, a manager, three OSDs (BlueStore, size 3, min_size 2) and the object
# gateway with TLS, from Debian's packages. All that it has is in one folder and on 127.0.0.1; it needs no root.
set -euo pipefail
export LC_ALL=C.UTF-8

packages=(ceph-mon ceph-mgr ceph-osd radosgw)  # tools/dev/setup.sh installs the same
programs=(ceph ceph-mon ceph-mgr ceph-osd ceph-authtool monmaptool radosgw radosgw-admin curl openssl)
not_installed=77                               # what ctest takes for: skipped
patience=180                                   # seconds, for whatever is waited for

usage() {
  cat <<'END_USAGE'
usage: tools/ceph/cluster.sh COMMAND
  up DIR [PORT]              starts a cluster, or goes on with the one that is in DIR; returns when it is healthy. It takes 30 ports from PORT (24000)
  down DIR                   ends it; what it keeps stays in DIR
  status DIR                 what `ceph status` says
  bucket DIR NAME            makes a bucket
  kill DIR NAME              kills one of its processes with SIGKILL: osd.0, osd.1, osd.2, rgw (the gateway)
  start DIR                  starts those that are not there
  healthy DIR                returns when all is well and every object has its three copies
  run [PORT] -- COMMAND…     a new cluster as long as COMMAND runs, which finds the folder in CADUCEUS_CEPH; nothing is left. Ends with 77 where the
                             packages are missing
DIR has what a client needs: endpoint (a URL), credentials (of the user caduceus), ca.pem, and the bucket caduceus.
END_USAGE
}
say() { printf 'ceph: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# until_true WHAT COMMAND…: fails, and says what was waited for, when it does not become true.
until_true() {
  local what=$1 end=$((SECONDS + patience))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || die "not within $patience s: $what ($dir/log tells more)"
    sleep 0.3
  done
}

# The cluster in DIR, by its configuration alone: what /etc/ceph says does not count.
ceph_() { timeout 60 ceph --conf "$dir/ceph.conf" --keyring "$dir/admin.keyring" --connect-timeout 30 "$@"; }
admin_() { timeout 120 radosgw-admin --conf "$dir/ceph.conf" --keyring "$dir/admin.keyring" "$@"; }
daemon_pid() { cat "$dir/run/$1.pid" 2>/dev/null; }
# A number that another process has got meanwhile is none of ours.
lives() {
  local pid
  pid=$(daemon_pid "$1") && [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$dir/ceph.conf"
}
is_gone() { ! lives "$1"; }
daemons() { echo rgw osd.2 osd.1 osd.0 mgr mon; }

write_configuration() {
  local port=$1
  cat >"$dir/ceph.conf" <<END_CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v2:127.0.0.1:$port/0
mon initial members = a
public addr = 127.0.0.1
ms bind port min = $((port + 2))
ms bind port max = $((port + 29))
auth allow insecure global id reclaim = false
osd pool default size = 3
osd pool default min size = 2
osd pool default pg num = 8
osd pool default pg autoscale mode = off
# All three OSDs are on this machine.
osd crush chooseleaf type = 0
osd crush update on start = false
mon data avail warn = 2
mon data avail crit = 1
run dir = $dir/run
admin socket = $dir/run/\$name.asok
log file = $dir/log/\$name.log
mon cluster log file = $dir/log/cluster.log
crash dir = $dir/crash

[mon.a]
mon data = $dir/mon
pid file = $dir/run/mon.pid

[mgr.a]
mgr data = $dir/mgr
keyring = $dir/mgr/keyring
pid file = $dir/run/mgr.pid

[osd]
osd data = $dir/osd.\$id
pid file = $dir/run/osd.\$id.pid
osd objectstore = bluestore
# A sparse file each.
bluestore block size = 10737418240
bluestore cache autotune = false
bluestore cache size = 67108864
osd memory target = 939524096
# A copy that was lost is made again at once.
osd recovery sleep hdd = 0
osd max backfills = 8
osd recovery max active hdd = 16

[client.rgw]
keyring = $dir/rgw/keyring
rgw data = $dir/rgw
pid file = $dir/run/rgw.pid
rgw frontends = beast ssl_endpoint=127.0.0.1:$((port + 1)) ssl_certificate=$dir/rgw/certificate.pem ssl_private_key=$dir/rgw/key.pem tcp_nodelay=1
END_CONF
}

make_certificates() {
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30)
  openssl req -x509 "${key[@]}" -subj '/CN=a CA of this cluster' -keyout "$dir/ca.key" -out "$dir/ca.pem" 2>/dev/null
  openssl req -x509 "${key[@]}" -subj '/CN=localhost' -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' \
    -addext 'basicConstraints=critical,CA:false' -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
    -keyout "$dir/rgw/key.pem" -out "$dir/rgw/certificate.pem" 2>/dev/null
}

osds_are_up() { [[ $(ceph_ osd stat --format json | grep -o '"num_up_osds":[0-9]*') == "\"num_up_osds\":$1" ]]; }
is_healthy() { [[ $(ceph_ health) == HEALTH_OK ]]; }
gateway_answers() { curl --silent --cacert "$dir/ca.pem" --max-time 5 --output /dev/null "$(<"$dir/endpoint")"; }

# Everything that a cluster has before its first start.
make_cluster() {
  local id secret uuid
  mkdir -p "$dir"/{run,log,crash,mon,mgr,rgw,osd.0,osd.1,osd.2}
  write_configuration "$1"
  make_certificates
  ceph-authtool --create-keyring "$dir/mon.keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool --create-keyring "$dir/admin.keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-authtool "$dir/mon.keyring" --import-keyring "$dir/admin.keyring"
  monmaptool --create --addv a "[v2:127.0.0.1:$1]" --fsid "$(sed -n 's/^fsid = //p' "$dir/ceph.conf")" "$dir/monmap"
  ceph-mon --conf "$dir/ceph.conf" --mkfs --id a --monmap "$dir/monmap" --keyring "$dir/mon.keyring"
  ceph-mon --conf "$dir/ceph.conf" --id a
  until_true 'the monitor answers' ceph_ mon stat
  ceph_ auth get-or-create mgr.a mon 'allow profile mgr' osd 'allow *' -o "$dir/mgr/keyring"
  ceph_ auth get-or-create client.rgw mon 'allow rwx' osd 'allow rwx' -o "$dir/rgw/keyring"
  ceph_ config set mgr mgr/balancer/active false
  for id in 0 1 2; do
    secret=$(ceph-authtool --gen-print-key)
    read -r uuid </proc/sys/kernel/random/uuid
    ceph_ osd new "$uuid" "$id" -i - <<<"{\"cephx_secret\": \"$secret\"}"
    ceph-authtool --create-keyring "$dir/osd.$id/keyring" --name "osd.$id" --add-key "$secret"
    ceph-osd --conf "$dir/ceph.conf" --id "$id" --mkfs --osd-uuid "$uuid"
    ceph_ osd crush add "osd.$id" 1 root=default
  done
  echo "https://127.0.0.1:$(($1 + 1))" >"$dir/endpoint"
}

make_user() {
  local user
  user=$(admin_ user create --uid caduceus --display-name caduceus --access-key "$(openssl rand -hex 10)" --secret-key "$(openssl rand -hex 20)")
  install -m 600 /dev/null "$dir/credentials"
  {
    echo '[default]'
    sed -n 's/^ *"access_key": "\(.*\)",/aws_access_key_id = \1/p; s/^ *"secret_key": "\(.*\)"/aws_secret_access_key = \1/p' <<<"$user"
  } >"$dir/credentials"
}

# start NAME PROGRAM OPTIONS…: it puts itself into the background.
start_one() {
  lives "$1" && return
  "$2" --conf "$dir/ceph.conf" "${@:3}" >>"$dir/log/start.log" 2>&1 || die "$1 does not start: $(tail -n 3 "$dir/log/start.log")"
}
start() {
  local id
  start_one mon ceph-mon --id a
  start_one mgr ceph-mgr --id a
  for id in 0 1 2; do start_one "osd.$id" ceph-osd --id "$id"; done
  until_true 'three OSDs are up' osds_are_up 3
  start_one rgw radosgw --name client.rgw
  until_true 'the object gateway answers' gateway_answers
}

up() {
  local is_new=0
  if [[ ! -f $dir/ready ]]; then
    [[ ! -e $dir/ceph.conf ]] || die "$dir has a cluster that was not made to its end: remove that folder first"
    is_new=1
    make_cluster "${1:-24000}" >"$dir/made.log" 2>&1 || die "no cluster: $(tail -n 3 "$dir/made.log")"
  fi
  start
  until_true 'HEALTH_OK' is_healthy
  if ((is_new)); then
    make_user
    bucket caduceus
    touch "$dir/ready"
  fi
  echo "endpoint $(<"$dir/endpoint"), credentials $dir/credentials, CA $dir/ca.pem, bucket caduceus"
}

bucket() {
  local key secret
  key=$(sed -n 's/^aws_access_key_id = //p' "$dir/credentials")
  secret=$(sed -n 's/^aws_secret_access_key = //p' "$dir/credentials")
  # From standard input: an argument can be read by all.
  curl --silent --show-error --fail --cacert "$dir/ca.pem" --aws-sigv4 aws:amz:us-east-1:s3 --config - --request PUT \
    --header 'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' "$(<"$dir/endpoint")/$1" \
    <<<"user = \"$key:$secret\"" || die "no bucket $1"
}

down() {
  local name pid
  for name in $(daemons); do
    lives "$name" || continue
    pid=$(daemon_pid "$name")
    kill "$pid" 2>/dev/null || true
    # The gateway waits for what its clients left open.
    for _ in {1..50}; do lives "$name" || break; sleep 0.1; done
    if lives "$name"; then kill -9 "$pid" 2>/dev/null || true; fi
    until_true "$name ends" is_gone "$name"
  done
}

run() {
  local port=24000 program status=0
  [[ ${1:-} == -- ]] || { port=${1:?}; shift; }
  [[ ${1:-} == -- ]] || die 'run [PORT] -- COMMAND…'
  shift
  for program in "${programs[@]}"; do
    command -v "$program" >/dev/null && continue
    say "skipped: there is no $program; ./dev test --ceph installs ${packages[*]}"
    exit "$not_installed"
  done
  dir=$(mktemp -d "${TMPDIR:-/tmp}/caduceus-ceph-XXXXXX")
  trap 'down; rm -rf "$dir"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  up "$port"
  CADUCEUS_CEPH=$dir "$@" || status=$?
  ((status == 0)) || tail -n 5 "$dir"/log/*.log >&2
  exit "$status"
}

command=${1:-}
[[ -n $command ]] || { usage >&2; exit 2; }
shift
if [[ $command != run && $command != help ]]; then
  [[ -n ${1:-} ]] || { usage >&2; exit 2; }
  [[ $command != up ]] || mkdir -p "$1"
  dir=$(realpath "$1")
  shift
fi
case $command in
  up | down | run | bucket | start) "$command" "$@" ;;
  status) ceph_ status ;;
  kill) lives "$1" && kill -9 "$(daemon_pid "$1")" && until_true "$1 ends" is_gone "$1" ;;
  healthy) until_true 'HEALTH_OK' is_healthy ;;
  help) usage ;;
  *) usage >&2; exit 2 ;;
esac
