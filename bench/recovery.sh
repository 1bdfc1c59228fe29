#!/usr/bin/env bash
# What PostgreSQL does in recovery: restore_command for each segment, one at a time, in order; nothing is replayed.
#
#   recovery.sh DATADIR RESTORE_COMMAND BYTES NAME...
set -euo pipefail
cd "$1"
command=$2
bytes=$3
shift 3
for name in "$@"; do
  fetch=${command//%p/pg_wal/RECOVERYXLOG}
  sh -c "${fetch//%f/$name}"
  [[ $(stat -c %s pg_wal/RECOVERYXLOG) -eq $bytes ]]
  rm pg_wal/RECOVERYXLOG
done
