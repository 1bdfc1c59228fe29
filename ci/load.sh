#!/usr/bin/env bash
# Loads a server whose agent archives to a service of S3, with base backups, retention, and trouble each minute, for as long as is
# wanted; then holds the archive against what was committed, and what the agent held at the end against what it held before.
#
#   ci/load.sh [--minutes N] [--seed S]
#
# An hour and a new seed unless they are given. On MinIO where WALARCHIVE_TEST_MINIO names one (ci/stores/up), else on S3Proxy. The figures of each minute go
# into walarchive-cli/target/load.tsv, of which ci/plot-load makes a picture.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  sed -n 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed -n '2,8p'
}

minutes=60
seed=$(date +%s)
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --minutes | --seed)
      [[ ${2-} =~ ^[0-9]+$ ]] || { echo "load.sh: $1 needs a number" >&2 && exit 2; }
      [[ $1 == --seed ]] && seed=$2 || minutes=$2
      shift 2
      ;;
    *) echo "load.sh: unknown option $1; see --help" >&2 && exit 2 ;;
  esac
done
echo "load: seed $seed, $minutes minutes"
./mvnw --batch-mode --no-transfer-progress --quiet --projects walarchive-cli --also-make -Dtest=NoSuchTest -Dit.test=LoadIT \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
  -Dwalarchive.load.seed="$seed" -Dwalarchive.load.seconds=$((minutes * 60)) \
  -Dwalarchive.load.clients=4 -Dwalarchive.load.accounts=500000 \
  -Dwalarchive.test.timeout="$((minutes + 60)) m" -Dwalarchive.test.fork.timeout=$((minutes * 60 + 3600)) verify
