#!/bin/sh
# What quickstart.sh shows. Runs as an ordinary user in a directory that it deletes at the end:
#   demo.sh DIRECTORY [POSTGRESQL_BIN]
# The directory holds walarchive/ (the distribution), examples/ (jars) and, if there is no second argument, postgres.jar.
#
# A line after "$ " is printed and then run as it stands.
set -eu

work=$1
programs=${2-}
load=
patience=30 # seconds, for what usually takes one

say() {
  printf '\n# %s\n' "$@"
}

run() {
  printf '$ %s\n' "$1"
  eval "$1"
}

fail() {
  echo "quickstart: $1" >&2
  exit 1
}

stop_load() {
  [ -n "$load" ] || return 0
  rm -f loading # which the loop ends by; pgbench has to be told
  [ "$load_is" = loop ] || kill "$load" 2>/dev/null || true
  wait "$load" 2>/dev/null || true
  load=
}

clean() {
  status=$?
  trap '' INT TERM HUP
  cd "$work"
  if [ "$status" -ne 0 ] && [ -f server.log ]; then
    echo "quickstart: failed; the server's last words:" >&2
    tail -n 20 server.log >&2
  fi
  stop_load
  [ ! -f data/postmaster.pid ] || pg_ctl -D data -m immediate stop >/dev/null 2>&1 || true
  cd /
  # A last archive_command may still be writing.
  for attempt in 1 2 3 4 5; do
    ! rm -rf "$work" 2>/dev/null || break
    [ "$attempt" -eq 5 ] || sleep 1
  done
  exit "$status"
}

trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"

java() {
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto -cp 'examples/*' "$@"
}

if [ -z "$programs" ]; then
  java org.walarchive.examples.UnpackPostgres postgres.jar postgres
  programs=$work/postgres/bin
fi
PATH=$work/walarchive/bin:$programs:$PATH

has() {
  [ -x "$programs/$1" ] || command -v "$1" >/dev/null
}

# The programs of Maven Central are the server's alone.
if [ -d postgres ] || ! has psql; then
  psql() {
    java org.walarchive.examples.Sql "$2"
  }
  echo "# (There is no psql here: a small Java program runs the statements instead.)"
fi

# Moves money about until stop_load.
if [ -d postgres ] || ! has pgbench; then
  load_is=loop
  start_load() {
    touch loading
    run "while [ -e loading ]; do psql -Atc 'CALL transfers(500)' >load.log; done &"
    load=$!
  }
else
  load_is=pgbench
  start_load() {
    echo 'CALL transfers(1)' >transfers.sql
    run 'pgbench -n -f transfers.sql -c 2 -T 60 >pgbench.log 2>&1 &'
    load=$!
  }
fi

# Waits until a command prints a word.
await() {
  waited=0
  until [ "$(eval "$2")" = "$1" ]; do
    [ -f data/postmaster.pid ] || fail "the server ended by itself"
    [ "$waited" -lt "$patience" ] || fail "waited $patience s in vain for: $2"
    sleep 1
    waited=$((waited + 1))
  done
}

export LC_ALL=C PGHOST="$work" PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PGTZ=UTC
export WALARCHIVE_JAVA_OPTS=-XX:-UsePerfData

echo "# $(postgres --version), walarchive $(walarchive version) in $work"

say "A new cluster, which archives every WAL segment: walarchive exits 0 only when the segment is durable."
run 'export WALARCHIVE_LOG_LEVEL=warning'
run "export WALE_FILE_PREFIX=file://localhost$work/archive"
run 'mkdir archive'
run 'initdb -D data -U postgres -A trust -E UTF8 --no-locale >initdb.log'
run "cat >>data/postgresql.conf <<END
listen_addresses = ''
unix_socket_directories = '$work'
archive_mode = on
archive_command = 'walarchive wal-push %p'
END"
run 'pg_ctl -D data -l server.log -w start >pg_ctl.log'

say "Something worth keeping: 100000 accounts with 1000 each, and money that moves between them."
run "psql -Atc 'CREATE TABLE account AS SELECT id, 1000 AS balance FROM generate_series(1, 100000) AS id'"
run "psql -Atc 'ALTER TABLE account ADD PRIMARY KEY (id)'"
run "psql -Atc 'CREATE TABLE transfer (id serial, source int, target int, amount int)'"
run "psql -Atc '
CREATE PROCEDURE transfers(n int) LANGUAGE plpgsql AS \$\$
DECLARE t transfer;
BEGIN
  FOR i IN 1 .. n LOOP
    INSERT INTO transfer (source, target, amount)
      VALUES (1 + random() * 49999, 50001 + random() * 49999, random() * 100) RETURNING * INTO t;
    UPDATE account SET balance = balance - t.amount WHERE id = t.source;
    UPDATE account SET balance = balance + t.amount WHERE id = t.target;
    COMMIT;
  END LOOP;
END \$\$'"
run "psql -Atc '
CREATE VIEW summary AS
  SELECT accounts, money, transfers, checksum
  FROM (SELECT count(*) AS accounts, sum(balance) AS money,
      md5(string_agg(id || chr(61) || balance, chr(44) ORDER BY id)) AS checksum FROM account) AS a,
    (SELECT count(*) AS transfers FROM transfer) AS t'"

say "A base backup while the money moves. It is in the archive when, and only when, all of it is."
start_load
run "walarchive backup-push $work/data"
kill -0 "$load" 2>/dev/null || fail "nothing ran beside the base backup"
stop_load
run 'walarchive backup-list'

say "More work, after the backup; then a look at the clock."
run "psql -Atc 'CALL transfers(500)'"
run "psql -Atc 'TABLE summary' | tee before"
run "psql -Atc 'SELECT clock_timestamp()' | tee time"

say "The mistake: an UPDATE without WHERE. And work goes on."
run "psql -Atc 'UPDATE account SET balance = 0'"
run "psql -Atc 'CALL transfers(100)'"
run "psql -Atc 'TABLE summary' | tee after"
run "psql -Atc 'SELECT pg_walfile_name(pg_switch_wal())' | tee segment"
echo "# (It takes a moment until that segment is archived.)"
await t "psql -Atc \"SELECT last_archived_wal >= '\$(cat segment)' FROM pg_stat_archiver\""

say "And then the disk dies."
run 'pg_ctl -D data -m immediate stop >pg_ctl.log'
run 'rm -rf data'

say "The latest base backup comes back, and the WAL up to that moment."
run "walarchive backup-fetch $work/data LATEST"
run "cat >>data/postgresql.conf <<END
restore_command = 'walarchive wal-fetch %f %p'
recovery_target_time = '\$(cat time)'
recovery_target_action = promote
END"
run 'touch data/recovery.signal'
run 'pg_ctl -D data -l server.log -w start >pg_ctl.log'
await f "psql -Atc 'SELECT pg_is_in_recovery()'"
run "psql -Atc 'TABLE summary' | tee restored"
run 'pg_ctl -D data -m fast stop >pg_ctl.log'

[ "$(cat before)" != "$(cat after)" ] || fail "the mistake changed nothing"
[ "$(cat restored)" = "$(cat before)" ] ||
  fail "restored: $(cat restored), and before the mistake it was: $(cat before)"
IFS='|' read -r accounts money transfers checksum <restored
[ "$money" = 100000000 ] || fail "money was lost or made: $money"

say "Every row from before the mistake is there, and none from after it:"
echo "accounts $accounts, money $money, transfers $transfers, checksum $checksum"
echo "quickstart: restored to the moment before the mistake"
