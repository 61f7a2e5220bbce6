# Sourced by the other tools: the root of the repository, a quiet dotnet, and a clear word where something is missing.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en
# No build process stays behind that would hold the caller's output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
UseSharedCompilation=$([ -n "${SharedCompilationId:-}" ] && echo true || echo false)
export UseSharedCompilation
# No culture data is needed, here as in the product; a bare Debian has none, and dotnet would not start.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Accounts without a home (some CI runners, services): dotnet and NuGet need one.
export HOME="${HOME:-$root/artifacts/home}"

# with_compiler COMMAND...: with one process that compiles for all projects, half as long as one for each; it ends with the command.
with_compiler() {
  if [ -n "${SharedCompilationId:-}" ]; then
    "$@"
    return
  fi
  local code=0
  export UseSharedCompilation=true SharedCompilationId=docex-$$
  trap end_compiler EXIT
  "$@" || code=$?
  end_compiler
  trap - EXIT
  export UseSharedCompilation=false
  unset SharedCompilationId
  return "$code"
}

end_compiler() {
  local file
  for file in $(grep -l -a -s -z "pipename[:]docex-$$\$" /proc/[0-9]*/cmdline); do
    file=${file#/proc/}
    kill "${file%/cmdline}" 2>/dev/null || true
  done
}

# install_packages PACKAGE...: those Debian packages of which the command is missing.
install_packages() {
  local missing=() each
  for each in "$@"; do
    case "$each" in
      nodejs) command -v node ;;
      softhsm2) command -v softhsm2-util ;;
      iproute2) command -v ip ;;
      perl) perl -MUnicode::Normalize -MUnicode::UCD -e 1 2>&1 ;;
      fonts-noto-cjk) [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] ;;
      ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] ;;
      *) command -v "$each" ;;
    esac >/dev/null || missing+=("$each")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "${missing[*]} needed. Install and run this again: sudo apt-get install ${missing[*]}" >&2
    return 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

require_dotnet() {
  if ! command -v dotnet >/dev/null; then
    echo "dotnet was not found. Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    return 1
  fi
  # .NET leaves cryptography to OpenSSL; an SDK that was unpacked by hand does not bring it along.
  if [ -z "$(find /lib /usr/lib /usr/lib64 /usr/local/lib -maxdepth 2 -name 'libssl.so*' -print -quit 2>/dev/null)" ]; then
    install_packages openssl ca-certificates >&2 || return 1
  fi
  # Run from the repository: global.json says which SDK is wanted.
  if ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
    echo "The .NET 10 SDK is needed; installed here:" >&2
    (cd / && dotnet --list-sdks) >&2
    return 1
  fi
}

# Restores and builds what is delivered: hub, node, docex. No tests, no analyzers: tools/test.sh is the gate.
build_product() {
  require_dotnet || return 1
  dotnet restore "$root/tools/product.slnf" --locked-mode --verbosity quiet || return 1
  with_compiler dotnet build "$root/tools/product.slnf" --configuration Release --no-restore --verbosity quiet \
    -property:RunAnalyzersDuringBuild=false -property:EnforceCodeStyleInBuild=false
}
