# `make run` and `make test` set everything up themselves. `make help` lists the targets.
SHELL := /bin/bash
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
# The embedding model is fastest with one thread for one question (docs/decisions.md, One embedding a turn).
export OMP_NUM_THREADS := 1
PYTHON := .venv/bin/python
ifneq (,$(wildcard .env))
include .env
export
endif

.PHONY: help run chat test check lint knowledge train bench eval fit setup lock supply audit test-faults test-scaled

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: train ## start the assistant and print its address
	@$(PYTHON) -m bot run

chat: train ## talk to the assistant in the shell
	@$(PYTHON) -m bot chat

test: train ## run all tests, against really running servers and in a real browser too
	@bash scripts/browser.sh
	@$(PYTHON) -m knowledge check
	@$(PYTHON) -m pytest -q -m "not scaled" --ignore=tests/faults --durations=12 --numprocesses=2 --dist=loadgroup

test-faults: train ## what happens when a process, a file or a disk fails, against really running servers
	@$(PYTHON) -m pytest -q --durations=12 tests/faults

test-scaled: train ## the scaled deployment, really running: PostgreSQL, Redis, RabbitMQ, nginx, two of each worker
	@bash scripts/scaled.sh
	@$(PYTHON) -m pytest -q -m scaled --durations=12 --numprocesses=2 --dist=loadgroup tests/scaled

check: train lint ## lint, types, dialogue data, content and tests
	@.venv/bin/rasa data validate --fail-on-warnings --data bot/data
	@$(MAKE) --no-print-directory test

lint: setup ## formatting, lint and types
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy

knowledge: setup ## build the knowledge base if its content has changed
	@$(PYTHON) -m knowledge build

train: knowledge ## train the Rasa model if its inputs have changed
	@$(PYTHON) -m bot train

eval: train ## ask the whole assistant every evaluation question, write docs/evaluation.md (ARGS=--why lists the misses)
	@$(PYTHON) -m tests.evaluation.evaluate $(ARGS)
	@$(PYTHON) -m web card

fit: knowledge ## fit the rankers and their confidence anew (ARGS=--dry only prints)
	@$(PYTHON) -m tests.evaluation.fit $(ARGS)
	@$(PYTHON) -m tests.evaluation.fit_conversation $(ARGS)

bench: train ## speed and memory beside Rasa's own starter project
	@$(PYTHON) -m tests.load.bench

setup: .venv/.synced ## Python packages and the Finnish dictionary

lock: ## choose newer packages and write requirements.lock
	@uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --quiet --upgrade --output-file requirements.lock
	@$(MAKE) --no-print-directory supply

supply: setup ## write the lists of packages and licences
	@$(PYTHON) -m scripts.supply

audit: setup ## the lock against the index and the known advisories
	@bash scripts/audit.sh

.venv/.synced: requirements.lock scripts/setup.sh
	@bash scripts/setup.sh
	@touch $@
