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

# The soak's histories know more than those of `make test`: clerks' hands, notes, days, keys.
# HISTORIES: how many of the addon, in two processes, each with a database of its own and batches of
# 20 from a seed of their own; MONEY_HISTORIES: of the plain core; SEED: where they begin.
soak:
	@half=$$((($(or $(HISTORIES),1000) + 1) / 2)); first=$(or $(SEED),1); \
	run() { HISTORIES=$$half SEED=$$1 PYTEST_ARGS="-s $(PYTEST_ARGS)" $(RUN) test tests/soak; }; \
	run $$first & other=$$!; run $$((first + (half + 19) / 20)); code=$$?; wait $$other && exit $$code
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
