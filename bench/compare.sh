#!/usr/bin/env bash
# Runs the same work with this CLI and with whatever other tools there are, side by side. See --help.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: bench/compare.sh [OPTION]...

Runs the same work with walarchive and any of wal-g, pgbackrest, wal-e and lzop that are on the PATH, alternating (A B A B),
and prints medians as a Markdown table on standard output. Needs Linux, python3, PostgreSQL and a built distribution
(./mvnw -DskipTests package). As root it runs everything as the user postgres.

  --parts LIST      push,drain,live,backup,recover (all of them by default)
                      push     archive_command of one segment of 16 MB, nothing running
                      drain    a backlog through archive_command; the WAL is pgbench's
                      live     archive_command of a server with segments of 1 MB under pgbench, which writes 200 MB a second
                      backup   base backup of a running server and restore of it
                      recover  restore_command for each segment, one after the other
  --methods LIST    lz4,zstd,lzo (lz4,zstd by default; wal-e and lzop take part in lzo alone)
  --stores LIST     file,s3 (file by default). s3: walarchive and wal-g, with WALARCHIVE_BENCH_S3_PREFIX=s3://BUCKET/PATH and
                    the AWS_* variables of both in the environment
  --tools LIST      only these: walarchive,walarchive-agent,wal-g,pgbackrest,wal-e,lzop
  --runs NUMBER     how often each (3 by default)
  --gb NUMBER       size of the cluster for backup (4 by default)
  --segments NUMBER length of the backlog (256 by default)
  --seconds NUMBER  how long a live run takes (20 by default)
  --home DIR        walarchive's installation (walarchive-cli/target/walarchive by default)
  --bin-dir DIR     PostgreSQL's programs (the newest of /usr/lib/postgresql by default)
  --work DIR        where to work (a new directory in /var/tmp by default); about 3 times --gb are needed
  --cluster DIR     a cluster for backup that an earlier run made with --work DIR and --keep: DIR/data
  --keep            leave the directory there
  --results FILE    add the single results to a file, tab-separated

Wall time is that of the command, CPU that of all its processes, those it leaves behind included; RSS is that of the largest
process. What an agent uses is counted with the command. The caches of the kernel are as the run before left them, dirty
pages are written out before each.
TEXT
}

fail() {
  echo "compare.sh: $1" >&2
  exit 1
}

parts=push,drain,live,backup,recover
methods=lz4,zstd
stores='file'
only=walarchive,walarchive-agent,wal-g,pgbackrest,wal-e,lzop
runs=3
gb=4
segments=256
warmup=30 # segments
offered=200 # segments of 1 MB a second in a live run
seconds=20
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$here/../walarchive-cli/target/walarchive
bin_dir=
work=
cluster=
keep=
results=
arguments=("$@")
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --keep) keep=yes && shift && continue ;;
    --parts | --methods | --stores | --tools | --runs | --gb | --segments | --seconds | --home | --bin-dir | --work | --cluster | --results)
      [[ $# -gt 1 ]] || fail "$1 needs a value"
      ;;
    *) fail "unknown option $1; see --help" ;;
  esac
  case $1 in
    --parts) parts=$2 ;;
    --methods) methods=$2 ;;
    --stores) stores=$2 ;;
    --tools) only=$2 ;;
    --runs) runs=$2 ;;
    --gb) gb=$2 ;;
    --segments) segments=$2 ;;
    --seconds) seconds=$2 ;;
    --home) home=$2 ;;
    --bin-dir) bin_dir=$2 ;;
    --work) work=$2 ;;
    --cluster) cluster=$2 ;;
    --results) results=$2 ;;
  esac
  shift 2
done

home=$(cd "$home" 2>/dev/null && pwd) || fail "no distribution in $home: run ./mvnw -DskipTests package"
if [[ $(id -u) -eq 0 ]]; then
  # PostgreSQL refuses root; what postgres is to run has to lie where it may read
  outer=$(mktemp -d /var/tmp/walarchive-bench.XXXXXX)
  trap 'rm -rf "$outer"' EXIT
  cp -r "$here" "$outer/bench"
  cp -r "$home" "$outer/walarchive"
  rm -rf "$outer/walarchive/lib/cache" # is of the place where it was made
  chown -R postgres "$outer"
  [[ -z $results ]] || { touch "$results" && chown postgres "$results"; }
  [[ -z $work ]] || { mkdir -p "$work" && chown postgres "$work"; }
  runuser -u postgres -- "$outer/bench/compare.sh" "${arguments[@]}" --home "$outer/walarchive"
  exit
