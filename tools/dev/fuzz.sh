# shellcheck shell=bash
# Runs the fuzzers, one on each core, each for so many seconds of a processor's time: beside other work that takes longer. Sourced by ./dev.

run_fuzzers() {
  local seconds=60 names=() name path what=run
  while (($# > 0)); do
    case $1 in
      --seconds)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die '--seconds needs a number of seconds'
        seconds=$2
        shift
        ;;
      --minimise) what=minimise ;;
      -*) die "unknown option $1: ./dev fuzz --help" ;;
      *) names+=("${1#fuzz_}") ;;
    esac
    shift
  done
  if ((${#names[@]} == 0)); then names=(test/fuzz/corpus/*); fi
  names=("${names[@]##*/}")
  for name in "${names[@]}"; do
    [[ -d test/fuzz/corpus/$name ]] || die "no fuzzer $name; there are: $(cd test/fuzz/corpus && echo *)"
  done
  setup
  configure fuzz
  ninja -C build/fuzz "${names[@]/#/fuzz_}"
  if [[ $what == minimise ]]; then
    for name in "${names[@]}"; do minimise_corpus "$name"; done
    return
  fi

  local cores rounds failed=() tick
  declare -A running=()  # process → fuzzer
  tick=$(getconf CLK_TCK)
  cores=$(nproc)
  rounds=$(((${#names[@]} + cores - 1) / cores))
  headline "${#names[@]} fuzzers, $seconds s each, $cores at a time: about $(((rounds * seconds + 59) / 60)) min"
  mkdir -p build/fuzz/{log,crashes}
  # What runs in the background does not hear Ctrl-C.
  trap 'kill "${!running[@]}" 2>/dev/null; exit 130' INT TERM
  for name in "${names[@]}"; do
    if ((${#running[@]} >= cores)); then finish_fuzzer "$seconds"; fi
    start_fuzzer "$name"
  done
  while ((${#running[@]} > 0)); do finish_fuzzer "$seconds"; done
  trap - INT TERM

  for name in "${failed[@]}"; do
    headline "${red}failed: $name"
    grep -v '^#[0-9]' "build/fuzz/log/$name.log" | tail -n 40
    path=$(sed -n 's/^.*Test unit written to //p' "build/fuzz/log/$name.log" | tail -n 1)
    echo "again: build/fuzz/test/fuzz/fuzz_$name ${path:-(it left no input: build/fuzz/log/$name.log)}"
  done
  echo
  ((${#failed[@]} == 0)) || die "${#failed[@]} of ${#names[@]} fuzzers failed"
  echo "fuzz: ${#names[@]} fuzzers found nothing"
}

# start_fuzzer NAME. The first of its folders is the one that libFuzzer writes to.
start_fuzzer() {
  local name=$1 options=(-timeout=20 -rss_limit_mb=2048) folders=("build/fuzz/corpus/$1")
  mkdir -p "${folders[0]}"
  if [[ -d test/fuzz/corpus/$name ]]; then folders+=("test/fuzz/corpus/$name"); fi
  if [[ -f test/fuzz/$name.dict ]]; then options+=("-dict=test/fuzz/$name.dict"); fi
  UBSAN_OPTIONS=print_stacktrace=1 ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer \
    "build/fuzz/test/fuzz/fuzz_$name" "${options[@]}" -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" \
    "${folders[@]}" >"build/fuzz/log/$name.log" 2>&1 </dev/null &
  running[$!]=$name
}

# finish_fuzzer SECONDS. Waits for one, and says how it went. Who has had his time is told to end: libFuzzer does at SIGUSR1.
finish_fuzzer() {
  local process name status=0 ended=
  while [[ -z $ended ]]; do
    for process in "${!running[@]}"; do
      if ! kill -0 "$process" 2>/dev/null; then
        ended=$process
      elif (($(processor_ticks "$process") >= $1 * tick)); then
        kill -USR1 "$process" 2>/dev/null || true
      fi
    done
    [[ -n $ended ]] || sleep 1
  done
  wait "$ended" || status=$?
  name=${running[$ended]}
  unset "running[$ended]"
  if ((status == 0)); then
    awk -v name="$name" '/^stat::number_of_executed_units:/ { runs = $2 } / cov: / { sub(/.* cov: /, ""); coverage = $1 }
      END { printf "%-28s %12d runs  coverage %6d\n", name, runs, coverage }' "build/fuzz/log/$name.log"
  else
    failed+=("$name")
    printf '%-28s FAILED\n' "$name"
  fi
}

# processor_ticks PROCESS. What all its threads have used (proc_pid_stat(5): utime and stime, behind the name in parentheses); 0 when it ended.
processor_ticks() {
  local stat fields=()
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || true
  read -r -a fields <<<"${stat##*) }"
  echo $((${fields[11]:-0} + ${fields[12]:-0}))
}

# minimise_corpus NAME. Of what the fuzzer has learned, the fewest inputs that reach all edges which its seeds do not: they are added to those as
# found_SHA1. None is added that is longer than 4 KiB: a repository is no place for it.
minimise_corpus() {
  local from=build/fuzz/corpus/$1 to=test/fuzz/corpus/$1 short=build/fuzz/short merged=build/fuzz/merged added=0 path
  [[ -d $from ]] || return 0
  rm -rf "$short" "$merged"
  mkdir -p build/fuzz/log "$short" "$merged"
  find "$from" -type f -size -9 -exec cp -t "$short" {} +
  cp "$to"/* "$merged"
  "build/fuzz/test/fuzz/fuzz_$1" -set_cover_merge=1 -use_counters=0 -artifact_prefix="build/fuzz/crashes/$1-" "$merged" "$short" \
    >"build/fuzz/log/$1.merge.log" 2>&1 </dev/null || die "the corpus of $1 cannot be minimised: build/fuzz/log/$1.merge.log"
  for path in "$merged"/*; do
    [[ ! -e $to/${path##*/} ]] || continue
    path=${path##*/}
    cp "$merged/$path" "$to/found_${path:0:16}"
    added=$((added + 1))
  done
  printf '%-28s %4d of %6d inputs added\n' "$1" "$added" "$(find "$from" -type f | wc -l)"
}
