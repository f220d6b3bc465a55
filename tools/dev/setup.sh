# shellcheck shell=bash
# What a fresh Debian 12 lacks. Sourced by ./dev.

base_packages=(
  g++ cmake ninja-build make ccache mold git ca-certificates dpkg-dev file iproute2
  libssl-dev libboost1.81-dev libargon2-dev libcrypto++-dev libfec-dev librocksdb-dev libexpected-dev libcli11-dev nlohmann-json3-dev
  libfmt-dev libvalijson-dev libcurl4-openssl-dev libpugixml-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev valgrind faketime
)
clang_packages=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19 llvm-19 shellcheck)
# A real object store for tests (0.65 GB): ./dev test --ceph.
ceph_packages=(ceph-mon ceph-mgr ceph-osd radosgw curl openssl)
oldest_node=18

# install_missing PACKAGE…: with apt-get, and only if one is missing.
install_missing() {
  local package missing=() installed as_root=()
  command -v apt-get >/dev/null || die "this is no Debian: install by hand what these packages hold: $*"
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' "$@" 2>/dev/null || true)
  for package; do
    [[ $'\n'$installed == *$'\n'"$package ii "* ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "these packages are missing, and installing them needs root or sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  headline "setup: installing ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  "${apt[@]}" update || die 'apt-get update failed: is there a network, and may you use sudo?'
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || die "apt-get could not install: ${missing[*]}"
}

node_version() {
  local version
  version=$(node --version 2>/dev/null) || version=v0
  version=${version#v}
  echo "${version%%.*}"
}

install_base() {
  local wanted=("${base_packages[@]}")
  # Another Node than Debian's does as well.
  if (($(node_version) < oldest_node)); then wanted+=(nodejs npm); elif ! command -v npm >/dev/null; then wanted+=(npm); fi
  install_missing "${wanted[@]}"
  hash -r
  (($(node_version) >= oldest_node)) || die "$(command -v node) is older than $oldest_node, and stands before Debian's in PATH"
}

# tools/node_modules is as the lock file says, integrity hashes included; no package runs a script of its own.
install_npm_packages() {
  local stamp=tools/node_modules/.lock-hash hash
  hash=$(sha256sum <tools/package-lock.json)
  [[ ! -f $stamp || $(<"$stamp") != "$hash" ]] || return 0
  headline 'setup: npm packages'
  (cd tools && npm ci --ignore-scripts --no-audit --no-fund) || die 'npm ci failed'
  echo "$hash" >"$stamp"
}

setup() {
  local system
  # shellcheck disable=SC1091
  system=$(source /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}") || system='unknown'
  [[ $system == 'debian 12' ]] || warn "made for Debian 12, not tried on this system ($system)"
  install_base
  install_npm_packages
  configure release
  [[ -f build/release/libblst.a ]] || ninja -C build/release blst
}

# configure PRESET: when it was not yet, or the presets changed since. (Ninja itself sees changes of CMakeLists.txt.)
configure() {
  local stamp=build/$1/.configured
  case $1 in asan | tsan | fuzz | coverage | tidy) install_missing "${clang_packages[@]}" ;; esac
  # What clang-tidy looks for has changed: it looks at everything again.
  if [[ $1 == tidy && .clang-tidy -nt $stamp ]]; then rm -rf build/tidy; fi
  if [[ ! -f build/$1/build.ninja || ! $stamp -nt CMakePresets.json ]]; then
    headline "configure $1"
    cmake --preset "$1"
    touch "$stamp"
  fi
}
