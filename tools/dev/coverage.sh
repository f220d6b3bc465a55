# shellcheck shell=bash
# Which lines the tests reach. Sourced by ./dev.

# run_coverage CTEST-OPTIONS…
run_coverage() {
  local to=build/coverage objects=() path
  setup
  build coverage
  rm -rf "$to/profiles"
  mkdir -p "$to/profiles"
  (($# > 0)) || set -- -LE long
  # One file a program, which processes at the same time merge into.
  LLVM_PROFILE_FILE=$root/$to/profiles/%m.profraw ctest --test-dir "$to" --output-on-failure --no-tests=error "$@" \
    || warn 'a test failed: what it did not reach is missing below'
  llvm-profdata-19 merge -sparse -o "$to/all.profdata" "$to"/profiles/*.profraw
  while IFS= read -r path; do objects+=(-object "$path"); done < <(find "$to" -type f -perm -u+x \( -name '*_test' -o -name 'caduceus*' -o -name 'replay_*' \) | sort)
  llvm-cov-19 show -format=html -output-dir="$to/html" -instr-profile="$to/all.profdata" -ignore-filename-regex='_test\.cpp$' "${objects[@]:1}" -sources src >/dev/null
  llvm-cov-19 export -format=text -summary-only -instr-profile="$to/all.profdata" -ignore-filename-regex='_test\.cpp$' "${objects[@]:1}" -sources src >"$to/summary.json"
  node tools/coverage.mjs "$to/summary.json" "$root/src"
  echo "line by line: $to/html/index.html"
}
