# shellcheck shell=bash
# shellcheck disable=SC2154 # up sets dir and here
# MinIO with TLS, which it demands for keys that customers keep (SSE-C). Its certificate is made here and trusted by nobody.

# shellcheck source=ci/stores/servers/minio.sh
. "$here/servers/minio.sh"

certificates=$dir/data/minio-tls-certificates

make_certificate() {
  [[ ! -s $certificates/public.crt ]] || return 0
  mkdir -p "$certificates"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=walarchive test' \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$certificates/private.key" -out "$certificates/new.crt" 2>"$dir/log/openssl.log" ||
    die "no certificate could be made: $(tail -n 1 "$dir/log/openssl.log")"
  mv "$certificates/new.crt" "$certificates/public.crt"
}

start_server() {
  need openssl "MinIO with TLS"
  make_certificate
  start_minio minio-tls --certs-dir "$certificates"
  find_process minio-tls
  await minio-tls "https://127.0.0.1:$port/minio/health/live" --cacert "$certificates/public.crt"
}

server_variables() {
  find_process minio-tls || return 0
  echo "WALARCHIVE_TEST_MINIO_TLS=https://127.0.0.1:$port"
  echo "WALARCHIVE_TEST_MINIO_CA=$certificates/public.crt"
  echo "WALARCHIVE_TEST_MINIO_KMS_KEY=$MINIO_KMS_KEY"
  s3_variables
}
