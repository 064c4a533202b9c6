#!/bin/sh
# `make lint`: everything that can be said about the code without running it.
set -eu
cd "$(dirname "$0")/../.."
sh portal/deploy/venv.sh requirements-dev.txt
export DJANGO_SETTINGS_MODULE=tests.settings
bin=.venv/bin

$bin/python -m ruff check .
$bin/python -m ruff format --check .
$bin/python -m djlint --quiet --lint templates
$bin/python -m mypy
$bin/lint-imports --no-logo
$bin/python manage.py makemigrations --check --dry-run
