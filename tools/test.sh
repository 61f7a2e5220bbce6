#!/usr/bin/env bash
# The one gate, for people and for CI: locked restore, build with warnings as errors, format, all tests.
#   tools/test.sh          everything
#   tools/test.sh --fast   without the end-to-end tests and those in a browser
# The last line is always `N passed, N failed`. The exit code is 0 only if every phase succeeded and tests ran.
set -uo pipefail
exec </dev/null 2>&1
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

# The tests start hundreds of short processes: what makes a long one faster only delays these.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0

# One process compiles for all phases.
export UseSharedCompilation=true SharedCompilationId=docex-$$

fast=false
passed=0
failed=0
skipped=0
problems=()
tested=()
results="$root/artifacts/test-results"
behind=

finish() {
  local code=$? other
  for other in $(jobs -p); do
    kill -- "-$other" 2>/dev/null
  done
  end_compiler
  tell_failures "${tested[@]}"
  [ "${#problems[@]}" -eq 0 ] || printf 'Failed: %s\n' "${problems[@]}"
  if [ "${#problems[@]}" -gt 0 ] || [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
    [ "$code" -ne 0 ] || code=1
  fi
  [ "$skipped" -eq 0 ] || echo "$skipped left out, each with its reason in $results"
  echo "$passed passed, $failed failed"
  exit "$code"
}
trap finish EXIT
trap 'problems+=("interrupted"); exit 130' INT TERM

# phase NAME COMMAND...: runs it, says how long it took, remembers whether it failed.
phase() {
  local name=$1 started=$SECONDS outcome=ok
  shift
  echo "== $name"
  if ! "$@"; then
    outcome=FAILED
    problems+=("$name")
  fi
  echo "== $name: $outcome, $((SECONDS - started)) s"
  [ "$outcome" = ok ]
}

build() {
  dotnet build DocExchange.sln --configuration Release --no-restore --verbosity quiet -warnaserror
}

# Style and analyzers are the build's matter (EnforceCodeStyleInBuild); what is left is the layout of the text, for which no
# project need be loaded.
check_format() {
  dotnet format whitespace . --folder --exclude artifacts --verify-no-changes
}

# run_tests PROJECT...: beside one another, each to a log of its own; shown are its outcome and, at the end of all, what failed.
run_tests() {
  local project others=() code=0
  for project in "${@:2}"; do
    # In a process group of its own: interrupting this ends all of it.
    set -m
    run_test_project "$project" &
    set +m
    others+=($!)
  done
  run_test_project "$1" || code=1
  for project in "${others[@]}"; do
    wait "$project" || code=1
  done
  return "$code"
}

run_test_project() {
  local code=0
  dotnet test "tests/$1" --configuration Release --no-build --no-restore \
    --results-directory "$results" --logger "trx;LogFileName=$1.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 10m --blame-hang-dump-type none >"$results/$1.log" 2>&1 || code=$?
  grep -E '^(Passed|Failed|Skipped)! |^Test Run |^  (Failed|Skipped) .*\[' "$results/$1.log" || tail -n 40 "$results/$1.log"
  return "$code"
}

# tell_failures PROJECT...: every failed test with its message and where it failed, from the logs.
tell_failures() {
  local project
  for project in "$@"; do
    awk -v most=60 '
      /^  Failed .*\[/ { left = most; traced = 0 }
      /^  Stack Trace:/ { traced = 1 }
      traced && /^$/ || /^  (Passed|Skipped) .*\[/ || /^   *Standard (Output|Error) Messages/ { left = 0 }
      left > 0 { print substr($0, 1, 400); left-- }' "$results/$project.log" 2>/dev/null
  done
}

# What is delivered, as an operator installs it: the tests of whole processes start these.
install_product() {
  rm -rf "$root/artifacts/installed"
  "$root/tools/publish.sh" "$root/artifacts/installed" --without-runtime
}

# What needs only the processor goes on behind the first tests, which wait much of their time; these go before it.
behind() {
  mkdir -p "$results"
  # In a process group of its own: interrupting this ends all of it.
  set -m
  (
    renice -n 19 -p "$BASHPID" >/dev/null
    "$@"
  ) >"$results/behind.log" 2>&1 &
  set +m
  behind=$!
}

format_and_install() {
  local code=0
  phase "format" check_format || code=1
  $fast || phase "installing" install_product || code=2
  return "$code"
}

# attribute NAME FILE: a number of the first <Counters …/> of a trx file; 0 where there is none.
attribute() {
  local value
  value=$(grep -o '<Counters [^>]*>' "$2" 2>/dev/null | head -n 1 | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9')
  echo "${value:-0}"
}

# test_projects PROJECT...: a phase; counts what passed and failed.
test_projects() {
  local project trx ran
  for project in "$@"; do
    rm -f "$results/$project.trx" "$results/$project.log"
  done
  mkdir -p "$results"
  tested+=("$@")
  phase "tests of $*" run_tests "$@"
  for project in "$@"; do
    trx="$results/$project.trx"
    ran=$(attribute passed "$trx")
    passed=$((passed + ran))
    skipped=$((skipped + $(attribute total "$trx") - $(attribute executed "$trx")))
    failed=$((failed + $(attribute failed "$trx") + $(attribute error "$trx") + $(attribute timeout "$trx") + $(attribute aborted "$trx")))
    [ "$ran" -gt 0 ] || problems+=("no test of $project passed")
  done
}

for option in "$@"; do
  case "$option" in
    --fast) fast=true ;;
    *)
      echo "Unknown option $option. Usage: tools/test.sh [--fast]"
      problems+=("usage")
      exit 64
      ;;
  esac
done

cd "$root" || exit 1
packages=(openssl unzip softhsm2 faketime perl)
$fast || packages+=(nodejs npm chromium fonts-noto-cjk curl)
phase "Debian packages" install_packages "${packages[@]}" || exit 1
# Chromium without windows and viewers: saves a third of the time of the tests in a browser.
$fast || install_packages chromium-headless-shell >/dev/null 2>&1 || echo "chromium-headless-shell is not to be had: chromium serves."
# Without it the archive of tools/package.sh is not run in a network of its own.
$fast || install_packages iproute2 >/dev/null 2>&1 || echo "iproute2 is not to be had: the test of the archive is left out."
phase "test vectors" tools/vectors.sh
phase "the .NET SDK" require_dotnet || exit 1
phase "locked restore" dotnet restore DocExchange.sln --locked-mode --verbosity quiet || exit 1
phase "build" build || exit 1
behind format_and_install
test_projects DocExchange.Tests DocExchange.FaultTests
phase "waiting for format and installing" wait "$behind"
cat "$results/behind.log"
# Where nothing is installed the tests start what was built.
if ! $fast && [ -x "$root/artifacts/installed/docex" ]; then
  # Processes of a minute do not live to gain by being compiled a second time: put off by a minute (.NET reads it as hexadecimal).
  export DOCEXCHANGE_INSTALLED="$root/artifacts/installed" DOTNET_TC_CallCountingDelayMs=EA60
fi
end_compiler
# Side by side they take little more than one of them; with the heavier browser, one after the other.
if ! $fast && command -v chromium-headless-shell >/dev/null; then
  test_projects DocExchange.EndToEndTests DocExchange.BrowserTests
elif ! $fast; then
  test_projects DocExchange.EndToEndTests
  test_projects DocExchange.BrowserTests
fi
