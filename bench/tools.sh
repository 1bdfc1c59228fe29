# shellcheck shell=bash
# What bench/compare.sh knows of each tool. Sourced. Uses: work (a directory), data (the cluster), home (walarchive's
# installation), port, processes, run_id.
#
# A tool is a name; these functions take it, a compression method and a store (file or s3) and print one line, the command.

: "${work:?}" "${data:?}" "${home:?}" "${port:?}" "${processes:?}" "${run_id:?}"

# Whether a tool can do a part with a method in a store.
can() { # tool part method store
  case $1 in
    walarchive) [[ $4 == file || -n ${WALARCHIVE_BENCH_S3_PREFIX-} ]] ;;
    walarchive-agent)
      [[ $2 != backup && $2 != restore ]] && can walarchive "$2" "$3" "$4" && "$home/bin/walarchive" help agent 2>&1 | grep -q 'agent.*DIR'
      ;;
    wal-g)
      [[ $3 != lzo ]] && command -v wal-g >/dev/null && [[ $4 == file || -n ${WALARCHIVE_BENCH_S3_PREFIX-} ]]
      ;;
    pgbackrest) [[ $3 != lzo && $4 == file ]] && command -v pgbackrest >/dev/null ;;
    wal-e)
      # PostgreSQL 15 took away the functions that its base backups need
      [[ $3 == lzo && $4 == file && $2 != backup && $2 != restore ]] && command -v wal-e >/dev/null
      ;;
    lzop) [[ $3 == lzo && $4 == file && ($2 == push || $2 == drain || $2 == live) ]] && command -v lzop >/dev/null ;;
    *) return 1 ;;
  esac
}

version_of() {
  case $1 in
    walarchive) "$home/bin/walarchive" version ;;
    wal-g) wal-g --version ;;
    pgbackrest) pgbackrest version ;;
    wal-e) echo "WAL-E $(wal-e version)" ;;
    lzop) lzop --version | head -n 1 ;;
  esac
}

prefix_of() { # tool store
  if [[ $2 == s3 ]]; then
    echo "${WALARCHIVE_BENCH_S3_PREFIX%/}/$run_id/$takes/$1"
  else
    echo "$work/store/$1"
  fi
}

# The variables that a tool's command runs with, as words for env or the shell.
variables_of() { # tool method store
  local prefix
  prefix=$(prefix_of "$1" "$3")
  case $1 in
    walarchive*)
      [[ $3 == s3 ]] || prefix=file://localhost$prefix
      echo "WALARCHIVE_PREFIX=$prefix WALARCHIVE_COMPRESSION=$2 WALE_LOG_DESTINATION=stderr WALARCHIVE_LOG_LEVEL=WARNING"
      ;;
    wal-g)
      local method=$2
      # disk concurrency is 1 unless it is set; the others read with as many processes as there are cores
      echo "$([[ $3 == s3 ]] && echo "WALG_S3_PREFIX=$prefix" || echo "WALG_FILE_PREFIX=$prefix") \
WALG_COMPRESSION_METHOD=$method WALG_UPLOAD_DISK_CONCURRENCY=$processes WALG_LOG_LEVEL=ERROR PGDATA=$data"
      ;;
    wal-e) echo "WALE_FILE_PREFIX=file://localhost$prefix WALE_LOG_DESTINATION=stderr TZ=UTC" ;;
    pgbackrest | lzop) echo "LC_ALL=C" ;;
  esac
}

# Makes an empty store for a tool; in a bucket that is another prefix each time.
takes=0
prepare() { # tool method store pgdata
  local prefix
  takes=$((takes + 1))
  prefix=$(prefix_of "$1" file)
  rm -rf "$prefix" "$work/spool"
  mkdir -p "$prefix" "$work/spool"
  if [[ $1 == pgbackrest ]]; then
    cat >"$work/pgbackrest.conf" <<CONF
[global]
repo1-path=$prefix
repo1-retention-full=9
log-path=$work/log
lock-path=$work/log
spool-path=$work/spool
log-level-console=error
log-level-file=off
archive-async=y
archive-check=n
start-fast=y
process-max=$processes
compress-type=${2/zstd/zst}
compress-level=$([[ $2 == zstd ]] && echo 3 || echo 1)
[bench]
pg1-path=$4
pg1-port=$port
pg1-socket-path=$work
pg1-user=postgres
CONF
    pgbackrest --config="$work/pgbackrest.conf" --stanza=bench stanza-create --no-online >&2
  fi
}

# archive_command, with %p and %f
push_command() { # tool method store
  case $1 in
    walarchive*) echo "$(variables_of "$@") $home/bin/walarchive --terse wal-push %p" ;;
    wal-g) echo "$(variables_of "$@") wal-g wal-push %p" ;;
    pgbackrest) echo "pgbackrest --config=$work/pgbackrest.conf --stanza=bench archive-push %p" ;;
    wal-e) echo "$(variables_of "$@") wal-e --terse wal-push %p" ;;
    lzop) echo "lzop -c %p >$work/store/lzop/%f.tmp && sync $work/store/lzop/%f.tmp && mv $work/store/lzop/%f.tmp $work/store/lzop/%f.lzo && sync $work/store/lzop" ;;
  esac
}

# restore_command, with %p and %f
fetch_command() { # tool method store
  case $1 in
    walarchive*) echo "$(variables_of "$@") $home/bin/walarchive --terse wal-fetch %f %p" ;;
    wal-g) echo "$(variables_of "$@") wal-g wal-fetch %f %p" ;;
    pgbackrest) echo "pgbackrest --config=$work/pgbackrest.conf --stanza=bench archive-get %f %p" ;;
    wal-e) echo "$(variables_of "$@") wal-e --terse wal-fetch %f %p" ;;
  esac
}

backup_command() { # tool method store
  local server="PGHOST=$work PGPORT=$port PGUSER=postgres"
  case $1 in
    walarchive) echo "$server $(variables_of "$@") $home/bin/walarchive --terse backup-push --no-wal-wait $data" ;;
    wal-g) echo "$server $(variables_of "$@") wal-g backup-push $data" ;;
    pgbackrest) echo "pgbackrest --config=$work/pgbackrest.conf --stanza=bench --type=full backup" ;;
  esac
}

restore_command() { # tool method store target
  case $1 in
    walarchive) echo "$(variables_of "$@") $home/bin/walarchive --terse backup-fetch $4 LATEST" ;;
    wal-g) echo "$(variables_of "$1" "$2" "$3") wal-g backup-fetch $4 LATEST" ;;
    pgbackrest)
      echo "mkdir -m 700 $4 && pgbackrest --config=$work/pgbackrest.conf --stanza=bench --pg1-path=$4 restore"
      ;;
  esac
}
