#!/bin/sh
# `make sbom`: what a release is made of, as CycloneDX, and under which licences, as a list.
# Both are read from an environment that holds the runtime lock and nothing else.
set -eu
cd "$(dirname "$0")/../.."
sh portal/deploy/venv.sh requirements-dev.txt
out=${1:-var/sbom}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m venv --without-pip "$work/runtime"
.venv/bin/python -m pip --python "$work/runtime/bin/python" install --quiet \
    --disable-pip-version-check --no-input --require-hashes --requirement requirements.txt
.venv/bin/python -m cyclonedx_py environment "$work/runtime" --pyproject pyproject.toml \
    --mc-type application --output-reproducible --output-file "$out/lupe.cdx.json"
.venv/bin/python portal/deploy/licences.py <"$out/lupe.cdx.json" >"$out/licences.txt"
echo "Written: $out/lupe.cdx.json and $out/licences.txt"
