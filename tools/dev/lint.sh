# shellcheck shell=bash
# Formatting, rules, scripts, clang-tidy. Sourced by ./dev.

run_lint() {
  local fix=false quick=false code=() sources=() failed=() file
  while [[ ${1-} == -* ]]; do
    case $1 in
      --fix) fix=true ;;
      --quick) quick=true ;;
      *) die "unknown option $1: ./dev lint --help" ;;
    esac
    shift
  done
  for file; do [[ -f $file ]] || die "no file $file"; done
  setup
  install_missing "${clang_packages[@]}"
  if (($# > 0)); then code=("$@"); else mapfile -t code < <(find src test bench \( -name '*.cpp' -o -name '*.h' \) 2>/dev/null | sort); fi
  if $fix; then
    clang-format-19 -i "${code[@]}"
    return
  fi

  headline 'formatting'
  if clang-format-19 --dry-run -Werror "${code[@]}"; then
    echo "clang-format: ${#code[@]} files are as they should be"
  else
    failed+=('formatting (./dev lint --fix formats)')
  fi
  if (($# == 0)); then
    headline 'rules of the house'
    ninja -C build/release --quiet build.ninja  # its list of sources is as new as the CMakeLists.txt
    node tools/house_check.mjs --build build/release || failed+=('rules of the house')
    headline 'scripts'
    if shellcheck -x dev .ci/run tools/ceph/cluster.sh; then echo 'shellcheck: nothing'; else failed+=('scripts'); fi
  fi
  if ! $quick && (($# == 0)); then
    headline 'headers'
    check_headers release || failed+=('a header that does not compile by itself')
  fi
  if ! $quick; then
    for file; do
      # Ninja's word for what is made of this source.
      if [[ $file == *.cpp ]]; then sources+=("$(realpath "$file")^"); fi
    done
    headline 'clang-tidy'
    configure tidy
    if (($# > 0 && ${#sources[@]} == 0)); then
      echo 'headers are looked at with the sources that include them'
    elif ninja -C build/tidy -k 0 "${sources[@]}"; then
      echo 'clang-tidy: nothing'
    else
      failed+=('clang-tidy')
    fi
  fi

  for file in "${failed[@]}"; do echo "${red}failed: $file$plain"; done
  ((${#failed[@]} == 0)) || exit 1
  echo 'lint: nothing'
}
