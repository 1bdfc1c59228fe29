#!/bin/sh
# Run once by the postgres image, after initdb, as the server's user: switches archiving on, for the server that starts afterwards.
set -eu

case ${WALARCHIVE_ENVDIR-} in
  *[!A-Za-z0-9_./-]*)
    echo "10-walarchive.sh: WALARCHIVE_ENVDIR becomes a part of archive_command, and may have letters, digits and _ . / - only: $WALARCHIVE_ENVDIR" >&2
    exit 1
    ;;
esac

walarchive=walarchive
[ -z "${WALARCHIVE_ENVDIR-}" ] || walarchive="walarchive --envdir $WALARCHIVE_ENVDIR"

cat >>"$PGDATA/postgresql.conf" <<END

# ---- walarchive; the archive's variables come from the container's environment, or from the directory WALARCHIVE_ENVDIR
archive_mode = on
archive_timeout = ${WALARCHIVE_ARCHIVE_TIMEOUT:-60s}
archive_command = '$walarchive wal-push %p'
restore_command = '$walarchive wal-fetch %f %p'
END
