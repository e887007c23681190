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

# The histories of which `make test` runs a sample, in two processes, each with a database of its own,
# batches of 20 from a seed of their own, and an end after 500: a database transaction grows slow.
# HISTORIES: how many of the addon; MONEY_HISTORIES: of the plain core; FUZZ: of requests that mean
# no good, a route, in batches too; SEED: where they begin. Every cell of the matrix of faults runs.
soak:
	@half=$$((($(or $(HISTORIES),1000) + 1) / 2)); first=$(or $(SEED),1); \
	run() { \
		failed=0; \
		for begin in $$(seq 0 500 $$((half - 1))); do \
			some=$$((half - begin < 500 ? half - begin : 500)); \
			HISTORIES=$$some SEED=$$(($$1 + begin / 20)) PYTEST_ARGS="-s $(PYTEST_ARGS)" \
				$(RUN) test tests/histories || failed=1; \
		done; \
		return $$failed; \
	}; \
	run $$first & other=$$!; run $$((first + (half + 19) / 20)); code=$$?; wait $$other && exit $$code
	@for begin in $$(seq 0 1000 $$(($(or $(FUZZ),10000) - 1))); do \
		some=$$(($(or $(FUZZ),10000) - begin)); \
		FUZZ=$$((some < 1000 ? some : 1000)) SEED=$$(($(or $(SEED),1) + begin / 1000)) \
			PYTEST_ARGS="$(PYTEST_ARGS)" $(RUN) test tests/fuzz || exit 1; \
	done
	@REQUESTS=1000 LOAD=200 PYTEST_ARGS="-s $(PYTEST_ARGS)" \
		$(RUN) test tests/e2e/test_enumeration.py tests/e2e/test_load.py
	@FAULTS=all PYTEST_ARGS="$(PYTEST_ARGS)" $(RUN) test tests/e2e/faults tests/e2e/test_replays.py
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
