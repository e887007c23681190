# Every command is explained in README.rst and tools/README.rst.
PYTHON ?= python3
RUN = $(PYTHON) tools

.PHONY: help setup test soak core-tests core-contract demo sandbox lint translations

help:
	@echo "make setup | test [T=tests/odoo/test_x.py] | soak [HISTORIES=1000]"
	@echo "     core-tests | core-contract | demo | sandbox | lint | translations"

setup:
	@$(RUN) setup

test:
	@$(RUN) test $(T)

# HISTORIES: how many of the addon, MONEY_HISTORIES: of the plain core; SEED: where they begin.
soak:
	@HISTORIES=$(or $(HISTORIES),1000) SEED=$(SEED) PYTEST_ARGS="-s $(PYTEST_ARGS)" \
		$(RUN) test tests/histories
	@MONEY_HISTORIES=$(or $(MONEY_HISTORIES),1000000) SEED=$(SEED) PYTEST_ARGS="-s $(PYTEST_ARGS)" \
		$(RUN) test tests/money/test_random_histories.py

core-tests:
	@$(RUN) core-tests

core-contract:
	@$(RUN) core-contract

demo:
	@$(RUN) demo

sandbox:
	@$(RUN) sandbox

lint:
	@$(RUN) lint

translations:
	@$(RUN) translations
