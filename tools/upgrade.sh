#!/usr/bin/env bash
# Tests the upgrade from an earlier version: its own programs write the data, those of this working copy open them.
#   tools/upgrade.sh [REVISION]    by default the newest tag before this commit, or its parent where there is none
# The programs are built from a worktree of their own and kept in artifacts/previous/ for the next time.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

if [ $# -gt 1 ] || [[ "${1:-}" == -* ]]; then
  echo "Usage: tools/upgrade.sh [REVISION]" >&2
  exit 64
fi
cd "$root"
require_dotnet
revision=${1:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null || echo HEAD^)}
if ! commit=$(git rev-parse --verify --quiet "$revision^{commit}"); then
  echo "'$revision' is no commit of this repository." >&2
  exit 1
fi
programs="$root/artifacts/previous/$commit"

# In a shell of its own, which clears up behind itself. Only a whole build gets the name, so that one that broke off is begun again.
if [ ! -e "$programs" ]; then
  (
    worktree=$(mktemp -d)
    trap 'git worktree remove --force "$worktree" >/dev/null 2>&1; rm -rf "$worktree" "$programs.part"' EXIT
    git worktree add --quiet --detach --force "$worktree" "$commit"
    rm -rf "$programs.part"
    "$worktree/tools/publish.sh" "$programs.part" --without-runtime
    mv "$programs.part" "$programs"
  )
fi

echo "From $(git log -1 --format='%h %s' "$commit")"
export DOCEXCHANGE_PREVIOUS="$programs"
dotnet restore DocExchange.sln --locked-mode --verbosity quiet
with_compiler dotnet build tests/DocExchange.EndToEndTests --configuration Release --no-restore --verbosity quiet \
  -property:RunAnalyzersDuringBuild=false -property:EnforceCodeStyleInBuild=false
dotnet test tests/DocExchange.EndToEndTests --configuration Release --no-build --no-restore \
  --filter "FullyQualifiedName~UpgradeTests" --logger "console;verbosity=normal"
