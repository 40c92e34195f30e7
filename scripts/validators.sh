#!/bin/sh
# Installs what the tests check the outputs with: LibreOffice, Java (for veraPDF), qpdf, poppler, Chromium,
# the Open XML SDK validator, vnu and axe.
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

have() {
    command -v "$1" >/dev/null
}

have soffice || need LibreOffice "libreoffice-writer-nogui libreoffice-math-nogui" "libreoffice-writer libreoffice-math" "--cask libreoffice"
# A LibreOffice without its formula part opens documents and drops their equations.
[ ! -d /var/lib/dpkg ] || dpkg -s libreoffice-math-nogui >/dev/null 2>&1 || dpkg -s libreoffice-math >/dev/null 2>&1 ||
    need "LibreOffice's formula editor" libreoffice-math-nogui libreoffice-math "--cask libreoffice"
have java || need Java default-jre-headless java-headless openjdk
[ -e /usr/share/java/jaxb-runtime.jar ] || need "JAXB (for veraPDF)" libjaxb-java jaxb-runtime jaxb
have qpdf || need qpdf qpdf qpdf qpdf
have pdftotext || need "poppler's tools" poppler-utils poppler-utils poppler
have chromium || need Chromium chromium chromium "--cask chromium"
have npm || need "Node's npm" npm nodejs-npm node
# Not `npm ci`, which refuses a lock that lacks another platform's build of the validator.
npm install --prefix tests/validators --no-save --no-audit --no-fund --loglevel=error
