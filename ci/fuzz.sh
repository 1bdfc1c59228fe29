#!/usr/bin/env bash
# Fuzzes all that reads foreign bytes: fuzz/README.md.
#
#   ci/fuzz.sh [--seconds N] [--jobs N] [TARGET]...
#   ci/fuzz.sh --repeat TARGET FILE
#
# Each target, by default all, runs N seconds (60), two at once. A line tells what came of each; the exit code is 1 if one found
# something. Findings, logs and the inputs that reached new code are in target/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=60
jobs=2
targets=()
work=target/fuzz
# What is looked at for coverage: ours, and the libraries that parse.
instrumented='org.walarchive.**:io.airlift.compress.**:org.apache.commons.compress.**:org.bouncycastle.bcpg.**:org.bouncycastle.openpgp.**:org.bouncycastle.gpg.**:com.fasterxml.jackson.core.**'

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

fail() {
  echo "ci/fuzz.sh: $1" >&2
  exit 2
}

# Prints "TARGET CLASS" for each target.
list_targets() {
  local file class
  while read -r file; do
    class=${file#fuzz/src/main/java/}
    class=${class%.java}
    echo "$(basename "${class%Fuzz}") ${class//\//.}"
  done < <(find fuzz/src/main/java -name '*Fuzz.java' | LC_ALL=C sort)
}

class_of() {
  list_targets | awk -v target="$1" '$1 == target { print $2; found = 1 } END { exit !found }'
}

# Prints the command that fuzzes a target; more arguments are the fuzzer's.
command_of() {
  local target=$1 java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  shift
  command=("$java" -Xmx256m -Xss512k -XX:+UseSerialGC -XX:+IgnoreUnrecognizedVMOptions -XX:+EnableDynamicAgentLoading
    --enable-native-access=ALL-UNNAMED -Dfuzz.keys=walarchive-core/src/test/resources/openpgp
    -cp "fuzz/target/classes:fuzz/target/lib/*" com.code_intelligence.jazzer.Jazzer
    --target_class="$(class_of "$target")" --instrumentation_includes="$instrumented" "--custom_hook_includes=org.walarchive.**" "--reproducer_path=$work/$target" "$@")
}

# Runs a target and prints a line; its status is 1 if something was found. Where the machine was too slow, not the target, it begins again.
run_target() {
  local target=$1 status=0 last slow=0
  mkdir -p "$work/$target/found" "$work/$target/corpus" "fuzz/corpus/$target"
  while true; do
    status=0
    fuzz_target "$target" || status=$?
    if [[ $status -eq 0 ]] || [[ $slow -eq 3 ]] || ! machine_was_slow "$target"; then
      break
    fi
    slow=$((slow + 1))
  done
  last=$(grep -aE '^#[0-9]+.*cov: ' "$work/$target/log" | tail -n 1 || true)
  awk -v target="$target" -v status="$status" -v last="$last" -v slow="$slow" -v corpus="$(find "fuzz/corpus/$target" -type f | wc -l)" '
    /^stat::number_of_executed_units:/ { runs = $2 }
    /^stat::average_exec_per_sec:/ { rate = $2 }
    END {
      if (match(last, /cov: [0-9]+/)) { coverage = substr(last, RSTART + 5, RLENGTH - 5) }
      if (match(last, /corp: [0-9]+/)) { known = substr(last, RSTART + 6, RLENGTH - 6) }
      printf "%-18s %9d runs %7d runs/s  coverage %5d  corpus %4d, grown to %4d  %s%s\n", target, runs, rate, coverage, corpus, known,
        status == 0 ? "ok" : "FOUND", slow == 0 ? "" : " (begun again, for a slow machine: " slow ")"
    }' "$work/$target/log"
  [[ $status -eq 0 ]] || tell_finding "$target"
}

fuzz_target() {
  local target=$1 command
  rm -f "$work/$target/found"/*
  command_of "$target" "$work/$target/corpus" "fuzz/corpus/$target" -max_total_time="$seconds" -max_len=16384 -timeout=30 \
    -rss_limit_mb=2048 -artifact_prefix="$work/$target/found/" -print_final_stats=1 -use_value_profile=1
  "${command[@]}" >"$work/$target/log" 2>&1 </dev/null
}

# Whether all that was found is an input for which half a minute passed, and which takes less of the processor's time than a
# minute with the start of the fuzzer. The fuzzer measures by the clock, and beside other work it may hardly have run meanwhile.
machine_was_slow() {
  local target=$1 found command
  found=$(find "$work/$target/found" -type f)
  [[ $found == "$work/$target/found/timeout-"* && $found != *$'\n'* ]] || return 1
  command_of "$target" -timeout=600 "$found"
  { (ulimit -t 60 && exec "${command[@]}") >"$work/$target/repeated" 2>&1 </dev/null; } 2>/dev/null
}

tell_finding() {
  local target=$1 input
  input=$(find "$work/$target/found" -type f | LC_ALL=C sort | head -n 1)
  if grep -aq '^== Java Exception' "$work/$target/log"; then
    sed -n '/^== Java Exception/,/^DEDUP_TOKEN/p' "$work/$target/log"
  else
    grep -aA 30 '^==[0-9]*== ERROR' "$work/$target/log" || tail -n 5 "$work/$target/log"
  fi | grep -av '^[[:space:]]*at java\|^DEDUP_TOKEN\|^$' | sed -n '1,12s/^/    /p' || true
  echo "    input: ${input:-none was kept; see $work/$target/log}"
  [[ -z $input ]] || echo "    again: ci/fuzz.sh --repeat $target $input"
  return 1
}

build() {
  ./mvnw -q -B -Pfuzz -pl fuzz -am -Dmaven.test.skip=true package
}

repeat_input() {
  local command
  build
  command_of "$1" "$2"
  exec "${command[@]}"
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds | --jobs)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number"
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --repeat)
      [[ $# -eq 3 ]] || fail "--repeat needs a target and a file"
      repeat_input "$2" "$3"
      ;;
    --help)
      usage
      exit
      ;;
    -*) fail "there is no option $1" ;;
    *)
      class_of "$1" >/dev/null || fail "there is no target $1; there are: $(list_targets | cut -d ' ' -f 1 | tr '\n' ' ')"
      targets+=("$1")
      shift
      ;;
  esac
done
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(list_targets | cut -d ' ' -f 1)

build
failed=0
running=0
for target in "${targets[@]}"; do
  if [[ $running -eq $jobs ]]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  run_target "$target" &
  running=$((running + 1))
done
while [[ $running -gt 0 ]]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit "$failed"
