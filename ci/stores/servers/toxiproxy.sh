# shellcheck shell=bash
# Toxiproxy: makes a network bad, for any of the other servers. Tests make proxies by its HTTP interface.

TOXIPROXY_VERSION=v2.5.0

install_server() {
  install_go_program toxiproxy "$TOXIPROXY_VERSION" github.com/Shopify/toxiproxy/v2/cmd/server
}

start_server() {
  local port
  find_process toxiproxy && return
  port=$(free_port)
  LOG_LEVEL=error launch toxiproxy "$port" "$(go_program toxiproxy "$TOXIPROXY_VERSION")" -host 127.0.0.1 -port "$port"
  await toxiproxy "http://127.0.0.1:$port/version"
}

server_variables() {
  find_process toxiproxy || return 0
  echo "WALARCHIVE_TEST_TOXIPROXY=http://127.0.0.1:$port"
}
