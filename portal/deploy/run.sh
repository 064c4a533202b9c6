#!/bin/sh
# `make run`: set up whatever is missing, then serve.
set -eu
cd "$(dirname "$0")/../.."
sh portal/deploy/venv.sh requirements.txt
if [ -z "${SECRET_KEY:-}${SECRET_KEY_FILE:-}" ]; then
    .venv/bin/python -m portal.setup.env
fi
exec .venv/bin/python manage.py serve --prepare
