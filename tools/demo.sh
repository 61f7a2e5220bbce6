#!/usr/bin/env bash
# From a clone to a document that 141 offices have signed for: builds the product and runs `docex demo`.
# Options are handed to `docex demo`; see tools/demo.sh --help. Needs the .NET 10 SDK, nothing else.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

started=$SECONDS
echo "Building hub, node and docex ..." >&2
build_product >&2
echo "Built in $((SECONDS - started)) s." >&2
exec "$root/artifacts/bin/DocExchange.Cli/release/docex" demo "$@"
