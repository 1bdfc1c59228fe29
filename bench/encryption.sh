#!/usr/bin/env bash
# CPU seconds per GB of encrypting and decrypting, beside gpg with the same cipher (AES-256) and no compression.
#
#   ./mvnw -q test-compile && bench/encryption.sh [MEGABYTES]
#
# Both run as a pipe runs them, from a file to nowhere; a line is user + system time of the whole process, start included.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
megabytes=${1:-1000}
keys=$PWD/walarchive-core/src/test/resources/openpgp
work=$(mktemp -d /tmp/walarchive-bench.XXXXXX)
trap 'GNUPGHOME=$work gpgconf --kill all; rm -rf "$work"' EXIT
export GNUPGHOME=$work

gpg --batch --quiet --import "$keys/rsa.private.asc"
head -c "${megabytes}000000" /dev/urandom >"$work/plain"
gpg --batch --quiet --trust-model always --encrypt -z 0 --cipher-algo AES256 -r rsa@example.invalid <"$work/plain" >"$work/message"

class_path=walarchive-core/target/test-classes:walarchive-core/target/classes:walarchive-api/target/classes
while IFS= read -r jar; do
  class_path=$class_path:$jar
done < <(find ~/.m2/repository -name 'bc*-jdk18on-*.jar' -o -name 'slf4j-api-2*.jar' -o -name 'commons-compress-*.jar')

# Prints a name and the processor time of a command per GB.
measure() {
  local name=$1
  shift
  TIMEFORMAT='%U %S'
  { time "$@" >/dev/null 2>"$work/log"; } 2>"$work/times"
  awk -v name="$name" -v gb="$megabytes" '{ printf "%-12s %.2f CPU s/GB\n", name, ($1 + $2) * 1000 / gb }' "$work/times"
  grep 'pass' "$work/log" || true
}

for round in 1 2 3; do
  echo "round $round"
  measure 'gpg -e' sh -c "cat '$work/plain' | gpg --batch --quiet --trust-model always --encrypt -z 0 --cipher-algo AES256 -r rsa@example.invalid"
  measure 'ours' java -cp "$class_path" org.walarchive.core.openpgp.EncryptionBench encrypt "$work/plain" 1
  measure 'gpg -d' sh -c "cat '$work/message' | gpg --batch --quiet --decrypt"
  measure 'ours' java -cp "$class_path" org.walarchive.core.openpgp.EncryptionBench decrypt "$work/message" 1
done
echo 'warm'
java -cp "$class_path" org.walarchive.core.openpgp.EncryptionBench encrypt "$work/plain" 3
java -cp "$class_path" org.walarchive.core.openpgp.EncryptionBench decrypt "$work/message" 3
