# Each target works alone, in any order, on a fresh machine: it sets up what it needs by itself.

PYTHON := .venv/bin/python
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
# Patients' words for conditions, joined with the open data; nothing is done if nothing changed.
CONDITIONS := @$(PYTHON) -m tools.build_conditions
.PHONY: help run test train lint format check-data bench user sms-demo widget backup restore audit sbom fuzz soak lock repair-weights clean setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: setup ## start everything; Ctrl-C stops it
	$(CONDITIONS)
	@$(PYTHON) -m bot.serve

sms-demo: setup ## text with the guide in the terminal; nothing leaves this machine
	@$(PYTHON) -m tools.sms_demo

user: setup ## let somebody into the staff console, or give them a new link
	@$(PYTHON) -m bot.user $(NAME)

test: train ## every test
	@tools/widget.sh test
	@ENV_FILE= $(PYTHON) -m pytest

train: setup ## train a model, if none fits the data
	$(CONDITIONS)
	@$(PYTHON) -m bot.training

lint: setup ## style and types
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: setup ## put the code into the agreed form
	@$(PYTHON) -m ruff check --fix --quiet . || true
	@$(PYTHON) -m ruff format .

check-data: setup ## check every content file, by our rules and by Rasa's
	@$(PYTHON) -m tools.check_data
	$(CONDITIONS)
	@$(PYTHON) -m bot.training --validate

bench: setup ## the table of measurements (QUICK=1 leaves out Rasa's default, an hour)
	@$(PYTHON) -m tools.bench $(if $(QUICK),--quick)

widget: ## build the chat widget again (needs Node); commit the result
	@tools/widget.sh build

backup: setup ## copy the database and the secrets, encrypted, while all is running
	@$(PYTHON) -m bot.ops.backup $(TO)

restore: setup ## put the newest backup back, or FILE=...; the servers must be stopped
	@$(PYTHON) -m bot.ops.restore $(FILE)

audit: setup ## compare the libraries with known advisories
	@$(PYTHON) -m tools.audit

sbom: setup ## write var/sbom.json: every library, its version and hashes (CycloneDX)
	@tools/setup.sh sbom

fuzz: train ## junk for every public entry, 10,000 inputs each (the tests take 150)
	@ENV_FILE= FUZZ_INPUTS=10000 $(PYTHON) -m pytest -q tests/fuzz

soak: train ## half an hour: 200 virtual patients, a fault every minute
	@ENV_FILE= $(PYTHON) -m tests.faults.soak

lock: ## choose the libraries' versions again; commit the lock files
	@tools/setup.sh lock

repair-weights: ## install the sentence-embedding weights again
	@tools/setup.sh repair-weights

clean: ## remove what can be made again (keeps conversations and secrets in var/)
	@rm -rf .venv .rasa models/*.tar.gz var/cache var/uv .pytest_cache .mypy_cache .ruff_cache .hypothesis bot/widget/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@tools/setup.sh
