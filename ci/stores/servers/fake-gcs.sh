# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir
# fake-gcs-server: Google Cloud Storage's JSON API, with the objects in memory. It asks for no credential.

FAKE_GCS_VERSION=v1.56.1

install_server() {
  install_go_program fake-gcs-server "$FAKE_GCS_VERSION" github.com/fsouza/fake-gcs-server
}

start_server() {
  local port
  find_process fake-gcs && return
  port=$(free_port)
  # Without an external URL the address of an upload follows the request's Host, so that a proxy stays in between.
  launch fake-gcs "$port" "$(go_program fake-gcs-server "$FAKE_GCS_VERSION")" -scheme http -host 127.0.0.1 -port "$port" \
    -public-host 127.0.0.1 -backend memory -filesystem-root "$dir/data/fake-gcs" -log-level warn
  await fake-gcs "http://127.0.0.1:$port/storage/v1/b?project=any"
}

server_variables() {
  find_process fake-gcs || return 0
  echo "WALARCHIVE_TEST_FAKE_GCS=http://127.0.0.1:$port"
}
