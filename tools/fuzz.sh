#!/usr/bin/env bash
# Feeds every reader of outside bytes with altered inputs, for longer than the tests do.
#   tools/fuzz.sh [SECONDS] [SEED]     seconds for each reader (60), a seed (a new one each time)
# The exit code is 0 only if every reader stood all inputs. An input that fails is made smaller, written beside the test binary,
# and comes again with DOCEXCHANGE_FUZZ_INPUT set to the seed that is given with it.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

cd "$root"
require_dotnet
export DOCEXCHANGE_FUZZ_SECONDS=${1:-60}
export DOCEXCHANGE_FUZZ_SEED=${2:-$((RANDOM * 32768 + RANDOM))}
case "$DOCEXCHANGE_FUZZ_SECONDS$DOCEXCHANGE_FUZZ_SEED" in
  *[!0-9]*)
    echo "Usage: tools/fuzz.sh [SECONDS] [SEED], both whole numbers"
    exit 64
    ;;
esac
echo "$DOCEXCHANGE_FUZZ_SECONDS s for each reader, seed $DOCEXCHANGE_FUZZ_SEED"
dotnet test tests/DocExchange.Tests --configuration Release --filter "FullyQualifiedName~DocExchange.Tests.Fuzzing" --logger "console;verbosity=normal"
