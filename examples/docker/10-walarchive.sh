#!/bin/sh
# Run once by the postgres image, after initdb, as the server's user: switches archiving on, for the server that starts afterwards.
set -eu

walarchive=walarchive
[ -z "${WALARCHIVE_ENVDIR-}" ] || walarchive="walarchive --envdir $WALARCHIVE_ENVDIR"

cat >>"$PGDATA/postgresql.conf" <<END

# ---- walarchive; the archive's variables come from the container's environment, or from the directory WALARCHIVE_ENVDIR
archive_mode = on
archive_timeout = ${WALARCHIVE_ARCHIVE_TIMEOUT:-60s}
archive_command = '$walarchive wal-push %p'
restore_command = '$walarchive wal-fetch %f %p'
END
