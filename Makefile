# Gangmu: every target sets up what it needs. Needs only Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install run test check docs lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gangmu needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
# Bytecode is compiled here, once: without it every start of Prefect and Great Expectations takes three times as long.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q flows transforms schemas seeds
# A migrated database for Prefect, made once: every new output folder would spend eight seconds on it.
	$(BIN)/python -m flows.server_home
	@touch $(STAMP)

install: $(STAMP) ## set up .venv with the locked packages and the command .venv/bin/gangmu

run: $(STAMP) ## structure the shipped samples into output/, and write pages to read
	$(BIN)/gangmu run --report

test: check ## lint, types and all tests
	$(BIN)/pytest -n 2

check: $(STAMP) ## lint and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(STAMP) ## renew what is generated in docs/: data dictionary, output of the recipes
	$(BIN)/python -m docs.build

lock: ## renew requirements.lock (needs the package registry)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean: ## remove the environment and what runs have written
	rm -rf .venv output/releases output/reports output/runs output/.cache output/.staging output/latest output/latest.json
