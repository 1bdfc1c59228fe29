#!/bin/sh
# walarchive in a minute: a server of your own, archived while it works, lost, and restored to a moment before a mistake.
#
# Needs a JDK (17 or newer) and nothing else. Builds the project if it is not built; takes PostgreSQL (12 or newer) from
# this machine, or else from Maven Central; works in a directory of its own and leaves nothing behind. As root it runs the
# server, which refuses root, as postgres or nobody.
#
#   WALARCHIVE_QUICKSTART_POSTGRES=path|central   take PostgreSQL from there and nowhere else
#   WALARCHIVE_QUICKSTART_BUILD=never             take what is built already, however old
#
# This file only prepares; what there is to see is in quickstart/demo.sh.
set -eu

postgres_version=18.6.0

work=
lock=

fail() {
  echo "quickstart: $1" >&2
  exit 1
}

clean() {
  status=$?
  trap '' INT TERM HUP
  [ -z "$lock" ] || rm -rf "$lock"
  [ -z "$work" ] || rm -rf "$work"
  exit "$status"
}

find_root() {
  case $0 in
    */*) directory=${0%/*} ;;
    *) directory=. ;;
  esac
  root=$(CDPATH='' cd -P -- "$directory/.." && pwd -P)
  distribution=$root/walarchive-cli/target/walarchive
  libraries=$root/examples/target/lib
}

# Sets $JAVA_HOME.
find_java() {
  if [ -z "${JAVA_HOME-}" ]; then
    command -v java >/dev/null || fail "no java found: set JAVA_HOME, or add a JDK, 17 or newer, to PATH"
    JAVA_HOME=$(java -XX:-UsePerfData -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  fi
  [ -x "$JAVA_HOME/bin/java" ] || fail "JAVA_HOME is $JAVA_HOME, and $JAVA_HOME/bin/java cannot be executed"
  export JAVA_HOME
}

# Holds a lock while the project directory is written to: another quickstart may be at it.
lock() {
  mkdir -p "$root/target" || fail "cannot write to $root; build as its owner first: ./mvnw -DskipTests package"
  waited=0
  until mkdir "$root/target/quickstart.lock" 2>/dev/null; do
    holder=$(cat "$root/target/quickstart.lock/pid" 2>/dev/null) || holder=
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null || [ "$waited" -ge 900 ]; then
      rm -rf "$root/target/quickstart.lock"
    else
      sleep 1
      waited=$((waited + 1))
    fi
  done
  lock=$root/target/quickstart.lock
  echo $$ >"$lock/pid"
}

unlock() {
  rm -rf "$lock"
  lock=
}

# Every build makes the .tar.gz anew, so its time says when the last one was.
is_built() {
  [ -x "$distribution/bin/walarchive" ] && [ -d "$libraries" ] && [ -f "$distribution.tar.gz" ] || return 1
  [ "${WALARCHIVE_QUICKSTART_BUILD-}" != never ] || return 0
  newer=$(
    cd "$root"
    find pom.xml examples/pom.xml examples/src/main walarchive-*/pom.xml walarchive-*/src/main \
      -newer "$distribution.tar.gz" -print
  )
  [ -z "$newer" ]
}

build() {
  ! is_built || return 0
  [ "${WALARCHIVE_QUICKSTART_BUILD-}" != never ] || fail "walarchive is not built, and was not to be"
  lock
  if ! is_built; then
    echo "# Building walarchive; the first time, that takes a minute or two."
    echo "$ ./mvnw -q -DskipTests package"
    (cd "$root" && ./mvnw -q -B -DskipTests package) </dev/null || fail "the build failed"
  fi
  unlock
}

