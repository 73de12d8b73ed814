#!/usr/bin/env bash
# Snakemake runs this in the environment that it has made from pasi.yaml, in the folder in which it was called. Where the
# lock and the package lie it learns from PASI_CHECKOUT, which workflow/rules/package.smk sets: the folder of the workflow,
# or, where a workflow fetches these rules from a repository, the clone from which the package was installed.
set -euo pipefail
checkout=${PASI_CHECKOUT:-.}
if ! grep -qs '^name = "one-step-pasi"' "$checkout/pyproject.toml" || ! [ -f "$checkout/requirements.lock" ]; then
    echo "$checkout is no checkout of One-Step PASI: clone its repository at the version of the workflow, and set" >&2
    echo "PASI_CHECKOUT to the folder of the clone" >&2
    exit 1
fi
pip install --require-hashes -r "$checkout/requirements.lock"
pip install --no-deps --no-build-isolation -e "$checkout"
