#!/bin/sh
# Builds the chat widget from bot/widget into bot/web/static/widget; what is there is committed.
#
#   tools/widget.sh build    install the libraries by the lock file, build
#   tools/widget.sh test     build aside, run its tests, and fail if what is committed differs
#
# Needs Node 20.19 or newer with npm; "make run" does not. Without them "test" says so and passes,
# unless REQUIRE_ALL=1 (continuous integration).
set -eu

cd "$(dirname "$0")/../bot/widget"
BUILT=../web/static/widget
STAMP=node_modules/.made-from

say() { printf '%s\n' "$*"; }

has_node() {
    command -v npm >/dev/null 2>&1 || return 1
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

install() {
    [ -f "$STAMP" ] && [ "$(cksum package-lock.json)" = "$(cat "$STAMP")" ] && return
    npm ci --silent
    cksum package-lock.json >"$STAMP"
}

check() {
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' EXIT
    npm run --silent build -- --outDir "$fresh" --logLevel error
    diff -qr "$fresh" "$BUILT" >/dev/null || {
        say "bot/web/static/widget is not what bot/widget builds: run 'make widget' and commit the result." >&2
        exit 1
    }
    npm run --silent test
}

if ! has_node; then
    say "Node 20.19 (or 22.12, or newer) with npm is needed for the widget's own tests and its build."
    [ "${1:-build}" = test ] && [ "${REQUIRE_ALL:-}" != 1 ] && exit 0
    exit 2
fi
install
case "${1:-build}" in
build) npm run --silent build ;;
test) check ;;
*) say "tools/widget.sh knows: build, test." >&2; exit 2 ;;
esac
