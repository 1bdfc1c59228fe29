# shellcheck shell=bash
# The world of a page of the documents, for ci/docs-test, which sets $W (its directory), $SERVER (its data directory, or nothing), $SHARED and $PROGRAMS.
# Loaded by bash. The page's paths lie below $W.
set -euo pipefail

user=postgres
archive=$W/srv/archive

# What the commands find: walarchive, PostgreSQL, and stand-ins for what only root or systemd may do.
environment() {
  export PATH=$W/usr/local/bin:$SHARED/bin:$SHARED/walarchive/bin:$PROGRAMS:$PATH
  export HOME=$W/home PGHOST=$W/s PGPORT=5432 PGUSER=$user PGDATABASE=postgres PGCTLTIMEOUT=240
  export WALE_FILE_PREFIX=file://localhost$archive WALARCHIVE_LOG_LEVEL=warning
}

directories() {
  mkdir -p "$W/home" "$W/s" "$W/srv" "$W/opt" "$W/mnt" "$W/tmp" "$W/run" "$W/usr/local/bin" "$W/etc/systemd/system" "$W/etc/cron.d" \
    "$W/var/lib/postgresql/17" "$W/var/lib/prometheus" "$W/var/log/walarchive"
  chmod 700 "$W/s" "$W/home"
}

# Once for all pages: a server with a table, a base backup, and WAL after it.
make_template() {
  mkdir -p "$W" "$SHARED/bin"
  stand_ins
  environment
  directories
  mkdir "$archive"
  walarchive optimize
  initdb -D "$W/srv/pg" -U $user -A trust -E UTF8 --no-locale --data-checksums --no-sync >"$W/initdb.log"
  cat >>"$W/srv/pg/postgresql.conf" <<END
listen_addresses = ''
shared_buffers = 16MB
max_wal_size = 64MB
archive_mode = on
archive_command = 'walarchive wal-push %p'
archive_timeout = 60
END
  start "$W/srv/pg"
  psql -qc "CREATE TABLE t AS SELECT i, now() AS at FROM generate_series(1, 1000) AS i"
  psql -qc "CREATE TABLE orders AS SELECT i, now() AS created_at FROM generate_series(1, 150) AS i"
  psql -qc "CREATE DATABASE shop TEMPLATE postgres"
  walarchive backup-push "$W/srv/pg"
  sleep 1
  psql -qc "INSERT INTO t SELECT i, now() FROM generate_series(1001, 2000) AS i"
  switch
  pg_ctl -D "$W/srv/pg" -m fast -w stop >/dev/null
}

stand_ins() {
  cat >"$SHARED/bin/systemctl" <<'END'
#!/bin/sh
# Stands in for systemd: postgresql is the server in /var/lib/postgresql/17/main; of other units nothing is done.
case "$*" in
  *postgresql*) pg_ctl -D "$W/var/lib/postgresql/17/main" -l "$W/server.log" -o "-k $W/s" -w "$1" >/dev/null ;;
esac
END
  printf '#!/bin/sh\n# Stands in for chown: all is this user'"'"'s.\n' >"$SHARED/bin/chown"
  printf '#!/bin/sh\nexec cat\n' >"$SHARED/bin/less"
  cat >"$SHARED/bin/envdir" <<'END'
#!/bin/sh
# Stands in for envdir of daemontools.
for file in "$1"/*; do
  export "${file##*/}=$(head -n 1 "$file")"
done
shift
exec "$@"
END
  chmod +x "$SHARED"/bin/*
}

# A page's own server and archive, copies of the template.
enter() {
  directories
  environment
  cd "$W/home"
  [ -n "$SERVER" ] || return 0
  mkdir -p "${SERVER%/*}"
  cp -R "$SHARED/t/srv/pg" "$SERVER"
  cp -Rp "$SHARED/t/srv/archive" "$archive"
  start "$SERVER"
}

# Ends what runs.
leave() {
  gpgconf --kill all 2>/dev/null || true
  local pid
  environment
  find "$W" -name postmaster.pid | while read -r pid; do
    pg_ctl -D "${pid%/*}" -m immediate -w stop || true
  done
}

step() {
  printf '%s\n' "$1" >"$W/step"
  OUTPUT=${current-/dev/null}
  current=$W/out/$1
  exec >"$current" 2>&1
}

expect_code() { # CODE EXPECTED
  [ "$1" -eq "$2" ] || {
    echo "docs-test: exit code $1, and not $2"
    return 1
  }
}

# What the test's own steps use.

start() { # DIR
  pg_ctl -D "$1" -l "$W/server.log" -o "-k $W/s" -w start >/dev/null
}

await() { # COMMAND...: until it succeeds
  local tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 900 ] || {
      echo "docs-test: waited in vain for: $*"
      return 1
    }
    sleep 0.1
  done
}

archived() { # SEGMENT: waits until the archive has it
  await compgen -G "$archive/wal_005/$1*"
}

switch() { # ends the WAL segment and waits until it and all before it are archived
  archived "$(psql -Atc "SELECT pg_walfile_name(pg_switch_wal())")"
  await nothing_waits
}

nothing_waits() {
  [ "$(psql -Atc "SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') AS name WHERE name LIKE '%.ready'")" = 0 ]
}

newest() { # prints the name of the newest base backup
  walarchive backup-list LATEST 2>/dev/null | awk 'END { print $1 }'
}

moment() { # prints a time that recovery can come to: when the newest WAL was stored
  date -u -d "@$(stat -c %Y "$archive"/wal_005/* | sort -n | tail -n 1)" +'%F %T+00'
}

has() { # TEXT: the block before printed it
  grep -qF -- "$1" "$OUTPUT" || {
    cat "$OUTPUT"
    echo "docs-test: not printed: $1"
    return 1
  }
}

place() { # FILE: maps the paths in a file that the documents do not write themselves
  sed -i -E "s#/(opt|var/lib|etc/walarchive)/#$W&#g" "$1"
}
