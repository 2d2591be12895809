# Two commands matter: `make up` (set up and run) and `make test` (set up and check everything). `make help` lists all.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help up test check bench cluster-test bundle docs pictures lock clean
.DEFAULT_GOAL := help

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name words; do printf '  make %-12s %s\n' "$$name" "$$words"; done

up: $(VENV)/runtime.stamp ## Set up and start everything; the first start founds a demonstration county
	@$(BIN)/anlan up

test: $(VENV)/dev.stamp ## Set up and run every check and every test
	@$(MAKE) --no-print-directory static
	@$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --durations=15

check: $(VENV)/dev.stamp static ## The fast part: style, types, layers, rules, ledger on SQLite (under three minutes)
	@$(BIN)/python -m pytest tests/rules tests/architecture tests/models -n 2 -m "not slow and not postgres and not prefect and not browser and not whole"

static: $(VENV)/dev.stamp
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "✓ ruff"
	@$(BIN)/pyright >/dev/null || { $(BIN)/pyright; exit 1; }; echo "✓ pyright strict"
	@$(BIN)/lint-imports --no-logo >/dev/null || { $(BIN)/lint-imports --no-logo; exit 1; }; echo "✓ import-linter"

bench: $(VENV)/dev.stamp ## Measure; prints ratios, asserts nothing
	@$(BIN)/python -m benchmarks

cluster-test: $(VENV)/dev.stamp ## Bring up many hosts here and break one after the other (root, PostgreSQL, Redis, nginx)
	@$(BIN)/python -m tests.cluster

bundle: $(VENV)/runtime.stamp ## Everything for an installation without network, in dist/
	@$(BIN)/python -m deployments.bundle dist

docs: $(VENV)/dev.stamp ## Make the generated reference again
	@$(BIN)/python -m docs.generate

pictures: $(VENV)/dev.stamp ## Make the pictures of the README again (needs Chromium and a Chinese font)
	@$(BIN)/python -m pytest tests/console/test_pictures.py -k pictures_of_the_readme_show -n 0 --pictures docs/images

lock: ## Resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --group build $(COMPILE) -o requirements.lock
	uv pip compile pyproject.toml --group build --extra cluster -c requirements.lock $(COMPILE) -o requirements-cluster.lock
	uv pip compile pyproject.toml --group build --group dev --extra cluster -c requirements-cluster.lock $(COMPILE) -o requirements-dev.lock

COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url

clean: ## Remove the environment and caches; never the data folder
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 至 3.13（含 venv 模块）；Debian/Ubuntu：apt install python3-venv。"; \
		echo "Python 3.11 to 3.13 with venv is needed; on Debian/Ubuntu: apt install python3-venv."; exit 1; }
	@echo "正在建立运行环境（首次约一分钟）… Setting up the environment (about a minute)…"
	@$(PYTHON) -m venv $(VENV)

# --no-deps: the lock already names everything, and old pip cannot match extras to hashes.
$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(PIP) --no-deps --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp
