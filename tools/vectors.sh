#!/usr/bin/env bash
# Gets public test vectors (NIST PKITS) into artifacts/vectors: a Debian package, unpacked there and not installed.
# Without Debian the tests that need them say so and are left out.
set -uo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

package=python3-cryptography-vectors
folder="$root/artifacts/vectors"
[ ! -d "$folder/usr" ] || exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "No Debian system: the tests with public vectors are left out."
  exit 0
fi

download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
fetch() { (cd "$download" && apt-get download -qq "$package" 2>/dev/null) && ls "$download"/*.deb >/dev/null 2>&1; }
if ! fetch; then
  [ "$(id -u)" -ne 0 ] || apt-get update -qq
  if ! fetch; then
    echo "$package could not be downloaded: the tests with public vectors are left out."
    exit 0
  fi
fi

mkdir -p "$folder.part" && dpkg-deb -x "$download"/*.deb "$folder.part" && mv "$folder.part" "$folder"
