#!/usr/bin/env bash
# Makes a folder to install on a machine without the .NET SDK: tools/publish.sh FOLDER [--arch x64|arm64] [--without-runtime]
# It holds docex, hub, node and the .NET runtime they need, and may be moved and copied as a whole.
# --arch names the processor of that machine where it is another than this one's.
# --without-runtime leaves .NET out: then the machine needs the ASP.NET Core runtime of the same version.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=tools/runtime.sh
. "$root/tools/runtime.sh"

usage() {
  echo "Usage: tools/publish.sh FOLDER [--arch x64|arm64] [--without-runtime]" >&2
  exit 64
}

out=
runtime=true
architecture=$(own_architecture)
while [ $# -gt 0 ]; do
  case "$1" in
    --without-runtime) runtime=false ;;
    --arch)
      case "${2:-}" in
        x64 | arm64) architecture=$2 ;;
        *) usage ;;
      esac
      shift
      ;;
    -*) usage ;;
    *) [ -z "$out" ] && out=$1 || usage ;;
  esac
  shift
done
[ -n "$out" ] || usage
if [ -e "$out" ] && [ -n "$(ls -A "$out")" ]; then
  echo "'$out' is not empty; nothing was done." >&2
  exit 1
fi

# restore COMPILE_AHEAD. The locks in the tree are those of x64; no package differs between machines, so that they serve for
# others with the machine's name exchanged. If one ever does, restoring fails here.
restore() {
  local lock
  if [ "$architecture" != x64 ]; then
    mkdir -p "$root/artifacts/locks/$architecture"
    for lock in "$root"/src/*/packages.lock.json; do
      sed "s|/linux-x64\"|/linux-$architecture\"|" "$lock" > "$root/artifacts/locks/$architecture/$(basename "$(dirname "$lock")").json"
    done
  fi
  dotnet restore "$root/tools/product.slnf" --locked-mode --verbosity quiet -property:CompileAhead="$1" -property:BuildFor="$architecture" >&2
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
      -property:CompileAhead=$ahead -property:BuildFor="$architecture" -property:CompiledAlready="$out/*/*.dll" -property:RunAnalyzersDuringBuild=false >&2 || return 1
    share_with "$out/$folder" || return 1
  done
  [ "$architecture" != "$(own_architecture)" ] || return 0
  for folder in hub node; do
    cp "$root/artifacts/bin/DocExchange.Texts/release_linux-$architecture/DocExchange.Texts" "$out/$folder/" || return 1
  done
}

# Compiled ahead of time, starting takes half as long. The compiler is a package of its own; where it is not to be had, .NET
# compiles while it runs. For another machine than this one there is no way without packages: its runtime is in them.
require_dotnet || exit 1
ahead=false
if restore true; then
  ahead=true
elif [ "$architecture" = "$(own_architecture)" ]; then
  restore false
else
  echo "The packages with .NET for linux-$architecture are not to be had; nothing was made." >&2
  exit 1
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
with_compiler publish_parts || exit 1
ln -s cli/docex "$out/docex"
cp -r "$root/tools/systemd" "$out/systemd"
cp "$root/tools/alerts.yml" "$out/alerts.yml"
if $runtime && [ "$architecture" = "$(own_architecture)" ]; then
  copy_own_runtime "$out"
elif $runtime; then
  copy_packaged_runtime "$out" "$architecture" -property:CompileAhead=true -property:BuildFor="$architecture"
fi
echo "$out: $(du -sh "$out" | cut -f 1). Copy it to the machine with cp -a or tar, which keep its hard links, to /opt/docex for example, and call $out/docex there."
