#!/usr/bin/env bash
# Kills hub and nodes under load, again and again, and checks after each round that nothing is missing and nothing there twice.
#   tools/torture.sh --rounds 500 --suite gm
#   tools/torture.sh --seed 4711      draws the same victims and moments again
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/hammer" torture "$@"
