# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir and here
# MinIO. With a key of its own key management, so that it encrypts when it is asked to.

MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c
MINIO_KMS_KEY=walarchive-test-key

install_server() {
  install_go_program minio "$MINIO_VERSION" github.com/minio/minio
}

start_minio() { # NAME [OPTION...]
  local name=$1 port secret
  shift
  find_process "$name" && return
  port=$(free_port)
  # 32 bytes, and the same in each run: it must decrypt what an earlier one encrypted.
  secret=$(printf 'walarchive-tests-have-no-secrets' | base64)
  mkdir -p "$dir/data/$name"
  MINIO_ROOT_USER=$S3_ACCESS_KEY MINIO_ROOT_PASSWORD=$S3_SECRET_KEY MINIO_KMS_SECRET_KEY=$MINIO_KMS_KEY:$secret \
    MINIO_BROWSER=off MINIO_UPDATE=off HOME=$dir/data \
    launch "$name" "$port" "$(go_program minio "$MINIO_VERSION")" server --quiet --address "127.0.0.1:$port" "$@" "$dir/data/$name"
}

start_server() {
  start_minio minio
  find_process minio
  await minio "http://127.0.0.1:$port/minio/health/live"
}

server_variables() {
  find_process minio || return 0
  echo "WALARCHIVE_TEST_MINIO=http://127.0.0.1:$port"
  s3_variables
}
