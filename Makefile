# Everything runs in .venv here; nothing is installed anywhere else.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
LAB ?= my-lab

.PHONY: help setup run test test-slow lint types mypy pyright layers schemas bench clean

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## make the environment

$(VENV)/.ready: pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python '>=3.11' $(VENV) && \
	    uv pip install --quiet --python $(BIN)/python --require-hashes -r constraints.txt && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	    $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	        { echo 'Orgloop needs Python 3.11 or newer; name one: make PYTHON=python3.12'; exit 1; }; \
	    $(PYTHON) -m venv $(VENV) && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

run: setup  ## run the default organization on your own fork of bytes-lm
	@test -d $(LAB) || $(BIN)/orgloop fork bytes-lm $(LAB)
	@$(BIN)/orgloop run $(LAB) --experiments 12

test: setup  ## everything quick: style, types, layers, tests
	@$(MAKE) --no-print-directory -j2 lint types layers
	$(BIN)/pytest -q -n auto -m 'not slow'

test-slow: setup  ## wheels, documentation, real clients, long runs
	$(BIN)/pytest -q -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: mypy pyright

mypy: setup
	$(BIN)/mypy

pyright: setup
	$(BIN)/pyright

layers: setup
	$(BIN)/lint-imports

schemas: setup  ## write docs/schemas/ and the tables of keys anew from the models
	$(BIN)/python -m orgloop.org.schemas
	$(BIN)/python docs/keys.py

bench: setup  ## measure, as ratios to a floor of the same run
	$(BIN)/python -m benchmarks

clean:  ## remove the environment and the caches, and leave labs alone
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
