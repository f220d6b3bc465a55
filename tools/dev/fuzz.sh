# shellcheck shell=bash
# Runs the fuzzers, one on each core. Sourced by ./dev.

run_fuzzers() {
  local seconds=60 names=() name path
  while (($# > 0)); do
    case $1 in
      --seconds)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die '--seconds needs a number of seconds'
        seconds=$2
        shift
        ;;
      -*) die "unknown option $1: ./dev fuzz --help" ;;
      *) names+=("${1#fuzz_}") ;;
    esac
    shift
  done
  setup
  [[ -f test/fuzz/CMakeLists.txt ]] || not_built_yet 'the fuzzers, in test/fuzz'
  configure fuzz
  ninja -C build/fuzz test/fuzz/all
  if ((${#names[@]} == 0)); then
    for path in build/fuzz/test/fuzz/fuzz_*; do
      if [[ -f $path && -x $path ]]; then names+=("${path##*/fuzz_}"); fi
    done
  fi
  ((${#names[@]} > 0)) || not_built_yet 'the fuzzers, in test/fuzz'
  for name in "${names[@]}"; do
    [[ -x build/fuzz/test/fuzz/fuzz_$name ]] || die "no fuzzer $name; there are: $(cd build/fuzz/test/fuzz && echo fuzz_*)"
  done

  local cores rounds failed=()
  cores=$(nproc)
  rounds=$(((${#names[@]} + cores - 1) / cores))
  headline "${#names[@]} fuzzers, $seconds s each, $cores at a time: about $(((rounds * seconds + 59) / 60)) min"
  mkdir -p build/fuzz/{log,crashes}
  for name in "${names[@]}"; do
    while (($(jobs -rp | wc -l) >= cores)); do wait -n || true; done
    fuzz_one "$name" "$seconds" &
  done
  wait

  for name in "${names[@]}"; do
    [[ -f build/fuzz/log/$name.passed ]] || failed+=("$name")
  done
  for name in "${failed[@]}"; do
    headline "${red}failed: $name"
    grep -v '^#[0-9]' "build/fuzz/log/$name.log" | tail -n 40
    path=$(sed -n 's/^.*Test unit written to //p' "build/fuzz/log/$name.log" | tail -n 1)
    echo "again: build/fuzz/test/fuzz/fuzz_$name ${path:-(it left no input: build/fuzz/log/$name.log)}"
  done
  ((${#failed[@]} == 0)) || die "${#failed[@]} of ${#names[@]} fuzzers failed"
  echo "fuzz: ${#names[@]} fuzzers found nothing"
}

# fuzz_one NAME SECONDS. The first folder of libFuzzer's is the one it writes to.
fuzz_one() {
  local name=$1 seconds=$2 log=build/fuzz/log/$1.log options=() folders=("build/fuzz/corpus/$1")
  mkdir -p "${folders[0]}"
  rm -f "build/fuzz/log/$name.passed"
  if [[ -d test/fuzz/corpus/$name ]]; then folders+=("test/fuzz/corpus/$name"); fi
  if [[ -f test/fuzz/$name.dict ]]; then options+=("-dict=test/fuzz/$name.dict"); fi
  export UBSAN_OPTIONS=print_stacktrace=1 ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer
  if "build/fuzz/test/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/crashes/$name-" "${options[@]}" "${folders[@]}" >"$log" 2>&1 </dev/null; then
    touch "build/fuzz/log/$name.passed"
    awk -v name="$name" '/^stat::number_of_executed_units:/ { runs = $2 } / cov: / { sub(/.* cov: /, ""); coverage = $1 }
      END { printf "%-28s %12d runs  coverage %6d\n", name, runs, coverage }' "$log"
  else
    printf '%-28s FAILED\n' "$name"
  fi
}
