# make demo and make test are all that a newcomer needs; each makes its environment first, if it is missing or old.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
DEMO := --configfile config/demo.yaml

.PHONY: demo test faults test-slurm lint config-guide bench bench-precision bench-gpu gpu-check env clean-demo
.DEFAULT_GOAL := demo

demo: $(INSTALLED)
	$(BIN)/pasi simulate --out data/demo --subjects 24 --photo-size 616x408 --seed 2
	$(BIN)/snakemake --cores $$(nproc) $(DEMO)
	@echo "The report: $(CURDIR)/results/demo/report/report.html"

test: $(INSTALLED)
	$(BIN)/pytest -n 2 --dist worksteal

# Real runs that are killed, starved of disk and given damaged files: docs/reliability.md. Tests of a file share a run.
faults: $(INSTALLED)
	$(BIN)/pytest -n 2 --dist loadfile -m faults

# On a Slurm that the test installs itself, as root on Debian; elsewhere it is skipped. Its log is build/slurm.log.
test-slurm: $(INSTALLED)
	@mkdir -p build
	bash -o pipefail -c '$(BIN)/pytest -m slurm -rsP 2>&1 | tee build/slurm.log'

# Ratios to rival libraries, into benchmarks/results.csv: docs/performance.md. One thread each, as in a Snakemake job.
bench: $(INSTALLED) build/rivals/installed
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/run.py $(ITEMS)

bench-precision: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/precision.py $(ITEMS)

bench-gpu: $(INSTALLED)
	$(BIN)/python benchmarks/gpu.py $(ARGUMENTS)

# Tests and measurements on the GPU of this machine, within some minutes: docs/performance.md, "On a GPU".
gpu-check: $(INSTALLED)
	$(BIN)/python benchmarks/gpu_check.py $(ARGUMENTS)

# Installed outside of .venv, so that the project cannot come to depend on a rival.
build/rivals/installed: benchmarks/rivals.lock | $(INSTALLED)
	rm -rf build/rivals
	$(BIN)/pip install --quiet --no-deps --require-hashes --target build/rivals -r $<
	@touch $@

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/snakefmt --check --compact-diff Snakefile workflow
	$(BIN)/snakemake --lint

# The tables of config/README.md and workflow/schemas, from the models of the config.
config-guide: $(INSTALLED)
	$(BIN)/python -m pasi.config.guide

env: $(INSTALLED)

# When it must be made, it is made from nothing: over the environment of another Python, venv would keep its links.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

clean-demo:
	rm -rf results/demo data/demo