fi

if [[ -z $bin_dir ]]; then
  bin_dir=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
fi
[[ -x $bin_dir/postgres ]] || fail "no PostgreSQL found: give --bin-dir"
export PATH=$PATH:$bin_dir
[[ -n $work ]] || work=$(mktemp -d /var/tmp/walarchive-bench.XXXXXX)
work=$(cd "$work" && pwd)
run_id=$$
port=5$((RANDOM % 9000 + 1000))
processes=$(nproc)
data=$work/data
results=${results:-$work/results.tsv}
: >>"$results"
before=$(wc -l <"$results")
mkdir -p "$work/store" "$work/log" "$work/spool"
running= # the data directory of the server that runs
agent=

# shellcheck source=bench/tools.sh
source "$here/tools.sh"

finish() {
  stop_agent
  stop_server
  [[ -n $keep ]] || rm -rf "$work"
}
trap finish EXIT

step() {
  echo "compare.sh: $*" >&2
}

# as docs/launcher.md has it after an installation
for store in ${stores//,/ }; do
  [[ -n $(find "$home/lib/cache" -name "$store-*" 2>/dev/null) ]] ||
    "$home/bin/walarchive" --prefix "$([[ $store == file ]] && echo file://localhost/ || echo s3://bucket)" optimize >&2 ||
    step "not optimized"
done

start_server() { # data directory
  pg_ctl -D "$1" -l "$work/log/postgres" -w -o "-p $port -k $work" start >/dev/null || fail "see $work/log/postgres"
  running=$1
}

stop_server() { # mode, fast without
  [[ -z $running ]] || pg_ctl -D "$running" -m "${1-fast}" -w stop >/dev/null || true
  running=
}

init() { # data directory, segment size in MB, settings
  initdb -D "$1" -U postgres -A trust --no-locale -E UTF8 --wal-segsize="$2" >/dev/null
  printf '%s\n' "listen_addresses=''" wal_level=replica fsync=off archive_mode=on autovacuum=off \
    max_wal_size=2GB checkpoint_timeout=1h "$3" >>"$1/postgresql.conf"
}

sql() {
  psql -h "$work" -p "$port" -U postgres -Atqc "$1" postgres
}

start_agent() { # tool method store data directory
  [[ $1 == walarchive-agent ]] || return 0
  local variables
  IFS=' ' read -ra variables <<<"$(variables_of "$1" "$2" "$3")"
  env "${variables[@]}" "$home/bin/walarchive" agent "$4" 2>>"$work/log/agent" &
  agent=$!
  local try
  for ((try = 0; try < 100; try++)); do
    [[ ! -S $4/pg_wal/.walarchive/agent.socket ]] || return 0
    sleep 0.1
  done
  fail "the agent did not begin to listen: see $work/log/agent"
}

stop_agent() {
  [[ -z $agent ]] || { kill "$agent" 2>/dev/null && wait "$agent"; } || true
  agent=
}

# Prints the CPU seconds of the agent so far.
agent_cpu() {
  [[ -z $agent ]] || awk -v hertz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hertz }' "/proc/$agent/stat"
}

# Runs a shell command, and records: part, tool, method, store, amount, unit, wall, CPU, RSS.
measured() { # part tool method store amount unit command
  local cpu used
  sync
  cpu=$(agent_cpu)
  if ! python3 "$here/measure.py" "$work/one" "$1" "$2" "$3" "$4" "$5" "$6" -- bash -c "$7" >>"$work/log/$2" 2>&1; then
    step "$1 by $2 failed: see $work/log/$2"
    tail -n 3 "$work/log/$2" >&2
    rm -f "$work/one"
    keep=yes
    return 0
  fi
  used=$(agent_cpu)
  awk -F'\t' -v OFS='\t' -v more="$used" -v less="$cpu" '{ $8 = $8 + more - less; print }' "$work/one" >>"$results"
  rm "$work/one"
}

