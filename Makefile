# Every command is explained in README.rst and tools/README.rst.
PYTHON ?= python3
RUN = $(PYTHON) tools

.PHONY: help setup test demo sandbox lint translations

help:
	@echo "make setup | test [T=tests/test_x.py] | demo | sandbox | lint | translations"

setup:
	@$(RUN) setup

test:
	@$(RUN) test $(T)

demo:
	@$(RUN) demo

sandbox:
	@$(RUN) sandbox

lint:
	@$(RUN) lint

translations:
	@$(RUN) translations
