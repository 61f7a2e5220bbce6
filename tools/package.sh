#!/usr/bin/env bash
# Makes the archive that is carried to a machine without internet, SDK, NuGet or apt:
#   tools/package.sh OUT_FOLDER [--arch x64|arm64] [--sign-key KEY.pem] [--from FOLDER]
# It holds what tools/publish.sh makes, the .NET runtime, the units and INSTALL.md; beside it lie its SHA-256, its signature
# and the guide, which begins with checking both. The same folder gives the same archive, byte for byte.
# --from takes a folder of tools/publish.sh in place of building one. KEY.pem is an RSA or ECDSA key.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=tools/runtime.sh
. "$root/tools/runtime.sh"

usage() {
  echo "Usage: tools/package.sh OUT_FOLDER [--arch x64|arm64] [--sign-key KEY.pem] [--from FOLDER]" >&2
  exit 64
}

fail() {
  echo "$1 Nothing was made." >&2
  exit 1
}

out=
architecture=
key=
from=
while [ $# -gt 0 ]; do
  case "$1" in
    --arch | --sign-key | --from)
      [ -n "${2:-}" ] || usage
      case "$1" in
        --arch) architecture=$2 ;;
        --sign-key) key=$2 ;;
        --from) from=$2 ;;
      esac
      shift
      ;;
    -*) usage ;;
    *) [ -z "$out" ] && out=$1 || usage ;;
  esac
  shift
done
[ -n "$out" ] || usage
case "$architecture" in
  '' | x64 | arm64) ;;
  *) usage ;;
esac
[ -z "$key" ] || [ -r "$key" ] || fail "The key '$key' cannot be read."
[ -z "$from" ] || [ -x "$from/cli/docex" ] || fail "'$from' is no folder of tools/publish.sh."

# take_parts FOLDER: docex, hub and node with their runtime, built or copied.
take_parts() {
  local made_for
  if [ -z "$from" ]; then
    "$root/tools/publish.sh" "$1" --arch "${architecture:=$(own_architecture)}" >/dev/null
    return
  fi
  made_for=$(architecture_of "$from/cli/docex") || return 1
  [ "${architecture:=$made_for}" = "$made_for" ] || fail "'$from' was made for $made_for."
  mkdir "$1"
  cp -a "$from/." "$1/"
  if [ ! -d "$1/dotnet" ]; then
    [ "$architecture" = "$(own_architecture)" ] || fail "'$from' has no dotnet/, and the SDK here has none for $architecture: let tools/publish.sh --arch $architecture put it there."
    require_dotnet && copy_own_runtime "$1"
  fi
}

# pack NAME: reproducibly, with the time the source was last changed.
pack() {
  local moment
  moment=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1577836800)}
  tar --create --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --mtime="@$moment" "$1" | gzip -n
}

mkdir -p "$out"
out=$(cd "$out" && pwd)
stage=$(mktemp -d "$out/.package-XXXXXX")
trap 'rm -rf "$stage"' EXIT
take_parts "$stage/parts"
version=$(sed -n 's|.*"docex/\([^"/]*\)": {.*|\1|p' "$stage/parts/cli/docex.deps.json" | head -n 1)
[ -n "$version" ] || fail "The parts do not say which version they are."
name="docex-$version"
archive="$name-linux-$architecture.tar.gz"
mv "$stage/parts" "$stage/$name"
cp "$root"/*.md "$stage/$name/"
sed "s/@VERSION@/$version/g; s/@ARCH@/$architecture/g" "$root/tools/INSTALL.md" > "$stage/$name/INSTALL.md"
[ -z "$key" ] || key=$(realpath "$key")

cd "$stage"
pack "$name" > "$archive"
sha256sum "$archive" > "$archive.sha256"
if [ -n "$key" ]; then
  openssl dgst -sha256 -sign "$key" -out "$archive.sig" "$archive" || fail "OpenSSL could not sign with '$key'; it takes an RSA or ECDSA key."
fi

# The archive comes last: where there is one, what belongs to it is beside it.
rm -f "$out/$archive" "$out/$archive.sha256" "$out/$archive.sig"
[ -z "$key" ] || mv "$archive.sig" "$out/"
cp "$name/INSTALL.md" "$out/$name-linux-$architecture-INSTALL.md"
mv "$archive.sha256" "$archive" "$out/"
echo "$out/$archive: $(du -h "$out/$archive" | cut -f 1), for Linux on $architecture."
if [ -n "$key" ]; then
  echo "Signed: $archive.sig. Whoever installs it needs your public key by another way: openssl pkey -in KEY.pem -pubout -out docex.pub"
else
  echo "NOT SIGNED: its SHA-256 shows damage, not forgery. Sign with --sign-key KEY.pem before it leaves your hands."
fi
