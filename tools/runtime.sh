# Sourced by publish.sh and package.sh: machines, and the .NET runtime that an installation brings along in dotnet/.
# shellcheck shell=bash

own_architecture() {
  case "$(uname -m)" in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# architecture_of PROGRAM: the machine it was made for, as its ELF header says (e_machine).
architecture_of() {
  case "$(od -A n -t u1 -j 18 -N 1 "$1" 2>/dev/null | tr -d ' ')" in
    62) echo x64 ;;
    183) echo arm64 ;;
    *)
      echo "'$1' is no program for Linux on x64 or arm64." >&2
      return 1
      ;;
  esac
}

# newest FRAMEWORK: the folder of its newest version that the product runs on (global.json names the same 10.0).
newest() {
  dotnet --list-runtimes | sed -n "s/^$1 \(10\.0\.[0-9]*\) \[\(.*\)\]\$/\2\/\1/p" | sort -V | tail -n 1
}

# copy_own_runtime FOLDER: the one beside the SDK, for this machine.
copy_own_runtime() {
  local framework source home
  for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    source=$(newest "$framework")
    if [ -z "$source" ]; then
      echo "This SDK has no $framework 10.0 beside it." >&2
      return 1
    fi
    mkdir -p "$1/dotnet/shared/$framework" || return 1
    cp -R "$source" "$1/dotnet/shared/$framework/" || return 1
  done
  home=$(dirname "$(dirname "$(dirname "$source")")")
  mkdir -p "$1/dotnet/host/fxr" || return 1
  cp -R "$home/host/fxr/$(ls "$home/host/fxr" | sort -V | tail -n 1)" "$1/dotnet/host/fxr/" || return 1
  cp "$home/dotnet" "$home/LICENSE.txt" "$home/ThirdPartyNotices.txt" "$1/dotnet/"
}

# runtime_packages OPTION...: name and folder of the packages with the runtime that the hub was restored for, one a line.
runtime_packages() {
  dotnet msbuild "$root/src/DocExchange.Hub/DocExchange.Hub.csproj" -target:ResolveFrameworkReferences -getItem:ResolvedRuntimePack \
    -property:Configuration=Release "$@" | sed -n 's/^ *"Identity": "\(.*\)",*$/\1/p; s/^ *"PackageDirectory": "\(.*\)",*$/\1/p' | paste -d ' ' - -
}

# copy_packaged_runtime FOLDER ARCHITECTURE OPTION...: the one in those packages, for another machine. They hold the files of
# dotnet/ but the command `dotnet`; docex, hub, node and the reader of bodies are programs that find their runtime without it.
copy_packaged_runtime() {
  local folder=$1 architecture=$2 name package framework version shared copied=0
  shift 2
  while read -r name package; do
    framework=${name%.Runtime.*}
    version=$(basename "$package")
    shared="$folder/dotnet/shared/$framework/$version"
    mkdir -p "$shared" || return 1
    find "$package/runtimes/linux-$architecture" -type f -exec cp -t "$shared" {} + || return 1
    if [ -e "$shared/libhostfxr.so" ]; then
      mkdir -p "$folder/dotnet/host/fxr/$version" || return 1
      mv "$shared/libhostfxr.so" "$folder/dotnet/host/fxr/$version/" || return 1
    fi
    find "$package" -maxdepth 1 -iname 'license.txt' -exec cp {} "$folder/dotnet/LICENSE.txt" \;
    cat "$package/THIRD-PARTY-NOTICES.TXT" >> "$folder/dotnet/ThirdPartyNotices.txt" || return 1
    copied=$((copied + 1))
  done < <(runtime_packages "$@")
  if [ "$copied" -ne 2 ] || [ ! -d "$folder/dotnet/host/fxr" ]; then
    echo "The packages with .NET for linux-$architecture are incomplete." >&2
    return 1
  fi
}
