# Everything a developer or an operator starts. `make help` lists it; nothing here needs root, Docker or Node,
# but for `make assets` (npm) and, on a bare machine, the programs that `make test` drives (apt-get).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than two cores: some tests wait for LibreOffice, a browser or a lease.
WORKERS ?= 3

digest = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
RUNTIME := $(VENV)/.runtime-$(call digest,requirements.txt)
DEVELOPMENT := $(VENV)/.development-$(call digest,requirements.txt requirements-dev.txt)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench docs assets db translations requirements

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(DEVELOPMENT) ## Make .venv with everything to run and to develop

run: export SAHUT_ENV ?= demo
run: $(RUNTIME) app/static/vendor ## Start Sahut (PORT, default 8000), with demo data on the first start
	@$(BIN)/python -m scripts.prepare
	@exec $(BIN)/python -m scripts.serve

db: $(RUNTIME) ## Bring the database to the newest migration
	$(BIN)/flask --app wsgi db upgrade

test: $(DEVELOPMENT) ## Run all tests; none is skipped (ARGS="tests/app -k name" to choose)
	@bash scripts/ensure_tools.sh
	SAHUT_REQUIRE_ALL=1 $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: $(DEVELOPMENT) ## Check style, types, import contracts and dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

format: $(DEVELOPMENT) ## Let ruff lay out the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(DEVELOPMENT) ## Measure pages against the bare yardstick, as ratios
	$(BIN)/python -m bench $(ARGS)
ifeq ($(ARGS),)
	$(BIN)/python -m bench.usable
	$(BIN)/python -m bench.reports
endif

docs: $(RUNTIME) ## Write the documents that are generated from the rules
	$(BIN)/python -m scripts.docs

assets: ## Fetch the front-end packages anew (needs npm)
	bash scripts/assets.sh

app/static/vendor:
	bash scripts/assets.sh

translations: $(DEVELOPMENT) ## Gather the texts, update and compile the catalogues
	$(BIN)/pybabel extract --mapping-file pyproject.toml --keywords _l --keywords lazy_gettext \
		--no-location --sort-output --project Sahut --output-file app/translations/messages.pot .
	$(BIN)/pybabel update --ignore-obsolete --input-file app/translations/messages.pot --output-dir app/translations \
		--no-fuzzy-matching --ignore-pot-creation-date
	$(BIN)/pybabel compile --directory app/translations --statistics

requirements: ## Resolve requirements*.txt from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements-dev.txt -c requirements.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Sahut needs Python 3.11 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	$(PIP) --requirement requirements.txt
	@rm -f $(VENV)/.runtime-* && touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(BIN)/python
	$(PIP) --requirement requirements.txt --requirement requirements-dev.txt
	@rm -f $(VENV)/.development-* $(VENV)/.runtime-* && touch $(RUNTIME) $@
