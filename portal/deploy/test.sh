#!/bin/sh
# `make test`: the whole suite on SQLite, then what touches the database on PostgreSQL, too.
# Arguments go to pytest: make test ARGS="tests/portal -x". TEST_ON=sqlite or TEST_ON=postgresql
# leaves out the other half, for machines that share the work.
set -eu
cd "$(dirname "$0")/../.."
sh portal/deploy/venv.sh requirements-dev.txt
python=.venv/bin/python

# The one without windows first: pages take a third less in it.
find_browser() {
    for candidate in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        # Ubuntu ships a placeholder of that name, which cannot even tell its version.
        if "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1
}

if [ -z "${CHROMIUM:-}" ]; then
    has_none=
    find_browser >/dev/null || has_none=yes
    if may_install && { [ -n "$has_none" ] || [ "${CI:-}" = true ]; } &&
        ! command -v chromium-headless-shell >/dev/null 2>&1; then
        echo "Installing Chromium for the browser tests ..."
        apt-get update -qq >/dev/null 2>&1 || true
        # Not every system has the first one.
        install chromium-headless-shell || [ -z "$has_none" ] || install chromium ||
            $python -m playwright install --with-deps chromium || true
    fi
    # Playwright's own does nothing if it is there already; without any the browser tests say why
    # they skip.
    CHROMIUM=$(find_browser) || $python -m playwright install chromium || true
fi
export CHROMIUM

# Where no test may skip, the catalogue needs gettext, the PDF tests Pango and a rasteriser,
# compose.yaml its own reader, and several machines a Redis.
if [ "${CI:-}" = true ] && may_install; then
    missing=
    command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
    command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
    # Small, without the daemon that it recommends.
    command -v docker-compose >/dev/null 2>&1 || missing="$missing docker-compose"
    command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
    $python -c 'import weasyprint' >/dev/null 2>&1 ||
        missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # a list of words
        apt-get update -qq >/dev/null 2>&1 && install --no-install-recommends $missing || true
    fi
fi

if [ "${TEST_ON:-both}" != postgresql ]; then
    echo "Tests on SQLite"
    TEST_DATABASE_URL='' $python -m pytest -n 2 --dist worksteal "$@"
    [ "${TEST_ON:-both}" != sqlite ] || exit 0
fi

url=${TEST_POSTGRES_URL:-postgres://postgres@127.0.0.1:5432/postgres}
if $python -c 'import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3)' "$url" 2>/dev/null; then
    echo "Tests on PostgreSQL"
    TEST_DATABASE_URL=$url $python -m pytest -n 2 --dist worksteal --database-only "$@" || [ $? = 5 ]
else
    echo "The tests on PostgreSQL are skipped: no server answers; name one in TEST_POSTGRES_URL." >&2
    [ "${CI:-}" != true ] || exit 1
fi
