#!/bin/sh
# Verifies the dossier that this file lies in, with OpenSSL 3, unzip and coreutils; README.txt explains every step.
#   sh verify.sh [roots.pem]
# roots.pem: root certificates you got elsewhere. Without them those in the dossier are taken, which proves only that the
# dossier agrees with itself. One line a check; the exit code is 0 only if none failed, 2 where roots.pem is none.
set -u
export LC_ALL=C.UTF-8
roots=trust/anchors.pem
stamproots=trust/tsa-anchors.pem
if [ $# -gt 0 ]; then
  if ! { [ -f "$1" ] && [ -r "$1" ] && grep -q 'BEGIN CERTIFICATE' "$1" && openssl x509 -in "$1" -noout; } > /dev/null 2>&1; then
    echo "verify.sh: $1: no PEM file of root certificates; nothing was checked. 不是可读的根证书文件（PEM），未作任何验证。" >&2
    exit 2
  fi
  roots=$(realpath -- "$1") || exit 2
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
element() { awk -v RS='<' -v tag="$1>" 'index($0, tag) == 1 { print substr($0, length(tag) + 1); exit }' "$2" 2> /dev/null; } # name, XML file: the first of that name
seconds() { date -u -d "$1" +%s; }

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

structure() { openssl asn1parse -inform DER -in "$1" | sed 's/[ =:][ =:]*/ /g; s/^ //'; }
# For each SignerInfo of a structure: digest, serial number, where its signed attributes and its signature are.
signers() {
  awk '
    $3 == 3 && $9 == "SET" { n = 0 }
    $3 == 4 && $9 == "SEQUENCE" { n++ }
    $3 == 5 && $9 == "cont" && $11 == 0 { attributes[n] = $1 " " $5 " " $7 }
    $3 == 5 && $9 == "OCTET" { value[n] = $1 }
    $3 == 6 && $9 == "INTEGER" { sub(/^0+/, "", $10); serial[n] = $10 }
    $3 == 6 && $9 == "OBJECT" && !(n in digest) { digest[n] = $10 }
    $3 == 3 && $9 == "SET" { delete digest; delete serial }
    END { for (i = 1; i <= n; i++) print digest[i], serial[i], attributes[i], value[i] }' "$1"
}
signed_by() { # CMS, content, seconds; digest, serial, offset, header, length, offset: one SignerInfo, by hand
  for one in "$work"/certificate-*; do
    openssl x509 -in "$one" -serial > "$work/signer.pem"
    grep -qx "serial=0*$5" "$work/signer.pem" && break
  done || return 1
  { printf '\061'; tail -c +$(($6 + 2)) "$1" | head -c $(($7 + $8 - 1)); } > "$work/attributes" # RFC 5652 5.4: the tag of a SET
  openssl asn1parse -inform DER -in "$1" -strparse "$9" -noout -out "$work/value" || return 1
  hash=$(openssl dgst -r "-$4" "$2") || return 1
  openssl asn1parse -inform DER -in "$work/attributes" | grep -A 2 messageDigest | grep -iq ":${hash%% *}\$" || return 1
  if [ "$4" = sm3 ]; then
    openssl pkeyutl -verify -certin -inkey "$work/signer.pem" -rawin -digest sm3 -pkeyopt "$sm2id" -in "$work/attributes" -sigfile "$work/value" || return 1
  else
    openssl pkeyutl -verify -certin -inkey "$work/signer.pem" -rawin -digest "$4" -in "$work/attributes" -sigfile "$work/value" || return 1
  fi
  leads_to_roots "$work/signer.pem" "$3"
}
signed_by_hand() { # CMS, content, seconds, SignerInfos as signers gives them: every one
  rm -f "$work"/certificate-*
  openssl pkcs7 -inform DER -in "$1" -print_certs | csplit -sz -f "$work/certificate-" - '/^subject/' '{*}'
  while read -r digest serial from header length value; do
    signed_by "$1" "$2" "$3" "$digest" "$serial" "$from" "$header" "$length" "$value" || return 1
  done << SIGNERS
$4
SIGNERS
}
# CMS, seconds, its content where that is another file; else it is left in the file content. The certificate of the signer, of
# several the last, is left in signer.pem.
verify_cms() {
  structure "$1" > "$work/structure"
  infos=$(signers "$work/structure")
  case $infos in
    '') return 1 ;;
    *sm3*)
      [ $# -eq 3 ] || openssl asn1parse -inform DER -in "$1" -noout -out "$work/content" \
        -strparse "$(awk '$3 == 5 && $9 == "OCTET" { print $1; exit }' "$work/structure")" || return 1
      signed_by_hand "$1" "${3:-"$work/content"}" "$2" "$infos"
      ;;
    *)
      openssl cms -verify -cades -binary -inform DER -in "$1" -attime "$2" ${3:+-content "$3"} -purpose any -CAfile "$work/trusted.pem" \
        -signer "$work/signer.pem" -out "$work/content"
      ;;
  esac
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
note_signature() { awk -v name="${1%%+*}" '$1 == "—" && $2 == name { print $3; exit }' ledger/checkpoint | openssl base64 -d -A > "$work/line"; }
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

