#!/usr/bin/env bash
# Takes README's pictures anew: runs `docex demo --serve`, works at its desks, looks at its pages in Chromium, and puts what it saw
# beside tests/DocExchange.BrowserTests/Pictures/PicturesTests.cs. Look at each before you commit it.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

cd "$root"
install_packages chromium fonts-noto-cjk
require_dotnet
dotnet test tests/DocExchange.BrowserTests --configuration Release --filter "FullyQualifiedName~PicturesTests.Takes_the_pictures_that_README_shows"
for picture in receive board seal archive supervision; do
  cp "artifacts/screenshots/readme-$picture.png" "tests/DocExchange.BrowserTests/Pictures/$picture.png"
done
ls -l tests/DocExchange.BrowserTests/Pictures/*.png
