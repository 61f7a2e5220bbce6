#!/usr/bin/env bash
# Makes a folder to install on a machine without the .NET SDK: tools/publish.sh FOLDER [--without-runtime]
# It holds docex, hub, node and the .NET runtime they need, and may be moved and copied as a whole.
# --without-runtime leaves .NET out: then the machine needs the ASP.NET Core runtime of the same version.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

usage() {
  echo "Usage: tools/publish.sh FOLDER [--without-runtime]" >&2
  exit 64
}

out=
runtime=true
for argument in "$@"; do
  case "$argument" in
    --without-runtime) runtime=false ;;
    -*) usage ;;
    *) [ -z "$out" ] && out=$argument || usage ;;
  esac
done
[ -n "$out" ] || usage
if [ -e "$out" ] && [ -n "$(ls -A "$out")" ]; then
  echo "'$out' is not empty; nothing was done." >&2
  exit 1
fi

# newest FRAMEWORK: the folder of its newest version that the product runs on (global.json names the same 10.0).
newest() {
  dotnet --list-runtimes | sed -n "s/^$1 \(10\.0\.[0-9]*\) \[\(.*\)\]\$/\2\/\1/p" | sort -V | tail -n 1
}

copy_runtime() {
  local framework source root
  for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    source=$(newest "$framework")
    if [ -z "$source" ]; then
      echo "This SDK has no $framework 10.0 beside it." >&2
      return 1
    fi
    mkdir -p "$out/dotnet/shared/$framework"
    cp -R "$source" "$out/dotnet/shared/$framework/"
  done
  root=$(dirname "$(dirname "$(dirname "$source")")")
  mkdir -p "$out/dotnet/host/fxr"
  cp -R "$root/host/fxr/$(ls "$root/host/fxr" | sort -V | tail -n 1)" "$out/dotnet/host/fxr/"
  cp "$root/dotnet" "$root/LICENSE.txt" "$root/ThirdPartyNotices.txt" "$out/dotnet/"
}

restore() {
  dotnet restore "$root/tools/product.slnf" --locked-mode --verbosity quiet -property:CompileAhead="$1" >&2
}

# version_of FOLDER DLL: what the list of its parts says of a library.
version_of() {
  grep -h -A 2 "[/\"]$2\": {" "$1"/*.deps.json
}

# share_with FOLDER: a library of the same version that another part has compiled already takes the place of this one's.
share_with() {
  local library other version
  for library in "$1"/*.dll; do
    version=$(version_of "$1" "$(basename "$library")")
    for other in "$out"/*/"$(basename "$library")"; do
      if [ -n "$version" ] && [ ! "$other" -ef "$library" ] && [ "$version" = "$(version_of "$(dirname "$other")" "$(basename "$library")")" ]; then
        ln -f "$other" "$library" || return 1
        break
      fi
    done
  done
}

publish_parts() {
  local part folder
  for part in Cli Hub Node; do
    folder=$(echo "$part" | tr '[:upper:]' '[:lower:]')
    dotnet publish "$root/src/DocExchange.$part" --configuration Release --no-restore --verbosity quiet --output "$out/$folder" \
      -property:CompileAhead=$ahead -property:CompiledAlready="$out/*/*.dll" -property:RunAnalyzersDuringBuild=false >&2 || return 1
    share_with "$out/$folder" || return 1
  done
}

# Compiled ahead of time, starting takes half as long. The compiler is a package of its own, for the machines named here;
# where it is not to be had, .NET compiles while it runs, as everywhere.
require_dotnet || exit 1
ahead=false
if [ "$(uname -m)" = x86_64 ] && restore true; then
  ahead=true
else
  restore false
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
with_compiler publish_parts || exit 1
ln -s cli/docex "$out/docex"
cp -r "$root/tools/systemd" "$out/systemd"
! $runtime || copy_runtime
echo "$out: $(du -sh "$out" | cut -f 1). Copy it to the machine with cp -a or tar, which keep its hard links, to /opt/docex for example, and call $out/docex there."
