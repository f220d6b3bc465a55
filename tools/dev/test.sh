# shellcheck shell=bash
# Tests run in named steps. A step that fails does not stop those after it; what failed is printed last. Sourced by ./dev.

logs=build/log
passed=0 failed=0 skipped=0
times=()     # a line each, in order
failures=()  # step <TAB> test, or - when the step as a whole failed <TAB> the command that runs it again
step_status=0

log_of() { echo "$logs/${1// /-}.log"; }

# step NAME COMMAND…: runs it in a shell of its own, leaves its exit status in step_status and its output in the log, too.
step() {
  local name=$1 started=$SECONDS
  shift
  headline "$name"
  set +e
  (set -e; "$@") 2>&1 </dev/null | tee "$(log_of "$name")"
  step_status=${PIPESTATUS[0]}
  set -e
  times+=("$(printf '%5d s  %s' $((SECONDS - started)) "$name")")
}

# note_failure STEP TEST|- AGAIN
note_failure() {
  failed=$((failed + 1))
  failures+=("$1"$'\t'"$2"$'\t'"$3")
}

# skip STEP WHY
skip() {
  headline "$1"
  echo "skipped: $2"
  skipped=$((skipped + 1))
  times+=("skipped  $1: $2")
}

# check STEP COMMAND…: a step that counts as one test. One that ends with 3 is not built yet, and said so.
check() {
  step "$@"
  case $step_status in
    0) passed=$((passed + 1)) ;;
    3) skipped=$((skipped + 1)) ;;
    *) note_failure "$1" - "${*:2}" ;;
  esac
}

# build_for_tests PRESET AGAIN COMMAND…: a build that breaks counts as a failed test, one that is not there yet as skipped.
build_for_tests() {
  step "build $1" "${@:3}"
  case $step_status in
    0) ;;
    3) skipped=$((skipped + 1)) ;;
    *) note_failure "build $1" - "$2" ;;
  esac
}

# ctests PRESET AGAIN CTEST-OPTIONS…: every ctest counts.
ctests() {
  local name="test $1" again=$2 before=$failed result test
  step "$name" ctest --test-dir "build/$1" --output-on-failure --no-tests=error "${@:3}"
  while IFS=$'\t' read -r result test; do
    case $result in
      passed) passed=$((passed + 1)) ;;
      skipped) skipped=$((skipped + 1)) ;;
      *) note_failure "$name" "$test" "$again -R '^${test//./\\.}\$'" ;;
    esac
  done < <(ctest_results "$(log_of "$name")")
  if ((step_status != 0 && failed == before)); then note_failure "$name" - "$again"; fi
}

# One line a test: passed, skipped or failed, a tab, its name. ctest prints "12/99 Test #3: name ....   Passed    0.01 sec".
ctest_results() {
  awk '/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
    result = / Passed +[0-9.]+ sec *$/ ? "passed" : /\*\*\*(Skipped|Not Run \(Disabled\))/ ? "skipped" : "failed"
    sub(/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /, "")
    sub(/ \.\..*/, "")
    print result "\t" $0
  }' "$1"
}

# What ctest printed of one failed test.
ctest_output() {
  awk -v test="$2" '/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / { on = index($0, ": " test " ") }
    /^ +Start +[0-9]+: |^[0-9]+% tests passed/ { on = 0 }
    on' "$1"
}

summary() {
  local failure name test title again shown=0
  headline 'times'
  printf '%s\n' "${times[@]}"
  for failure in "${failures[@]}"; do
    IFS=$'\t' read -r name test again <<<"$failure"
    [[ $test == - ]] && title=$name || title="$name: $test"
    headline "${red}failed: $title"
    if ((shown++ >= 20)); then
      echo "(its output: $(log_of "$name"))"
    elif [[ $test == - ]]; then
      tail -n 40 "$(log_of "$name")"
    else
      ctest_output "$(log_of "$name")" "$test" | tail -n 60
    fi
    echo "again: $again"
  done
  echo
  if ((skipped > 0)); then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  ((failed == 0))
}

run_tests() {
  local what=release others=''
  case ${1-} in --sanitize | --secrets | --ceph) what=${1#--} && shift ;; esac
  mkdir -p "$logs"
  step setup setup
  if ((step_status != 0)); then
    note_failure setup - './dev setup'
  elif [[ $what == sanitize ]]; then
    sanitized asan "$@"
    sanitized tsan -E '^sim\.' "$@"  # the simulator has one thread
  elif [[ $what == secrets ]]; then
    secrets "$@"
  elif [[ $what == ceph ]]; then
    on_ceph "$@"
  else
    released "$@"
    if (($# == 0)); then
      check vectors ./dev vectors
      if [[ ${CI-} == true ]]; then short_forms; else others='./dev test --sanitize, ./dev test --secrets, ./dev fuzz, ./dev lint'; fi
    fi
  fi
  [[ -z $others ]] || printf '\nNot in this run: %s\n' "$others"
  summary
}

released() {
  build_for_tests release './dev build' build release
  if ((step_status == 0)); then ctests release './dev test' "$@"; fi
}

# sanitized PRESET CTEST-OPTIONS…
sanitized() {
  export ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
  export UBSAN_OPTIONS=abort_on_error=1:print_stacktrace=1
  export TSAN_OPTIONS=abort_on_error=1:halt_on_error=1:second_deadlock_stack=1:suppressions=$root/test/tsan.supp
  export {ASAN,TSAN}_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer
  build_for_tests "$1" "./dev build $1" build "$1"
  if ((step_status == 0)); then ctests "$1" './dev test --sanitize' "${@:2}"; fi
}

# A Ceph cluster, which the test starts and ends, and what a hospital keeps on it.
on_ceph() {
  build_for_tests release './dev test --ceph' build_ceph_test
  if ((step_status == 0)); then ctests release './dev test --ceph' -L ceph "$@"; fi
}
build_ceph_test() {
  install_missing "${ceph_packages[@]}"
  ninja -C build/release ceph_test
}

# What follows secrets through valgrind has a preset, a target and a ctest label of its own.
secrets() {
  build_for_tests secrets './dev test --secrets' build_secret_flow
  if ((step_status == 0)); then ctests secrets './dev test --secrets' -L secrets "$@"; fi
}
build_secret_flow() {
  configure secrets
  ninja -C build/secrets -t targets all | grep '^secret_flow:' >/dev/null || not_built_yet 'the target secret_flow, which follows secrets'
  ninja -C build/secrets secret_flow
}

# In CI: the rest, as long as it begins within the minutes that CI has for it.
short_forms() {
  local minutes=${CADUCEUS_CI_MINUTES:-25} form
  # RapidCheck: fewer cases than its 100, since sanitizers are slow.
  export RC_PARAMS=${RC_PARAMS:-max_success=20}
  for form in 'check lint ./dev lint --quick' 'secrets' 'sanitized asan -LE long' 'sanitized tsan -LE long -E ^sim\.' \
    'check fuzz ./dev fuzz --seconds 5' 'check clang-tidy ./dev lint'; do
    if ((SECONDS < minutes * 60)); then $form; else skip "$form" "$minutes minutes are up"; fi
  done
}
