#!/usr/bin/env bash
# Snakemake runs this in the environment that it has made from pasi.yaml, in the folder in which it was called.
set -euo pipefail
if ! grep -qs '^name = "one-step-pasi"' pyproject.toml; then
    echo "this is not the checkout of One-Step PASI: make the environment there, and run what this script holds" >&2
    exit 1
fi
pip install --require-hashes -r requirements.lock
pip install --no-deps --no-build-isolation -e .
