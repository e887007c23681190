# Every command is explained in README.rst and tools/README.rst.
PYTHON ?= python3
RUN = $(PYTHON) tools

.PHONY: help setup test soak demo sandbox lint translations

help:
	@echo "make setup | test [T=tests/test_x.py] | soak [HISTORIES=1000] | demo | sandbox | lint | translations"

setup:
	@$(RUN) setup

test:
	@$(RUN) test $(T)

# HISTORIES: how many; SEED: the first batch's seed.
soak:
	@HISTORIES=$(or $(HISTORIES),1000) SEED=$(SEED) PYTEST_ARGS="-s $(PYTEST_ARGS)" \
		$(RUN) test tests/histories

demo:
	@$(RUN) demo

sandbox:
	@$(RUN) sandbox

lint:
	@$(RUN) lint

translations:
	@$(RUN) translations
