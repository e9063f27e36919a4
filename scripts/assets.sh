#!/usr/bin/env bash
# Brings the built files of the front-end packages into app/static/vendor/, each under its version, with its licence.
# Only needed to move to a new version: the result is committed, so running Sahut needs no Node.
#
# What is changed on the way (and nothing else):
#   - the component library names a typeface licensed to one government alone; its @font-face rules go,
#     and its family name becomes the custom property --sahut-font, which app/static/css/sahut.css sets (in print too);
#   - the crest in its footer goes;
#   - references to source maps, which aren't shipped, go.
set -euo pipefail
shopt -s inherit_errexit

GOVUK_FRONTEND=6.3.0 # the version whose markup govuk-frontend-jinja 4.1 writes
PLUS_JAKARTA_SANS=5.3.0

cd "$(dirname "$0")/.."
vendor=app/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # name version -> path of the unpacked package
    local name=$1 version=$2 target
    target="$work/$(basename "$name")"
    mkdir -p "$target"
    (cd "$work" && npm pack --silent "$name@$version" >packed 2>/dev/null)
    tar -xzf "$work/$(cat "$work/packed")" -C "$target" --strip-components=1
    echo "$target"
}

rm -rf "$vendor"/govuk-frontend-* "$vendor"/plus-jakarta-sans-*

govuk=$(unpack govuk-frontend "$GOVUK_FRONTEND")
to="$vendor/govuk-frontend-$GOVUK_FRONTEND"
mkdir -p "$to"
sed -E \
    -e '/^\/\*! Copyright \(c\) 2011 by Margaret Calvert/s/^\/\*![^*]*\*\///' \
    -e 's/@font-face\{font-family:GDS Transport;[^}]*\}//g' \
    -e 's/font-family:GDS Transport,arial,sans-serif/font-family:var(--sahut-font)/g' \
    -e 's/font-family:sans-serif/font-family:var(--sahut-font)/g' \
    -e 's/url\(\/assets\/images\/govuk-crest\.svg\)/none/g' \
    -e '/^\/\*# sourceMappingURL/d' \
    "$govuk/dist/govuk/govuk-frontend.min.css" >"$to/govuk-frontend.min.css"
sed -E 's/\/\/# sourceMappingURL=.*$//' "$govuk/dist/govuk/govuk-frontend.min.js" >"$to/govuk-frontend.min.js"
if grep -q 'GDS Transport\|/assets/' "$to/govuk-frontend.min.css"; then
    echo "assets: the stylesheet still names the typeface or pictures of its home; mend the sed above" >&2
    exit 1
fi
# The package names its licence (MIT) without shipping the text.
cat >"$to/LICENSE" <<'LICENCE'
The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
LICENCE

font=$(unpack @fontsource-variable/plus-jakarta-sans "$PLUS_JAKARTA_SANS")
to="$vendor/plus-jakarta-sans-$PLUS_JAKARTA_SANS"
mkdir -p "$to"
cp "$font/files/plus-jakarta-sans-latin-wght-normal.woff2" "$to/latin.woff2"
cp "$font/LICENSE" "$to/LICENSE"

find "$vendor" -type f -printf '%s\t%p\n' | sort -k2
