# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir and here
# OpenStack Swift of one copy, with TempAuth, and Keystone: version 3, and the login of version 2.

# Who owns what tests make. User test:limited of the same password owns nothing, and may do what a container's ACL says.
SWIFT_V1_USER=test:tester
SWIFT_V1_PASSWORD=testing
SWIFT_USER=emu
SWIFT_PASSWORD=emusecret1

swift_source=$here/swift
swift_programs=$programs/swift-$(sha256sum "$swift_source/requirements.txt" | cut -c 1-12)
swift_processes=(keystone swift-account swift-container swift-object swift)

install_server() {
  local started=$SECONDS
  [[ ! -e $swift_programs/installed ]] || return 0
  need python3 "Swift"
  mkdir -p "$programs"
  # An environment cannot be moved after it was made, so two runs must not make it at once.
  exec 8>"$programs/swift.lock"
  flock 8
  [[ ! -e $swift_programs/installed ]] || return 0
  say "installing Swift and Keystone from PyPI, once"
  rm -rf "$swift_programs"
  if ! { python3 -m venv "$swift_programs" &&
    "$swift_programs/bin/pip" install --quiet --requirement "$swift_source/requirements.txt"; } \
    >"$dir/log/install-swift.log" 2>&1; then
    tail -n 5 "$dir/log/install-swift.log" >&2
    die "Swift and Keystone could not be installed; they need Python 3.10 or newer with venv"
  fi
  touch "$swift_programs/installed"
  exec 8>&-
  say "Swift and Keystone are installed, in $((SECONDS - started)) s"
}

# Prints what all four servers' files begin with.
swift_defaults() { # PORT
  cat <<END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(id -un)
swift_dir = $dir/data/swift
devices = $dir/data/swift/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = WARNING
# Nobody updates later a container that was not told of an object in time: it would lack it for ever.
conn_timeout = 20
node_timeout = 60
container_update_timeout = 60
END
}

start_storage() { # account|container|object
  local kind=$1 port
  port=$(free_port)
  {
    swift_defaults "$port"
    printf '[pipeline:main]\npipeline = %s-server\n[app:%s-server]\nuse = egg:swift#%s\n' "$kind" "$kind" "$kind"
  } >"$dir/data/swift/$kind.conf"
  # What is stored does not depend on the ports, so the ring is made anew each time.
  (
    cd "$dir/data/swift"
    rm -f "$kind.builder" "$kind.ring.gz"
    "$swift_programs/bin/swift-ring-builder" "$kind.builder" create 6 1 0
    "$swift_programs/bin/swift-ring-builder" "$kind.builder" add "r1z1-127.0.0.1:$port/disk" 1
    "$swift_programs/bin/swift-ring-builder" "$kind.builder" rebalance
  ) >"$dir/log/swift-$kind-ring.log" 2>&1 || die "no ring was made; see $dir/log/swift-$kind-ring.log"
  launch "swift-$kind" "$port" "$swift_programs/bin/swift-$kind-server" "$dir/data/swift/$kind.conf" --verbose
}

start_proxy() { # PORT KEYSTONE
  local filter
  {
    swift_defaults "$1"
    cat <<END
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk authtoken keystoneauth tempauth copy container-quotas slo dlo proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:cache]
paste.filter_factory = local_filters:cache
[filter:authtoken]
paste.filter_factory = local_filters:authtoken
www_authenticate_uri = $2/v3
auth_url = $2/v3
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = $SWIFT_USER
username = $SWIFT_USER
password = $SWIFT_PASSWORD
delay_auth_decision = True
cache = swift.cache
include_service_catalog = False
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member
reseller_prefix = AUTH
[filter:tempauth]
use = egg:swift#tempauth
reseller_prefix = TEMPAUTH
user_${SWIFT_V1_USER/:/_} = $SWIFT_V1_PASSWORD .admin
user_test_limited = testing
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:container-quotas]
use = egg:swift#container_quotas
END
    for filter in catch_errors gatekeeper healthcheck listing_formats bulk copy slo dlo; do
      printf '[filter:%s]\nuse = egg:swift#%s\n' "$filter" "$filter"
    done
  } >"$dir/data/swift/proxy.conf"
  PYTHONPATH=$swift_source PYTHONDONTWRITEBYTECODE=1 \
    launch swift "$1" "$swift_programs/bin/swift-proxy-server" "$dir/data/swift/proxy.conf" --verbose
}

# Keystone keeps addresses, so that it is made anew with each start.
start_keystone() { # PORT
  local base=$dir/data/keystone manage
  rm -rf "$base"
  mkdir -p "$base"
  cat >"$base/keystone.conf" <<END
[DEFAULT]
log_file = $dir/log/keystone-server.log
[database]
connection = sqlite:///$base/keystone.db
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = $base/fernet
[credential]
key_repository = $base/credential
[cache]
enabled = false
END
  manage=("$swift_programs/bin/keystone-manage" --config-file "$base/keystone.conf")
  {
    "${manage[@]}" db_sync
    "${manage[@]}" fernet_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
    "${manage[@]}" credential_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
    "${manage[@]}" bootstrap --bootstrap-username "$SWIFT_USER" --bootstrap-project-name "$SWIFT_USER" \
      --bootstrap-password "$SWIFT_PASSWORD" --bootstrap-region-id RegionOne \
      --bootstrap-public-url "http://127.0.0.1:$1/v3" --bootstrap-internal-url "http://127.0.0.1:$1/v3"
  } >"$dir/log/keystone-setup.log" 2>&1 || die "Keystone could not be set up; see $dir/log/keystone-setup.log"
  OS_KEYSTONE_CONFIG_FILES=$base/keystone.conf PYTHONDONTWRITEBYTECODE=1 \
    launch keystone "$1" "$swift_programs/bin/python" "$swift_source/serve_keystone.py" "$1"
  await keystone "http://127.0.0.1:$1/v3"
}

start_server() {
  local name all=yes keystone_port proxy_port
  for name in "${swift_processes[@]}"; do
    find_process "$name" || all=
  done
  [[ -z $all ]] || return 0
  stop "${swift_processes[@]}"
  mkdir -p "$dir/data/swift/devices/disk"
  printf '[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n' >"$dir/data/swift/swift.conf"
  keystone_port=$(free_port)
  start_keystone "$keystone_port"
  for name in account container object; do
    start_storage "$name"
  done
  proxy_port=$(free_port)
  start_proxy "$proxy_port" "http://127.0.0.1:$keystone_port"
  await swift "http://127.0.0.1:$proxy_port/healthcheck"
  "$swift_programs/bin/python" "$swift_source/register_swift.py" "http://127.0.0.1:$keystone_port" \
    "http://127.0.0.1:$proxy_port" "$SWIFT_USER" "$SWIFT_PASSWORD" || die "Keystone was not told of Swift"
}

server_variables() {
  find_process swift || return 0
  echo "WALARCHIVE_TEST_SWIFT_V1_URL=http://127.0.0.1:$port/auth/v1.0"
  find_process keystone || return 0
  echo "WALARCHIVE_TEST_SWIFT_V2_URL=http://127.0.0.1:$port/v2.0"
  echo "WALARCHIVE_TEST_SWIFT_V3_URL=http://127.0.0.1:$port/v3"
}
