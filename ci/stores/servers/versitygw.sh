# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir and here
# Versity's gateway: S3 on a file system, as small services have it.

VERSITYGW_VERSION=v1.8.0

install_server() {
  install_go_program versitygw "$VERSITYGW_VERSION" github.com/versity/versitygw/cmd/versitygw
}

start_server() {
  local port
  find_process versitygw && return
  port=$(free_port)
  mkdir -p "$dir/data/versitygw"
  ROOT_ACCESS_KEY=$S3_ACCESS_KEY ROOT_SECRET_KEY=$S3_SECRET_KEY \
    launch versitygw "$port" "$(go_program versitygw "$VERSITYGW_VERSION")" --port "127.0.0.1:$port" --quiet --health /health \
    posix "$dir/data/versitygw"
  await versitygw "http://127.0.0.1:$port/health"
}

server_variables() {
  find_process versitygw || return 0
  echo "WALARCHIVE_TEST_VERSITYGW=http://127.0.0.1:$port"
  s3_variables
}
