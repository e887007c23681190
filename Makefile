# Every command is explained in README.rst and tools/README.rst.
PYTHON ?= python3
RUN = $(PYTHON) tools

SOAK = soak-histories soak-fuzz soak-load soak-faults soak-pages soak-money

.PHONY: $(SOAK) help setup test mutants soak core-tests core-contract bench demo sandbox pictures lint translations

help:
	@echo "make setup | test [T=tests/odoo/test_x.py] | mutants | soak [HISTORIES=1000]"
	@echo "     core-tests | core-contract | bench | demo | sandbox | pictures | lint | translations"

setup:
	@$(RUN) setup

test:
	@$(RUN) test $(T)

# Some MUTANTS of the addon, from SEED, of the files that MUTATE names, which tests should notice.
mutants:
	@$(RUN) mutants $(T)

# What `make test` runs a sample of, all of it, whatever fails. HISTORIES: how many of the addon;
# MONEY_HISTORIES: of the plain core; FUZZ: of requests that mean no good, a route; SEED: where they
# begin. Every cell of the matrix of faults runs, and every page in every language.
soak:
	@$(MAKE) --no-print-directory --keep-going $(SOAK)

# Batches in two processes, each with a database of its own, for a database transaction grows slow:
# how many, how many of them in a batch, by which variable, how many go with a seed, of which tests.
# A batch is one test, which may take hours.
ENDLESS = -o faulthandler_timeout=0
define batches
for begin in $$(seq 0 $(2) $$(($(1) - 1))); do \
	left=$$(($(1) - begin)); \
	echo $$((left < $(2) ? left : $(2))) $$(($(or $(SEED),1) + begin / $(4))); \
done | xargs -n 2 -P 2 sh -c '$(3)=$$0 SEED=$$1 PYTEST_ARGS="-s $(ENDLESS) $(PYTEST_ARGS)" $(RUN) test $(5)'
endef

soak-histories:
	@$(call batches,$(or $(HISTORIES),1000),100,HISTORIES,20,tests/histories)

soak-fuzz:
	@$(call batches,$(or $(FUZZ),10000),1000,FUZZ,1000,tests/fuzz)

soak-load:
	@REQUESTS=1000 LOAD=200 PYTEST_ARGS="-s $(PYTEST_ARGS)" \
		$(RUN) test tests/e2e/test_enumeration.py tests/e2e/test_load.py

soak-faults:
	@FAULTS=all PYTEST_ARGS="$(PYTEST_ARGS)" $(RUN) test tests/e2e/faults tests/e2e/test_replays.py

soak-pages:
	@PAGES=all PYTEST_ARGS="$(PYTEST_ARGS)" $(RUN) test tests/e2e/test_pages.py

soak-money:
	@MONEY_HISTORIES=$(or $(MONEY_HISTORIES),1000000) SEED=$(SEED) PYTEST_ARGS="-s $(ENDLESS) $(PYTEST_ARGS)" \
		$(RUN) test tests/money/test_random_histories.py

core-tests:
	@$(RUN) core-tests

core-contract:
	@$(RUN) core-contract

# Beside Odoo's core: ROUNDS of samples, among ROWS of other invoices, of some CASES or all.
bench:
	@ROUNDS=$(ROUNDS) ROWS=$(ROWS) LINKS=$(LINKS) WAITING=$(WAITING) CASES="$(CASES)" \
		MOVEMENTS=$(MOVEMENTS) PAYMENTS=$(PAYMENTS) $(RUN) bench

demo:
	@$(RUN) demo

sandbox:
	@$(RUN) sandbox

pictures:
	@$(RUN) pictures

lint:
	@$(RUN) lint

translations:
	@$(RUN) translations
