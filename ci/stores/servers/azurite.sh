# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir, here and programs
# Azurite: Azure Blob Storage. Its account and key are those that every emulator of Azure has.

# npm installs the versions of a lock file, of which the directory's name holds the checksum.
azurite_home() {
  local sum
  sum=$(cat "$here/servers/azurite/package.json" "$here/servers/azurite/package-lock.json" | sha256sum)
  echo "$programs/azurite-npm-${sum:0:12}"
}

install_server() {
  local target build started=$SECONDS
  need node "Azurite"
  node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || die "Azurite needs Node.js 20 or newer"
  target=$(azurite_home)
  [[ ! -d $target ]] || return 0
  need npm "the installation of Azurite"
  say "installing Azurite, once; a minute or two, 365 MB"
  mkdir -p "$programs"
  build=$(mktemp -d "$programs/.build.XXXXXX")
  cp "$here/servers/azurite/package.json" "$here/servers/azurite/package-lock.json" "$build"
  if ! (cd "$build" && nice npm ci --omit=dev --ignore-scripts --no-audit --no-fund) >"$dir/log/install-azurite.log" 2>&1; then
    rm -rf "$build"
    tail -n 5 "$dir/log/install-azurite.log" >&2
    die "npm ci of Azurite failed"
  fi
  # Of two runs that install at once the second keeps what the first has put there.
  mv -T "$build" "$target" 2>/dev/null || rm -rf "$build"
  say "Azurite is installed, in $((SECONDS - started)) s"
}

start_server() {
  local port
  find_process azurite && return
  port=$(free_port)
  mkdir -p "$dir/data/azurite"
  # The SDK speaks a version of the protocol that Azurite does not know by name.
  launch azurite "$port" node "$(azurite_home)/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 \
    --blobPort "$port" --location "$dir/data/azurite" --silent --disableTelemetry --skipApiVersionCheck
}

server_variables() {
  find_process azurite || return 0
  echo "WALARCHIVE_TEST_AZURITE=http://127.0.0.1:$port"
}
