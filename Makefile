# One command for each thing that people and machines do here; `make` alone lists them.
# `setup` repeats its work only when the locks or pyproject.toml have changed since the last time.

SHELL   := /bin/bash
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.stamp
LOCKS   := requirements/run.txt requirements/dev.txt
WORKERS ?= auto

# A shim may exist and refuse to run, so each candidate is run before it is believed.
PYTHON ?= $(shell for p in python3.11 python3 python3.13 python3.12; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup test check lint fix types imports pytest demo docs bench bench-quick lock clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## the virtualenv in .venv, from the locks, the package itself editable

$(STAMP): $(LOCKS) pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: on Debian, apt-get install python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtualenv: on Debian, apt-get install $$($(PYTHON) -c \
			'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: check pytest  ## everything: lint, format, types, imports, tests

check: lint types imports

lint: $(STAMP)  ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)  ## mypy, strict
	$(BIN)/mypy

imports: $(STAMP)  ## the floors and the doors of the architecture
	$(BIN)/lint-imports --no-logo

pytest: $(STAMP)  ## the tests alone
	$(BIN)/pytest -n $(WORKERS)

fix: $(STAMP)  ## let ruff repair and format what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

demo: $(STAMP)  ## a guided minute against the sandbox
	PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

docs: $(STAMP)  ## write again what the code says of itself, and build the site in build/site; a warning fails
	$(BIN)/python -m tests.examples
	$(BIN)/python -m tests.reports
	$(BIN)/python -m tests.docs
	$(BIN)/python -m tests.docs.pictures
	$(BIN)/python -m tests.docs.site

bench: $(STAMP)  ## measure everything: an idle machine, twenty minutes; then `python -m bench page`
	$(BIN)/python -m bench all --lenient

bench-quick: $(STAMP)  ## the same in small, in two minutes: does each measurement still work?
	$(BIN)/python -m bench all --quick

# Extra words go to the compiler: make lock ARGS=--upgrade, make lock ARGS='--upgrade-package httpx'.
COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS)

# The parts of the extra `all`, each by its own name: `all` names the package itself, which no lock can hold.
EXTRAS = postgres parquet

lock: $(STAMP)  ## compile the locks again from pyproject.toml and dev.in
	$(COMPILE) --output-file requirements/run.txt pyproject.toml
	$(COMPILE) $(addprefix --extra ,$(EXTRAS)) --output-file requirements/all.txt pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in
	$(COMPILE) --output-file requirements/bench.txt requirements/bench.in

clean:  ## remove the virtualenv, the caches and what was built
	rm -rf $(VENV) .venv-bench build dist .cache .coverage .coverage.* htmlcov .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
