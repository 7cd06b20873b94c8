# Wenju: the chat with `make run`, every test with `make test`, the rest with `make help`.
# All of them set the project up first; that is fast when it has been done before.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
HOST ?= 127.0.0.1
PORT ?= 7860
# The Python to build the environment with; empty means the first that is new enough.
PYTHON ?=
# Where torch's CPU wheel comes from on Linux. Asked only if it answers, so that
# a machine behind a mirror, or without a network, installs what it has at hand.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

.PHONY: run test check docs audit bench format help clean

run: $(STAMP) ## open the chat at http://127.0.0.1:7860 (HOST=, PORT=)
	$(BIN)/wenju serve --host $(HOST) --port $(PORT)

test: $(STAMP) ## run every test (TESTS=tests/project runs some)
	$(BIN)/python -m pytest $(TESTS)

check: $(STAMP) ## lint, format and types: what a change must pass besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app.py corpus embeddings qa

docs: $(STAMP) ## build the documents as a site into site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

audit: $(STAMP) ## known vulnerabilities of what is installed (asks the package index)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --local

bench: $(STAMP) ## measure retrieval, half an hour for all sets (SETS="xquad-zh", WENJU_DATA=)
	$(BIN)/python -m benchmarks.quality $(SETS)

format: $(STAMP) ## put the code into its one format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove the environment and everything the tools left behind
	rm -rf $(VENV) site build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

# The environment is complete when the stamp exists, and out of date when what it was
# installed from has changed since. An interrupted installation leaves no stamp.
$(STAMP): pyproject.toml requirements/constraints.txt
	@set -e; \
	if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	        if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	        then found=$$python; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "Wenju needs Python 3.11 or newer, and found none (tried: $(or $(PYTHON),python3, python3.13, python3.12, python3.11))." >&2; \
	        echo "Install one (Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3" >&2; \
	        exit 1; \
	    fi; \
	    $$found -m venv --clear $(VENV) || { \
	        echo "$$found has no venv module (Debian: apt-get install python3-venv)." >&2; exit 1; }; \
	fi; \
	if [ "$$(uname)" = Linux ] && ! $(BIN)/python -c 'import torch' 2>/dev/null \
	    && $(BIN)/python -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1] + "/torch/", timeout=5)' $(TORCH_INDEX) 2>/dev/null; \
	then $(BIN)/python -m pip install --constraint requirements/constraints.txt --extra-index-url $(TORCH_INDEX) torch; fi; \
	$(BIN)/python -m pip install --constraint requirements/constraints.txt --editable '.[dev]'
	@touch $@
