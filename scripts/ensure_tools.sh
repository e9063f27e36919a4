#!/usr/bin/env bash
# Makes sure that the programs which some tests drive are there: a browser, LibreOffice, a PDF renderer,
# a virus scanner, a font.
# As root on Debian or Ubuntu it installs what is missing; else it says what to install.
set -euo pipefail

missing=()
have() { for name in "$@"; do command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }

have chromium chromium-browser google-chrome || missing+=(chromium)
have soffice libreoffice || missing+=(libreoffice-calc)
have clamd /usr/sbin/clamd || missing+=(clamav-daemon)
have pdftoppm || missing+=(poppler-utils)
have fc-list && [ -n "$(fc-list 2>/dev/null | head -n 1)" ] || missing+=(fontconfig fonts-dejavu-core)

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
    echo "Some tests need programs that this machine lacks: ${missing[*]}" >&2
    echo "On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi

echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    apt-get update || return
    # The same browser without a window, where there is one: with it the browser's tests take half the time.
    if [[ " ${missing[*]} " == *" chromium "* ]] && apt-cache show chromium-headless-shell; then
        missing+=(chromium-headless-shell)
    fi
    apt-get install --yes --no-install-recommends "${missing[@]}"
}
if ! install >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    exit 1
fi
