# `make help` lists the targets. Works with GNU make and a Debian shell; needs Python 3.11 or newer.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
CATALOGUE := programme/translations/ar/LC_MESSAGES/messages
PACKAGES := programme regions cohorts partnerships reports

.PHONY: help setup setup-test run test bench translations format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: .venv/stamp-run $(CATALOGUE).mo ## make .venv with the locked dependencies; .venv/bin/programme works after it

setup-test: .venv/stamp-test $(CATALOGUE).mo ## setup, and what the tests need (Chromium, pdftotext)
	@sh tools/system.sh chromium:chromium pdftotext:poppler-utils

run: setup ## start on 127.0.0.1 (PORT, PROGRAMME_INSTANCE and DATABASE_URL are honoured)
	@exec $(BIN)/python -m tools.start

test: setup-test ## every fence and every test, on SQLite and on PostgreSQL, and in the browser
	@bash tools/check.sh

bench: setup-test ## measure pages and files on the invented country (BENCH="--help" for its options)
	@$(BIN)/python -m tests.benchmarks $(BENCH)

translations: .venv/stamp-run ## collect the texts, bring the Arabic catalogue up to date, list what is missing
	@$(BIN)/python -m tools.translations
	@$(MAKE) --no-print-directory $(CATALOGUE).mo

format: .venv/stamp-test ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: .venv/stamp-run ## renew requirements/*.txt from setup.cfg
	@sh tools/lock.sh

clean: ## remove what was made: .venv, caches, compiled translations (instance/ stays)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf build programme.egg-info htmlcov test-artifacts .coverage .coverage.* $(CATALOGUE).mo
	@find $(PACKAGES) tests tools -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@sh tools/venv.sh

.venv/stamp-run: .venv/bin/python requirements/run.txt pyproject.toml setup.cfg
	@echo "Installing the locked dependencies (once)…"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/stamp-test: .venv/stamp-run requirements/test.txt
	@echo "Installing what the tests need (once)…"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

%.mo: %.po .venv/stamp-run
	@$(BIN)/pybabel --quiet compile --locale ar --input-file $< --output-file $@
	@touch $@
