#!/usr/bin/env bash
# Takes every release of PostgreSQL that binaries can be had for through a backup under load and its restores, as a primary and as a
# standby; then a cluster of many tables and one of a table of many gigabytes.
#
#   ci/versions.sh [--releases all|NUMBER,…] [--tables N] [--gigabytes N]
#
# All releases, 10000 tables and 100 gigabytes unless they are given; it takes an hour or so, and some 20 GB of disk in /tmp: two releases have
# WAL segments of 1 GB. Old binaries run on amd64 alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  sed -n 's/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed -n '2,8p'
}

releases=all
tables=10000
gigabytes=100
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --releases)
      [[ ${2-} =~ ^(all|[0-9.]+(,[0-9.]+)*)$ ]] || { echo "versions.sh: $1 needs all, or numbers such as 9.6,17" >&2 && exit 2; }
      releases=$2
      shift 2
      ;;
    --tables | --gigabytes)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || { echo "versions.sh: $1 needs a number" >&2 && exit 2; }
      [[ $1 == --tables ]] && tables=$2 || gigabytes=$2
      shift 2
      ;;
    *) echo "versions.sh: unknown option $1; see --help" >&2 && exit 2 ;;
  esac
done
./mvnw --batch-mode --no-transfer-progress --quiet --projects walarchive-cli --also-make --activate-profiles old-postgres \
  -Dtest=NoSuchTest -Dit.test='VersionsIT,ManyFilesIT,BigFilesIT' -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
  -Dwalarchive.versions="$releases" -Dwalarchive.versions.tables="$tables" -Dwalarchive.versions.gigabytes="$gigabytes" verify
