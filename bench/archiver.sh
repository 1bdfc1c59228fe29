#!/usr/bin/env bash
# What PostgreSQL's archiver does with a backlog: archive_command for each .ready file, one at a time, in order.
#
#   archiver.sh DATADIR ARCHIVE_COMMAND
set -euo pipefail
cd "$1"
for ready in pg_wal/archive_status/*.ready; do
  # WAL-E marks what it pushes beside as done by itself
  [[ -e $ready ]] || continue
  name=$(basename "$ready" .ready)
  command=${2//%p/pg_wal/$name}
  command=${command//%f/$name}
  attempts=0
  until sh -c "$command"; do
    attempts=$((attempts + 1))
    [[ $attempts -lt 3 ]] || exit 1
    sleep 1
  done
  [[ ! -e $ready ]] || mv "$ready" "${ready%.ready}.done"
done
