.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WORKERS ?= 2
ROUNDS ?= 50

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PACKAGE := pyproject.toml hatch_build.py
COMPILE := $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url $(if $(UPGRADE),--upgrade) pyproject.toml requirements/build.in --extra postgres --extra pdf
NEEDS_MORE := browser or server

.PHONY: help run test test-fast reliability check bench lock clean

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do \
		printf '  make %-11s %s\n' "$$name" "$$what"; done

run: $(VENV)/.run ## Serve a throw-away site on PORT (8000) with data in instance/
	@$(BIN)/pretraject demo --directory instance --port $(PORT)

test: $(VENV)/.dev ## Run every test; installs what they need on Debian and Ubuntu
	@tests/system-packages
	$(BIN)/python -m pytest -n $(WORKERS)

test-fast: $(VENV)/.dev ## Run the tests that need neither a browser nor a server
	@echo "Left out, with their number (make test runs them):"
	@$(BIN)/python -m pytest --collect-only -qq -m "$(NEEDS_MORE)" || test $$? -eq 5
	$(BIN)/python -m pytest -n $(WORKERS) -m "not ($(NEEDS_MORE))"

reliability: $(VENV)/.dev ## Kill, cut off and fill up everything ROUNDS (50) times under load
	@tests/system-packages
	RELIABILITY_ROUNDS=$(ROUNDS) RELIABILITY_DOWN_SECONDS=10 $(BIN)/python -m pytest -n 0 tests/reliability

check: $(VENV)/.dev ## Look at the form of code, templates, texts and content
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint pretraject/templates --lint --quiet
	$(BIN)/deptry .
	$(BIN)/pretraject i18n check
	$(BIN)/pretraject content check

bench: $(VENV)/.dev ## Measure how fast the site is
	$(BIN)/python -m benchmarks

lock: $(VENV)/.dev ## Write requirements/*.lock anew; UPGRADE=1 takes newer versions
	$(COMPILE) --output-file requirements/run.lock
	$(COMPILE) --extra test --extra quality --constraint requirements/run.lock --output-file requirements/dev.lock

clean: ## Remove the virtual environment, caches and builds; instance/ stays
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find pretraject tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python: | requirements/make-venv
	@requirements/make-venv $(VENV)

$(VENV)/.run: requirements/run.lock $(PACKAGE) | $(BIN)/python
	@echo "Installing what the site needs into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/run.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(PACKAGE) | $(BIN)/python
	@echo "Installing what tests and checks need into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