# RFC 6962: leaf = SHA-256(0x00 entry), node = SHA-256(0x01 left right).
sha256() { openssl dgst -sha256 -binary "$@"; }
siblings() { # proof, its first two lines: the hashes below them, as printf writes them
  { read -r one && read -r two && [ "$one, $two" = "$2" ] && base64 -d; } < "$1" > "$work/path" && od -An -v -to1 -w32 "$work/path" | sed 's/ /\\/g'
}
included() { # index, entry, proof (RFC 9162 2.1.3.2)
  path=$(siblings "$3" "index $1, size $size") && [ "$1" -lt "$size" ] || return 1
  hashed=$work/hashed # the leaf, then each node before it is hashed
  { printf '\000'; cat "$2"; } > "$hashed"
  fn=$1 sn=$((size - 1))
  for sibling in $path; do
    [ "$sn" -gt 0 ] || return 1
    if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      { printf "\001$sibling"; sha256 "$hashed"; } > "$hashed+"
      while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      { printf '\001'; sha256 "$hashed"; printf "$sibling"; } > "$hashed+"
    fi
    hashed=$hashed+ fn=$((fn / 2)) sn=$((sn / 2))
  done
  [ "$sn" -eq 0 ] && sha256 "$hashed" | cmp - "$work/root"
}
consistent() { # smaller size, its root, larger size, its root, proof (RFC 9162 2.1.4.2)
  path=$(siblings "$5" "from $1, to $3") || return 1
  if [ "$1" -eq "$3" ]; then
    [ -z "$path" ] && cmp "$2" "$4"
    return
  fi
  smaller=$2 larger=$4 fn=$(($1 - 1)) sn=$(($3 - 1))
  while [ $((fn % 2)) -eq 1 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
  set -- $path
  [ $# -gt 0 ] || return 1
  old=$work/old new=$work/new
  if [ "$fn" -eq 0 ]; then
    cp "$smaller" "$old"
  else
    printf "$1" > "$old"
    shift
  fi
  cp "$old" "$new"
  for sibling in "$@"; do
    [ "$sn" -gt 0 ] || return 1
    if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
      { printf "\001$sibling"; cat "$old"; } | sha256 > "$old+"
      { printf "\001$sibling"; cat "$new"; } | sha256 > "$new+"
      old=$old+ new=$new+
      while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      { printf '\001'; cat "$new"; printf "$sibling"; } | sha256 > "$new+"
      new=$new+
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done
  [ "$sn" -eq 0 ] && cmp "$old" "$smaller" && cmp "$new" "$larger"
}
same_ledger() { # stamped text, proof
  [ "$(head -n 1 "$1")" = "$(head -n 1 "$work/checkpoint")" ] || return 1
  root_of "$1" > "$work/stamped"
  stamped=$(sed -n 2p "$1" | grep -x '[0-9]*') || return 1
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
  seconds "$(openssl asn1parse -inform DER -in "$1" | sed -n '/GENERALIZEDTIME/ { s/.*: *\(....\)\(..\)\(..\)\(..\)\(..\)\(..\).*/\1-\2-\3 \4:\5:\6Z/p; q; }')"
}
in_entry() { tail -c "$(wc -c < "$1")" "$2" | cmp - "$1"; } # statement, entry: verbatim at its end
bound() { # content, directory: the signer's certificate stands there under the issuer's name
  parties=$work/parties-${2##*/} # one line each
  [ -e "$parties" ] || sed 's/<Office /\n&/g; s/<Machine /\n&/g' "$2" > "$parties"
  certificate=$(awk '!/^-/ && !/^serial=/ { printf "%s", $0 }' "$work/signer.pem")
  [ -n "$certificate" ] && grep -F " id=\"$(element Issuer "$1")\"" "$parties" | grep -qF "$certificate"
}
judge_statement() { # file, index, directory: leaves the content only where the signature holds
  verify_cms "$1" "$(received "entries/$2.der")" || { rm -f "$work/content"; return 1; }
  [ -e "$3" ] && bound "$work/content" "$3"
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
size=$(sed -n 2p "$work/checkpoint" | grep -x '[0-9]*')
root_of "$work/checkpoint" > "$work/root"

check "digests: every file is the one SHA256SUMS lists" sha256sum --check --strict --quiet SHA256SUMS
check "digests: nothing else is here" nothing_else
collect_authorities
check "dossier: signed by the hub, which answers for its completeness" verify_cms SHA256SUMS.p7s "$issued" SHA256SUMS

check "package: every part is the one its manifest lists" package_digests
check "package: it is the document $document" document_id
accepted=$(ls statements/*-Accepted-hub.p7m | head -n 1 | sed 's/.*\/\([0-9]*\)-.*/\1/')
check "package: signed by its issuer" verify_cms "$work/package/META-INF/signature.p7s" "$(received "entries/$accepted.der")" "$work/package/META-INF/ASiCManifest.xml"

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

# In the order of the ledger: a statement is judged by the newest directory published below it, the first ones by the first.
first=directories/$(ls directories | grep '^[1-9][0-9]*\.xml$' | sort -n | head -n 1) directory=
for each in $(ls announcements/* statements/* | sort -t / -k 2 -n); do
  index=${each#*/}
  index=${index%%-*}
  case $each in
    announcements/*) check "signed and bound: $each" judge_statement "$each" "$index" "${directory:-$first}" ;;
    *)
      check "signed and bound: $each" judge_statement "$each" "$index" "$directory"
      check "of this document: $each" of_document
      ;;
  esac
  case $each in
    *-DirectoryPublished-*)
      directory=directories/$(element Version "$work/content").xml
      check "published: $directory" published "$work/content" "$directory"
      ;;
    *-Dispatched-*) check "promised: the package $(element Package "$work/content")" [ "$(sha256sum < package.asice)" = "$(element Package "$work/content")  -" ] ;;
  esac
  check "in the ledger: $each" in_ledger "$each" "$index"
done

echo "NOTE  not checked here: revocation (trust/crls.pem), electronic seals, chains of statements; docex verify checks them"
[ $# -gt 0 ] || echo "NOTE  the roots came with the dossier; give your own: sh verify.sh roots.pem"
echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]
