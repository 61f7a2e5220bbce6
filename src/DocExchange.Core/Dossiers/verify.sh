#!/bin/sh
# Verifies the dossier that this file lies in, with OpenSSL 3, unzip and coreutils; README.txt explains every step.
#   sh verify.sh [roots.pem]
# roots.pem: root certificates you got elsewhere. Without them those in the dossier are taken, which proves only that the
# dossier agrees with itself. One line a check; the exit code is 0 only if none failed.
set -u
export LC_ALL=C.UTF-8
roots=trust/anchors.pem
stamproots=trust/tsa-anchors.pem
if [ $# -gt 0 ]; then
  roots=$(realpath -- "$1") || exit 1
  stamproots=/dev/null
fi
cd "$(dirname -- "$0")" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
sm2id=distid:1234567812345678
checks=0 failed=0

check() { # what, command: one line
  what=$1
  shift
  checks=$((checks + 1))
  if "$@" > "$work/said" 2>&1; then
    echo "OK    $what"
  else
    echo "FAIL  $what"
    tail -n 3 "$work/said" | sed 's/^/      /'
    failed=$((failed + 1))
  fi
}
fromjson() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" dossier.json | head -n 1; }
element() { grep -o "<$1>[^<]*" "$2" | head -n 1 | sed 's/^[^>]*>//'; } # name, XML file: the first of that name
seconds() { date -u -d "$1" +%s; }
structure() { openssl asn1parse -inform DER -in "$1" | tr -s ' =:' ' ' | sed 's/^ //'; }

# --- 1. Digests ---------------------------------------------------------------------------------------------------

nothing_else() {
  { sed 's/^[0-9a-f]*  //' SHA256SUMS; echo SHA256SUMS; echo SHA256SUMS.p7s; } | sort > "$work/listed"
  find . -type f | sed 's/^\.\///' | sort | diff "$work/listed" -
}

# --- 2. Certificates and CMS --------------------------------------------------------------------------------------

# The authorities that lead to the roots, one step at a time: OpenSSL 3 knows SM2 for one certificate at a time.
issued_by() { # trusted certificates, seconds, certificate
  openssl verify -partial_chain -trusted "$1" -attime "$2" "$3" || openssl verify -vfyopt "$sm2id" -partial_chain -trusted "$1" -attime "$2" "$3"
}
collect_authorities() {
  cat "$roots" > "$work/trusted.pem"
  csplit -sz -f "$work/authority-" trust/intermediates.pem '/BEGIN CERTIFICATE/' '{*}'
  for round in 1 2 3 4; do
    for one in "$work"/authority-*; do
      [ -s "$one" ] && issued_by "$work/trusted.pem" "$issued" "$one" > "$work/said" 2>&1 || continue
      cat "$one" >> "$work/trusted.pem"
      rm "$one"
    done
  done
}
leads_to_roots() { issued_by "$work/trusted.pem" "$2" "$1"; } # certificate, seconds

# For each SignerInfo: digest, serial number, where its signed attributes and its signature are.
signers() {
  structure "$1" | awk '
    $3 == 3 && $9 == "SET" { n = 0 }
    $3 == 4 && $9 == "SEQUENCE" { n++ }
    $3 == 5 && $9 == "cont" && $11 == 0 { attributes[n] = $1 " " $5 " " $7 }
    $3 == 5 && $9 == "OCTET" { value[n] = $1 }
    $3 == 6 && $9 == "INTEGER" { serial[n] = $10 }
    $3 == 6 && $9 == "OBJECT" && !(n in digest) { digest[n] = $10 }
    $3 == 3 && $9 == "SET" { delete digest; delete serial }
    END { for (i = 1; i <= n; i++) print digest[i], serial[i], attributes[i], value[i] }'
}
signed_by() { # CMS, content, seconds; digest, serial, offset, header, length, offset: one SignerInfo, by hand
  for one in "$work"/signer-*; do
    [ "$(openssl x509 -in "$one" -noout -serial | sed 's/^serial=0*//')" = "$(echo "$5" | sed 's/^0*//')" ] && signer=$one
  done
  { printf '\061'; tail -c +$(($6 + 2)) "$1" | head -c $(($7 + $8 - 1)); } > "$work/attributes" # RFC 5652 5.4: the tag of a SET
  openssl asn1parse -inform DER -in "$1" -strparse "$9" -noout -out "$work/value" &&
    openssl x509 -in "$signer" -noout -pubkey > "$work/signer.pub" || return 1
  openssl asn1parse -inform DER -in "$work/attributes" | grep -A 2 messageDigest | grep -iq ":$(openssl dgst "-$4" "$2" | sed 's/.* //')\$" || return 1
  if [ "$4" = sm3 ]; then
    openssl pkeyutl -verify -pubin -inkey "$work/signer.pub" -rawin -digest sm3 -pkeyopt "$sm2id" -in "$work/attributes" -sigfile "$work/value" || return 1
  else
    openssl pkeyutl -verify -pubin -inkey "$work/signer.pub" -rawin -digest "$4" -in "$work/attributes" -sigfile "$work/value" || return 1
  fi
  leads_to_roots "$signer" "$3"
}
# CMS, content (made here where the CMS holds it), seconds. The certificates are left in signer-*.
verify_cms() {
  rm -f "$work"/signer-*
  openssl pkcs7 -inform DER -in "$1" -print_certs | csplit -sz -f "$work/signer-" - '/^subject/' '{*}'
  [ -e "$2" ] || openssl asn1parse -inform DER -in "$1" -noout -out "$2" \
    -strparse "$(structure "$1" | awk '$3 == 5 && $9 == "OCTET" { print $1; exit }')" || return 1
  signers "$1" > "$work/signers"
  [ -s "$work/signers" ] || return 1
  if ! grep -q '^sm3 ' "$work/signers"; then
    openssl cms -verify -cades -binary -inform DER -in "$1" -content "$2" -purpose any -CAfile "$work/trusted.pem" -attime "$3" -out /dev/null
    return
  fi
  while read -r digest serial from header length value; do
    signed_by "$1" "$2" "$3" "$digest" "$serial" "$from" "$header" "$length" "$value" || return 1
  done < "$work/signers"
}
verify_statement() { # CMS, seconds: leaves its content
  rm -f "$work/content"
  structure "$1" > "$work/said" || return 1
  at=$(structure "$1" | awk '$3 == 5 && $9 == "OCTET" { print $1; exit }')
  openssl asn1parse -inform DER -in "$1" -strparse "$at" -noout -out "$work/content" || return 1
  if structure "$1" | grep -q 'OBJECT sm3$'; then
    verify_cms "$1" "$work/content" "$2"
  else
    rm -f "$work"/signer-*
    openssl pkcs7 -inform DER -in "$1" -print_certs | csplit -sz -f "$work/signer-" - '/^subject/' '{*}'
    openssl cms -verify -cades -binary -inform DER -in "$1" -purpose any -CAfile "$work/trusted.pem" -attime "$2" -out "$work/content.cms" &&
      cmp "$work/content" "$work/content.cms"
  fi
}

# --- 3. The package -----------------------------------------------------------------------------------------------

package_digests() {
  unzip -q package.asice -d "$work/package" || return 1
  sed -n 's/.*DataObjectReference URI="\([^"]*\)".*/\1/p; s/.*<ds:DigestValue>\([^<]*\)<.*/\1/p' "$work/package/META-INF/ASiCManifest.xml" |
    while read -r name && read -r digest; do
      env printf '%s  %b\n' "$(printf %s "$digest" | openssl base64 -d -A | od -An -vtx1 | tr -d ' \n')" "$(printf %s "$name" | sed 's/%/\\x/g')"
    done > "$work/manifest.sums"
  (cd "$work/package" && sha256sum --check --strict --quiet "$work/manifest.sums")
}
document_id() { [ "$(sha256sum < "$work/package/META-INF/ASiCManifest.xml")" = "$document  -" ]; }

# --- 4. The ledger ------------------------------------------------------------------------------------------------

verifier_key() { # vkey (C2SP): name+id+base64(type and key). Leaves an Ed25519 public key.
  key=${1#*+}
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; printf %s "${key#*+}" | openssl base64 -d -A | tail -c 32; } > "$work/key.der"
}
note_signature() { awk -v name="${1%%+*}" '$1 == "—" && $2 == name { print $3 }' ledger/checkpoint | head -n 1 | openssl base64 -d -A > "$work/line"; }
ed25519() { # text
  tail -c 64 "$work/line" > "$work/value" && openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$1" -sigfile "$work/value"
}
checkpoint_signed() { verifier_key "$1" && note_signature "$1" && ed25519 "$work/checkpoint"; }
cosigned() {
  verifier_key "$1" && note_signature "$1" || return 1
  { printf 'cosignature/v1\ntime %s\n' "$(od -An -tu8 --endian=big -j4 -N8 "$work/line" | tr -d ' ')"; cat "$work/checkpoint"; } > "$work/cosigned"
  ed25519 "$work/cosigned"
}
root_of() { sed -n 3p "$1" | openssl base64 -d -A; }

# RFC 6962: leaf = SHA-256(0x00 entry), node = SHA-256(0x01 left right). Hashes are files of 32 bytes.
leaf() { { printf '\000'; cat "$1"; } | openssl dgst -sha256 -binary > "$2"; }
node() { { printf '\001'; cat "$1" "$2"; } | openssl dgst -sha256 -binary > "$work/node" && mv "$work/node" "$3"; }
path_of() { tail -n +3 "$1"; }
included() { # index, entry, proof (RFC 9162 2.1.3.2)
  [ "$(head -n 2 "$3")" = "index $1
size $size" ] && [ "$1" -lt "$size" ] || return 1
  leaf "$2" "$work/hash"
  fn=$1 sn=$((size - 1))
  path_of "$3" > "$work/path"
  while read -r sibling; do
    [ "$sn" -gt 0 ] || return 1
    printf %s "$sibling" | openssl base64 -d -A > "$work/sibling"
    if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      node "$work/sibling" "$work/hash" "$work/hash"
      while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      node "$work/hash" "$work/sibling" "$work/hash"
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done < "$work/path"
  [ "$sn" -eq 0 ] && cmp "$work/hash" "$work/root"
}
consistent() { # smaller size, its root, larger size, its root, proof (RFC 9162 2.1.4.2)
  [ "$(head -n 2 "$5")" = "from $1
to $3" ] || return 1
  path_of "$5" > "$work/path"
  if [ "$1" -eq "$3" ]; then
    [ ! -s "$work/path" ] && cmp "$2" "$4"
    return
  fi
  fn=$(($1 - 1)) sn=$(($3 - 1))
  while [ $((fn % 2)) -eq 1 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
  if [ "$fn" -eq 0 ]; then
    cp "$2" "$work/old"
  else
    head -n 1 "$work/path" | openssl base64 -d -A > "$work/old"
    sed -i 1d "$work/path"
  fi
  cp "$work/old" "$work/new"
  while read -r sibling; do
    [ "$sn" -gt 0 ] || return 1
    printf %s "$sibling" | openssl base64 -d -A > "$work/sibling"
    if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      node "$work/sibling" "$work/old" "$work/old"
      node "$work/sibling" "$work/new" "$work/new"
      while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      node "$work/new" "$work/sibling" "$work/new"
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done < "$work/path"
  [ "$sn" -eq 0 ] && cmp "$work/old" "$2" && cmp "$work/new" "$4"
}
same_ledger() { # stamped text, proof
  [ "$(head -n 1 "$1")" = "$(head -n 1 "$work/checkpoint")" ] || return 1
  root_of "$1" > "$work/stamped"
  stamped=$(sed -n 2p "$1")
  if [ "$stamped" -le "$size" ]; then
    consistent "$stamped" "$work/stamped" "$size" "$work/root" "$2"
  else
    consistent "$size" "$work/root" "$stamped" "$work/stamped" "$2"
  fi
}
stamped() { # text, token
  time=$(openssl ts -reply -in "$2" -token_in -text 2> /dev/null | sed -n 's/^Time stamp: //p')
  cat "$roots" "$stamproots" > "$work/stamproots.pem"
  cat trust/intermediates.pem trust/tsa-certificates.pem > "$work/stampchain.pem"
  openssl ts -verify -data "$1" -in "$2" -token_in -CAfile "$work/stamproots.pem" -untrusted "$work/stampchain.pem" -attime "$(seconds "$time")"
}

# --- 5. Statements ------------------------------------------------------------------------------------------------

received() { # entry: seconds
  openssl asn1parse -inform DER -in "$1" | sed -n 's/.*GENERALIZEDTIME *:\(....\)\(..\)\(..\)\(..\)\(..\)\(..\).*/\1-\2-\3 \4:\5:\6Z/p' | head -n 1
}
in_entry() { tail -c "$(wc -c < "$1")" "$2" | cmp - "$1"; } # statement, entry: verbatim at its end
directory_at() { # index: the newest directory published below it
  awk -v at="$1" '$1 < at { found = $2 } END { if (found) print found }' "$work/directories"
}
bound() { # content, directory: the signer's certificate stands there under the issuer's name
  certificate=$(openssl x509 -in "$(ls "$work"/signer-* | head -n 1)" -outform DER | openssl base64 -A)
  sed 's/<Office /\n&/g; s/<Machine /\n&/g' "$2" | grep -F " id=\"$(element Issuer "$1")\"" | grep -qF "$certificate"
}
judge_statement() { # file, index, directory
  verify_statement "$1" "$(seconds "$(received "entries/$2.der")")" && [ -e "$3" ] && bound "$work/content" "$3"
}
of_document() { [ "$(element Document "$work/content")" = "$document" ]; }
in_ledger() { in_entry "$1" "entries/$2.der" && included "$2" "entries/$2.der" "proofs/$2.txt"; }
published() { # content, directory
  [ "$(sha256sum < "$2")" = "$(sed -n 's/.*<Directory[^>]*>\([0-9a-f]*\)<.*/\1/p' "$1")  -" ]
}

# --- All of it ----------------------------------------------------------------------------------------------------

document=$(fromjson document)
issued=$(seconds "$(fromjson issuedAt)")
sed '/^$/,$d' ledger/checkpoint > "$work/checkpoint"
size=$(sed -n 2p "$work/checkpoint")
root_of "$work/checkpoint" > "$work/root"

check "digests: every file is the one SHA256SUMS lists" sha256sum --check --strict --quiet SHA256SUMS
check "digests: nothing else is here" nothing_else
collect_authorities
check "dossier: signed by the hub, which answers for its completeness" verify_cms SHA256SUMS.p7s SHA256SUMS "$issued"

check "package: every part is the one its manifest lists" package_digests
check "package: it is the document $document" document_id
accepted=$(ls statements/*-Accepted-hub.p7m | head -n 1 | sed 's/.*\/\([0-9]*\)-.*/\1/')
check "package: signed by its issuer" verify_cms "$work/package/META-INF/signature.p7s" "$work/package/META-INF/ASiCManifest.xml" "$(seconds "$(received "entries/$accepted.der")")"

check "ledger: checkpoint of $size entries, signed by the ledger's key" checkpoint_signed "$(cat ledger/key)"
witnesses=0
while read -r witness; do
  check "ledger: cosigned by ${witness%%+*}" cosigned "$witness"
  witnesses=$((witnesses + 1))
done < ledger/witnesses
echo "NOTE  ledger: $witnesses cosignatures of witnesses, $(fromjson quorum) make a checkpoint witnessed"
for token in timestamps/*.tst; do
  [ -e "$token" ] || continue
  check "time-stamp: ${token%.tst}.txt is a checkpoint of this ledger" same_ledger "${token%.tst}.txt" "${token%.tst}.proof"
  check "time-stamp: $token" stamped "${token%.tst}.txt" "$token"
  echo "NOTE  time-stamp: $time"
done

for each in announcements/*-DirectoryPublished-*.p7m; do
  index=${each#*/}
  index=${index%%-*}
  verify_statement "$each" "$(seconds "$(received "entries/$index.der")")" > /dev/null 2>&1
  echo "$index directories/$(element Version "$work/content").xml"
done | sort -n > "$work/directories"
first=$(head -n 1 "$work/directories" | cut -d ' ' -f 2)

for each in $(ls announcements/* statements/* | sort -t / -k 2 -n); do
  index=${each#*/}
  index=${index%%-*}
  directory=$(directory_at "$index")
  case $each in
    announcements/*) check "signed and bound: $each" judge_statement "$each" "$index" "${directory:-$first}" ;;
    *)
      check "signed and bound: $each" judge_statement "$each" "$index" "$directory"
      check "of this document: $each" of_document
      ;;
  esac
  case $each in
    *-DirectoryPublished-*) check "published: directories/$(element Version "$work/content").xml" published "$work/content" "directories/$(element Version "$work/content").xml" ;;
    *-Dispatched-*) check "promised: the package $(element Package "$work/content")" [ "$(sha256sum < package.asice)" = "$(element Package "$work/content")  -" ] ;;
  esac
  check "in the ledger: $each" in_ledger "$each" "$index"
done

echo "NOTE  not checked here: revocation (trust/crls.pem), electronic seals, chains of statements; docex verify checks them"
[ $# -gt 0 ] || echo "NOTE  the roots came with the dossier; give your own: sh verify.sh roots.pem"
echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]
