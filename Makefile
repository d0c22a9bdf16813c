# Every target works from a fresh clone; nothing is installed outside .venv, but for the Debian
# packages that `make test` needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test test-fast truth delivery check benchmark format lock clean
BIN := .venv/bin

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.* ## /\1\t/p' Makefile | expand -t 12

run: ## install what it needs and start Sundial, with the example company
	@tools/setup runtime
	@exec $(BIN)/sundial serve

test: ## install what it needs and run the whole suite: SQLite, PostgreSQL, browser, corpus
	@tools/setup dev
	@tools/packages
	@exec $(BIN)/python -m pytest -n 2 --dist worksteal

test-fast: ## the quick tests, without browser, PostgreSQL or corpus; about a minute on two quiet cores
	@tools/setup dev
	@exec $(BIN)/python -m pytest -n 2 --dist worksteal -m "not (browser or corpus or postgresql or slow)"

truth: ## hold the comparison to its laws over 10,000 drawn pairs of each kind; for the night
	@tools/setup dev
	@SUNDIAL_TRUTH_PAIRS=$${SUNDIAL_TRUTH_PAIRS:-10000} $(BIN)/python -m pytest -n 2 --dist worksteal \
		-o faulthandler_timeout=7200 tests/diffing/test_soundness.py

delivery: ## kill and stop the sender 200 times each over 6,000 mails, 8 senders over 10,000 rows
	@tools/setup dev
	@SUNDIAL_CRASH_STOPS=200 SUNDIAL_CRASH_MAILS=6000 SUNDIAL_CLAIM_ROWS=10000 $(BIN)/python -m pytest \
		-n 2 --dist worksteal -o faulthandler_timeout=7200 \
		tests/notifications/test_crash.py tests/notifications/test_many_senders.py

fuzz: ## search for documents that the comparison does not survive, for an hour; for the night
	@tools/setup fuzz
	@SUNDIAL_FUZZ_SECONDS=$${SUNDIAL_FUZZ_SECONDS:-3600} $(BIN)/python -m tests.diffing.fuzz

check: ## lint, types, import law, migrations, generated documents
	@tools/setup dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/sundial database check
	$(BIN)/sundial docs --check

benchmark: ## measure the comparison beside parsers and rivals, into .data/benchmark.json
	@tools/setup dev
	@exec $(BIN)/python -m benchmarks --json .data/benchmark.json

format: ## put the code into its one form
	@tools/setup dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## pin the newest versions that requirements*.in allow, with hashes for every platform
	@tools/setup dev
	tools/lock

clean: ## forget what was installed and built; the data folder stays
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache *.egg-info build dist
