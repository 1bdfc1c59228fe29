#!/usr/bin/env bash
# Makes the keys and messages of the tests with gpg 2.2. Run in an empty directory.
set -euo pipefail
home=$(mktemp -d)
export GNUPGHOME=$home
trap 'gpgconf --kill gpg-agent; rm -rf "$home"' EXIT
out=$PWD
quiet=(gpg --batch --quiet --no-tty --trust-model always)

# name, parameters of the key
make() {
  local name=$1 protection=%no-protection
  [[ $name != protected ]] || protection='Passphrase: correct horse'
  printf '%s\n' "$2" "Name-Real: $name" "Name-Email: ${4:-$name}@example.invalid" "${3:-Expire-Date: 0}" "$protection" '%commit' |
    "${quiet[@]}" ${5:+--faked-system-time "$5"} --gen-key
}
export_key() {
  "${quiet[@]}" --armor --export "$2" >"$out/$1.public.asc"
  "${quiet[@]}" --pinentry-mode loopback --passphrase 'correct horse' --armor --export-secret-keys "$2" >"$out/$1.private.asc"
}
sub=$'Subkey-Usage: encrypt'
make rsa $'Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSubkey-Type: RSA\nSubkey-Length: 2048\n'"$sub"
make elgamal $'Key-Type: DSA\nKey-Length: 1024\nSubkey-Type: ELG-E\nSubkey-Length: 1024'
make cv25519 $'Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\n'"$sub"
make nistp256 $'Key-Type: ECDSA\nKey-Curve: nistp256\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: nistp256\n'"$sub"
make protected $'Key-Type: RSA\nKey-Length: 2048\nSubkey-Type: RSA\nSubkey-Length: 2048'
make signing $'Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign'
ecc=$'Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\n'"$sub"
make expired "$ecc" 'Expire-Date: 30d' expired 20200101T000000
make expired-subkey $'Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign' 'Expire-Date: 0' expired-subkey 20200101T000000
"${quiet[@]}" --passphrase '' --faked-system-time 20200102T000000 --quick-add-key "$(gpg --with-colons -k expired-subkey | awk -F: '/^fpr/ {print $10; exit}')" cv25519 encr 30d
make revoked "$ecc"
make revoked-subkey "$ecc"
make rotated "$ecc" 'Expire-Date: 0' rotated 20210101T000000
"${quiet[@]}" --passphrase '' --faked-system-time 20220101T000000 --quick-add-key "$(gpg --with-colons -k rotated | awk -F: '/^fpr/ {print $10; exit}')" cv25519 encr 0
make twin-one "$ecc" 'Expire-Date: 0' twin
make twin-two "$ecc" 'Expire-Date: 0' twin
make successor-old "$ecc" 'Expire-Date: 30d' successor 20200101T000000
make successor-new "$ecc" 'Expire-Date: 0' successor

fpr() { gpg --with-colons -k "=$1 <${2:-$1}@example.invalid>" | awk -F: '/^fpr/ {print $10; exit}'; }
rev=$GNUPGHOME/openpgp-revocs.d/$(fpr revoked).rev
sed 's/^:---/---/' "$rev" | "${quiet[@]}" --import
printf 'key 1\nrevkey\ny\n0\n\ny\nsave\n' | gpg --quiet --no-tty --command-fd 0 --pinentry-mode loopback --passphrase '' --edit-key "$(fpr revoked-subkey)" >/dev/null 2>&1

for name in rsa elgamal cv25519 nistp256 protected signing expired expired-subkey revoked revoked-subkey rotated; do
  export_key "$name" "$(fpr "$name")"
done
for name in twin-one twin-two; do export_key "$name" "$(fpr "$name" twin)"; done
for name in successor-old successor-new; do export_key "$name" "$(fpr "$name" successor)"; done
gpg --batch --export >"$out/all.gpg"
cp "$GNUPGHOME/pubring.kbx" "$out/pubring.kbx"

seq 1 14000 >"$out/plain.txt"
seq 1 500 >"$out/small.txt"
for name in rsa elgamal cv25519 nistp256 protected; do
  "${quiet[@]}" --encrypt -z 0 --recipient "$(fpr "$name")" <"$out/plain.txt" >"$out/message.$name.gpg"
done
for cipher in 3DES CAST5 BLOWFISH AES AES192 TWOFISH CAMELLIA128 CAMELLIA256; do
  "${quiet[@]}" --encrypt --cipher-algo "$cipher" -z 0 --recipient "$(fpr cv25519)" <"$out/small.txt" >"$out/cipher.$cipher.gpg"
done
for method in ZIP ZLIB BZIP2; do
  "${quiet[@]}" --encrypt --compress-algo "$method" --recipient "$(fpr cv25519)" "$out/small.txt"
  mv "$out/small.txt.gpg" "$out/compressed.$method.gpg"
done
"${quiet[@]}" --sign --encrypt -z 0 --recipient "$(fpr cv25519)" <"$out/small.txt" >"$out/signed.gpg"
"${quiet[@]}" --encrypt --throw-keyids -z 0 --recipient "$(fpr cv25519)" <"$out/small.txt" >"$out/hidden.gpg"
"${quiet[@]}" --encrypt --rfc2440 --disable-mdc --cipher-algo CAST5 -z 0 --recipient "$(fpr rsa)" <"$out/small.txt" >"$out/without-mdc.gpg" 2>/dev/null || true
"${quiet[@]}" --passphrase secret --pinentry-mode loopback --symmetric -z 0 <"$out/small.txt" >"$out/symmetric.gpg"