# Sets $programs to the directory of the newest PostgreSQL on this machine, or to nothing.
find_postgres() {
  programs=
  newest=11
  for postgres in "$(command -v postgres)" /usr/lib/postgresql/*/bin/postgres; do
    directory=${postgres%/*}
    [ -x "$postgres" ] && [ -x "$directory/initdb" ] && [ -x "$directory/pg_ctl" ] || continue
    major=$("$postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
    if [ "$major" -gt "$newest" ]; then
      programs=$directory
      newest=$major
    fi
  done
}

# Sets $jar to the programs from Maven Central.
download_postgres() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Linux-amd64) platform=linux-amd64 ;;
    Linux-aarch64 | Linux-arm64) platform=linux-arm64v8 ;;
    *) fail "no PostgreSQL 12 or newer on PATH, and Maven Central has none for $(uname -s) on $(uname -m)" ;;
  esac
  name=embedded-postgres-binaries-$platform
  jar=$root/target/postgres/$name-$postgres_version.jar
  [ ! -f "$jar" ] || return 0
  lock
  if [ ! -f "$jar" ]; then
    echo "# Downloading PostgreSQL from Maven Central."
    (cd "$root" && ./mvnw -q -B -N dependency:copy \
      -Dartifact="io.zonky.test.postgres:$name:$postgres_version" -DoutputDirectory=target/postgres) </dev/null ||
      fail "cannot download PostgreSQL"
  fi
  unlock
}

choose_postgres() {
  programs=
  jar=
  case ${WALARCHIVE_QUICKSTART_POSTGRES-} in
    '' | path) find_postgres ;;
    central) ;;
    *) fail "WALARCHIVE_QUICKSTART_POSTGRES is neither path nor central: $WALARCHIVE_QUICKSTART_POSTGRES" ;;
  esac
  [ -z "$programs" ] || return 0
  [ "${WALARCHIVE_QUICKSTART_POSTGRES-}" != path ] || fail "no PostgreSQL 12 or newer on PATH"
  download_postgres
}

# Makes the directory for all that follows. The path of a Unix socket in it may have 107 bytes at most.
make_work() {
  parent=${TMPDIR:-/tmp}
  [ "${#parent}" -le 60 ] && [ "$(id -u)" -ne 0 ] || parent=/tmp
  work=$(mktemp -d "$parent/walarchive.XXXXXX")
  mkdir "$work/examples"
  cp -R "$distribution" "$work/walarchive"
  cp "$libraries"/*.jar "$root"/examples/target/walarchive-examples-*.jar "$work/examples"
  cp "$root/examples/quickstart/demo.sh" "$work"
  [ -z "$jar" ] || cp "$jar" "$work/postgres.jar"
}

# Runs a command as $user instead of this shell, by the first means in $1… that the machine has.
become() {
  means=$1
  shift
  case $means in
    setpriv) exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@" ;;
    runuser) exec runuser -u "$user" -- "$@" ;;
    su) exec su -s /bin/sh "$user" -c 'exec "$@"' -- sh "$@" ;;
  esac
}

# Sets $user to who is to run the server, and $means to how to become that user.
choose_user() {
  user=
  for name in postgres nobody; do
    [ -n "$user" ] || ! id "$name" >/dev/null 2>&1 || user=$name
  done
  [ -n "$user" ] || fail "PostgreSQL refuses to run as root, and there is no user postgres or nobody; run this as another user"
  for means in setpriv runuser su; do
    ! (become "$means" true) </dev/null >/dev/null 2>&1 || return 0
  done
  fail "PostgreSQL refuses to run as root, and neither setpriv, runuser nor su works; run this as another user"
}

# Ends with the demonstration, which takes over $work and deletes it.
demonstrate() {
  if [ "$(id -u)" -ne 0 ]; then
    exec sh "$work/demo.sh" "$work" "$programs"
  fi
  choose_user
  if ! (become "$means" "$JAVA_HOME/bin/java" -XX:-UsePerfData -version) </dev/null >/dev/null 2>&1; then
    cp -R "$JAVA_HOME" "$work/java"
    JAVA_HOME=$work/java
  fi
  chown -R "$user" "$work"
  cd /
  become "$means" env JAVA_HOME="$JAVA_HOME" PATH="$PATH" HOME="$work" sh "$work/demo.sh" "$work" "$programs"
}

trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

find_root
find_java
build
choose_postgres
make_work
demonstrate
