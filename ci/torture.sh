#!/usr/bin/env bash
# Breaks what it can at moments that a seed chooses, for as long as is wanted, and holds the archive against what was committed.
#
#   ci/torture.sh [--minutes N] [--seed S]
#
# Ten minutes and a new seed unless they are given. A failure names the round and the seed, which repeats the same breakages after the same
# pauses; what the machine does meanwhile is another each time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  sed -n 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed -n '2,7p'
}

minutes=10
seed=$(date +%s)
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --minutes | --seed)
      [[ ${2-} =~ ^[0-9]+$ ]] || { echo "torture.sh: $1 needs a number" >&2 && exit 2; }
      [[ $1 == --seed ]] && seed=$2 || minutes=$2
      shift 2
      ;;
    *) echo "torture.sh: unknown option $1; see --help" >&2 && exit 2 ;;
  esac
done
echo "torture: seed $seed, $minutes minutes"
./mvnw --batch-mode --no-transfer-progress --quiet --projects walarchive-cli --also-make -Dtest=NoSuchTest -Dit.test=TortureIT \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
  -Dwalarchive.torture.seed="$seed" -Dwalarchive.torture.seconds=$((minutes * 60)) \
  -Dwalarchive.test.timeout="$((minutes + 60)) m" -Dwalarchive.test.fork.timeout=$((minutes * 60 + 3600)) verify
