# shellcheck shell=bash
# shellcheck disable=SC2154 # dir is set by whoever sources this
# What up, down and the files of servers/ share. Sourced by bash, with dir set to the directory of a run.
#
# A process NAME leaves DIR/pid/NAME, which holds "PID STARTED PORT": with the time of its start a process id that the
# system gave away again is not taken for ours. A server's data is below DIR/data, its output in DIR/log.

# What every server of S3's protocol is given. Only tests know them; nothing listens but on loopback.
S3_ACCESS_KEY=walarchive-test
S3_SECRET_KEY=walarchive-test-secret

# Programs, by name and version: they outlive the runs.
programs=${XDG_CACHE_HOME:-${HOME:?is not set, nor is XDG_CACHE_HOME}/.cache}/walarchive-stores

# Prints what tests of each of those servers need besides its address.
s3_variables() {
  echo "WALARCHIVE_TEST_S3_ACCESS_KEY=$S3_ACCESS_KEY"
  echo "WALARCHIVE_TEST_S3_SECRET_KEY=$S3_SECRET_KEY"
}

say() {
  echo "stores: $*" >&2
}

die() {
  say "$@"
  exit 1
}

need() {
  command -v "$1" >/dev/null || die "$1 is missing, and $2 needs it"
}

# Prints the path of a Go program that is installed.
go_program() { # NAME VERSION
  echo "$programs/$1-$2"
}

# Builds a Go program unless that version is there. Two runs that build at once do no harm.
install_go_program() { # NAME VERSION PACKAGE
  local name=$1 version=$2 package=$3 target started=$SECONDS build
  target=$(go_program "$name" "$version")
  [[ ! -x $target ]] || return 0
  PATH=$PATH:/usr/local/go/bin
  need go "the build of $name"
  say "building $package@$version, once; minutes on a small machine"
  mkdir -p "$programs"
  build=$(mktemp -d "$programs/.build.XXXXXX")
  if ! GOBIN=$build GOTOOLCHAIN=local GOFLAGS=-buildvcs=false \
    nice go install -ldflags='-s -w' "$package@$version" >"$dir/log/install-$name.log" 2>&1; then
    rm -rf "$build"
    tail -n 5 "$dir/log/install-$name.log" >&2
    die "go install $package@$version failed"
  fi
  # Go names the program after the package's directory, whatever that is.
  mv "$build"/* "$target"
  rmdir "$build"
  say "$name is built, in $((SECONDS - started)) s"
}

started_of() { # PID
  # The program's name, in parentheses, may hold anything.
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

# Sets pid and port of a process that runs.
find_process() { # NAME
  local started
  pid='' port=''
  [[ -f $dir/pid/$1 ]] && read -r pid started port <"$dir/pid/$1" && [[ $(started_of "$pid") == "$started" ]]
}

# Tells whether the process, and no other, listens on its port.
listens() { # PID PORT
  local inode inodes
  inodes=$(awk -v port="$(printf ':%04X$' "$2")" '$2 ~ port && $4 == "0A" { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [[ -n $inodes ]] || return 1
  for inode in $inodes; do
    find "/proc/$1/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep -q . || return 1
  done
}

# Prints a port on which nothing listens, below those that systems give to clients.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# Starts a process that listens on a port, and waits until it does.
launch() { # NAME PORT COMMAND...
  local name=$1 port=$2 pid waited
  shift 2
  setsid "$@" >"$dir/log/$name.log" 2>&1 </dev/null 9>&- &
  pid=$!
  echo "$pid $(started_of "$pid") $port" >"$dir/pid/$name"
  for ((waited = 0; waited < 600; waited++)); do
    if listens "$pid" "$port"; then
      return
    fi
    [[ -n $(started_of "$pid") ]] || break
    sleep 0.1
  done
  tail -n 8 "$dir/log/$name.log" >&2
  die "$name does not listen on port $port; its output is in $dir/log/$name.log"
}

# Waits until a process that listens also answers with success.
await() { # NAME URL [CURL'S OPTION...]
  local name=$1 url=$2 waited
  shift 2
  for ((waited = 0; waited < 600; waited++)); do
    if curl --silent --fail --max-time 5 --output /dev/null "$@" "$url"; then
      return
    fi
    find_process "$name" || break
    sleep 0.1
  done
  tail -n 8 "$dir/log/$name.log" >&2
  die "$name does not answer at $url; its output is in $dir/log/$name.log"
}

# Stops processes, all at once, and by force those that do not end.
stop() { # NAME...
  local name pid port waited
  for name; do
    ! find_process "$name" || kill "$pid" 2>/dev/null || true
  done
  for name; do
    for ((waited = 0; waited < 150; waited++)); do
      find_process "$name" || break
      sleep 0.1
    done
    if find_process "$name"; then
      say "$name does not end: killed"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$dir/pid/$name"
  done
}