# Calls a function for each tool that can do a part, in turn, as often as there are runs.
alternate() { # part method store function
  local run tool
  for ((run = 1; run <= runs; run++)); do
    for tool in ${only//,/ }; do
      if can "$tool" "$1" "$2" "$3"; then
        step "$1 $run/$runs: $tool, $2, $3"
        "$4" "$tool" "$2" "$3"
      fi
    done
  done
}

# A directory with what tools look for in a data directory, and so many segments that are ready. The segments are links: tools
# only read them.
backlog() { # directory, number of segments
  rm -rf "$1"
  mkdir -p "$1/pg_wal/archive_status" "$1/global"
  cp "$work/wal/global/pg_control" "$1/global"
  cp "$work/wal/PG_VERSION" "$1"
  local name
  for name in "${names[@]:0:$2}"; do
    ln "$work/wal/pg_wal/$name" "$1/pg_wal/$name"
    touch "$1/pg_wal/archive_status/$name.ready"
  done
}

# Lets pgbench write a number of segments that stay in pg_wal.
make_wal() {
  [[ -z ${names-} ]] || return 0
  local wanted=$((segments > warmup ? segments : warmup + 1))
  step "pgbench writes $wanted segments"
  init "$work/wal" 16 "archive_command='/bin/false'"
  start_server "$work/wal"
  pgbench -h "$work" -p "$port" -U postgres -i -s 20 -q postgres >/dev/null 2>&1
  while [[ $(ready_in "$work/wal" | wc -l) -lt $wanted ]]; do
    pgbench -h "$work" -p "$port" -U postgres -c 4 -j 2 -T 5 -N postgres >/dev/null 2>&1
    sql checkpoint
  done
  stop_server
  mapfile -t names < <(ready_in "$work/wal" | head -n "$wanted")
}

ready_in() { # data directory
  find "$1/pg_wal/archive_status" -name '*.ready' -printf '%f\n' | grep -E '^[0-9A-F]{24}\.ready$' | sed 's/\.ready$//' | sort
}

# One segment, into an archive that has some: an agent is given more to warm up, because it lives on.
push_once() {
  local dir=$work/drain last=${names[warmup]}
  backlog "$dir" "$([[ $1 == *-agent ]] && echo "$warmup" || echo 1)"
  prepare "$1" "$2" "$3" "$dir"
  start_agent "$1" "$2" "$3" "$dir"
  "$here/archiver.sh" "$dir" "$(push_command "$1" "$2" "$3")" >>"$work/log/$1" 2>&1
  # ready as late as that, or the agent would be done before it is asked
  measured push "$1" "$2" "$3" 1 segments "cd $dir && ln $work/wal/pg_wal/$last pg_wal &&
    touch pg_wal/archive_status/$last.ready && $(expand "$(push_command "$1" "$2" "$3")" "$last" "pg_wal/$last")"
  stop_agent
}

expand() { # command name path
  local command=${1//%f/$2}
  echo "${command//%p/$3}"
}

drain_once() {
  local dir=$work/drain
  backlog "$dir" "$segments"
  prepare "$1" "$2" "$3" "$dir"
  start_agent "$1" "$2" "$3" "$dir"
  measured drain "$1" "$2" "$3" "$segments" segments "$here/archiver.sh $dir '$(push_command "$1" "$2" "$3")'"
  stop_agent
}

recover_once() {
  local dir=$work/drain fetch=$work/recover
  backlog "$dir" "$segments"
  prepare "$1" "$2" "$3" "$dir"
  "$here/archiver.sh" "$dir" "$(push_command "$1" "$2" "$3")" >>"$work/log/$1" 2>&1
  backlog "$fetch" 0
  # what a data directory has while its server recovers: without, a prefetch takes recovery for over and rests
  touch "$fetch/recovery.signal" "$fetch/postmaster.pid"
  # pgBackRest looks for the directory it was told of
  sed -i "s#^pg1-path=.*#pg1-path=$fetch#" "$work/pgbackrest.conf" 2>/dev/null || true
  start_agent "$1" "$2" "$3" "$fetch"
  measured recover "$1" "$2" "$3" "$segments" segments \
    "$here/recovery.sh $fetch '$(fetch_command "$1" "$2" "$3")' 16777216 ${names[*]:0:segments}"
  stop_agent
}

live_once() {
  local dir=$work/live archived
  # a command that the last server left behind may still write
  rm -rf "$dir" 2>/dev/null || { sleep 5 && rm -rf "$dir"; }
  init "$dir" 1 "max_wal_senders=0"
  prepare "$1" "$2" "$3" "$dir"
  echo "archive_command='$(push_command "$1" "$2" "$3")'" >>"$dir/postgresql.conf"
  start_server "$dir"
  pgbench -h "$work" -p "$port" -U postgres -i -s 10 -q postgres >/dev/null 2>&1
  start_agent "$1" "$2" "$3" "$dir"
  # WAL of the size that is asked for: pgbench's own transactions write a few megabytes a second
  echo "select pg_logical_emit_message(true, 'bench', repeat(md5(random()::text), 8192))" >"$work/message.sql"
  archived=$(sql 'select archived_count from pg_stat_archiver')
  pgbench -h "$work" -p "$port" -U postgres -c 1 -n -T "$seconds" -R $((4 * offered)) -f "$work/message.sql" postgres >/dev/null 2>&1
  archived=$(($(sql 'select archived_count from pg_stat_archiver') - archived))
  step "$1 archived $archived segments, and $(ready_in "$dir" | wc -l) wait"
  printf '%s\n' live "$1" "$2" "$3" "$archived" segments "$seconds" 0 0 | paste -s >>"$results"
  stop_agent
  stop_server immediate # else its archiver goes on until nothing waits
}

make_cluster() {
  [[ ! -d $data ]] || return 0
  step "pgbench makes a cluster of $gb GB"
  init "$data" 16 "archive_command='/bin/true'"
  start_server "$data"
  pgbench -h "$work" -p "$port" -U postgres -i -s $((gb * 67)) -q postgres >/dev/null 2>&1
  pgbench -h "$work" -p "$port" -U postgres -c 4 -j 2 -T 5 -N postgres >/dev/null 2>&1
  sql checkpoint
  stop_server
}

backup_once() {
  local size target=$work/restored
  prepare "$1" "$2" "$3" "$data"
  # another start, so that the checkpoint of each backup is another
  sql 'select txid_current()' >/dev/null
  size=$(du -s --block-size=1M --exclude=pg_wal "$data" | awk '{ printf "%.3f", $1 * 1.048576 / 1000 }')
  measured backup "$1" "$2" "$3" "$size" GB "$(backup_command "$1" "$2" "$3")"
  rm -rf "$target"
  measured restore "$1" "$2" "$3" "$size" GB "$(restore_command "$1" "$2" "$3" "$target")"
  [[ -f $target/global/pg_control ]] || step "$1 restored no pg_control"
  rm -rf "$target"
}

table() {
  echo
  echo "$(date -u +%Y-%m-%d), $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r)," \
    "$(postgres --version), load average $(cut -d' ' -f1-3 /proc/loadavg) at the end"
  echo
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n '2s/^/- /p'
  for tool in walarchive wal-g pgbackrest wal-e lzop; do
    ! command -v "$tool" >/dev/null && [[ $tool != walarchive ]] || echo "- $(version_of "$tool" 2>/dev/null | head -n 1)"
  done
  echo
  echo '| work | method | store | tool | runs | wall s (median) | rate | CPU s per GB | peak RSS MB | wall: walarchive is |'
  echo '|---|---|---|---|---|---|---|---|---|---|'
  tail -n +$((before + 1)) "$results" | python3 "$here/table.py"
}

for store in ${stores//,/ }; do
  for method in ${methods//,/ }; do
    for part in ${parts//,/ }; do
      case $part in
        push | drain | recover) make_wal && alternate "$part" "$method" "$store" "${part}_once" ;;
        live) alternate live "$method" "$store" live_once ;;
        backup)
          [[ -z $cluster ]] || data=$cluster/data
          make_cluster
          start_server "$data"
          alternate backup "$method" "$store" backup_once
          stop_server
          ;;
        *) fail "unknown part $part; see --help" ;;
      esac
    done
  done
done
table
