#!/bin/sh
# `make lint`: everything that can be said about the code without running it.
set -eu
cd "$(dirname "$0")/../.."
sh portal/deploy/venv.sh requirements-dev.txt
export DJANGO_SETTINGS_MODULE=tests.settings
bin=.venv/bin

# It takes as long as all the others together, and one core.
$bin/python -m mypy &
mypy=$!
trap 'kill "$mypy" 2>/dev/null || true' EXIT
$bin/python -m ruff check .
$bin/python -m ruff format --check .
$bin/python -m djlint --quiet --lint templates
$bin/python portal/deploy/lint_templates.py
$bin/lint-imports --no-logo
$bin/hadolint Dockerfile
# Private keys and tokens of services; what only looks random is in every test.
git ls-files -z -- ':!*.xz' ':!*.png' ':!*.mo' ':!requirements*' 2>/dev/null | xargs -0 -r $bin/detect-secrets-hook \
    --disable-plugin KeywordDetector --disable-plugin BasicAuthDetector \
    --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString
$bin/python -m pip check
$bin/python manage.py makemigrations --check --dry-run
wait "$mypy"
