"""Whatever happens, in any order: the books equal Mollie's.

`make test` runs twenty histories, a batch, `make soak HISTORIES=10000` as many as asked. A
batch is made from its seed alone, so that one which fails can be run again.
"""

import os
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import get_state_machine_test

from tests.common import MollieCase
from tests.histories.clock import Clock
from tests.histories.days import ZONE
from tests.histories.invoices import TOTALS, make_invoices
from tests.histories.machine import Histories

BATCH = 20
STEPS = 10
# Nobody reads the chatter here, nor e-mails about to-dos.
QUIETLY = {"tracking_disable": True, "mail_activity_quick_update": True}


class TestHistories(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIETLY})
        cls.manager = cls.make_user("manager", "account.group_account_manager")
        cls.company.mollie_other_amount = True
        cls.company.partner_id.tz = ZONE
        for name in TOTALS:
            cls.env.ref(f"base.{name}").active = True
            if name != "EUR":
                cls.set_rate(cls.env.ref(f"base.{name}"), 1.10, "2026-11-01")

    @classmethod
    def set_rate(cls, currency, rate, day):
        currency.rate_ids.filtered(lambda row: str(row.name) == str(day)).unlink()
        values = {"currency_id": currency.id, "name": day, "rate": rate}
        cls.env["res.currency.rate"].create(values | {"company_id": cls.company.id})

    def setUp(self):
        super().setUp()
        # Visitors with a session: else Odoo lists all databases each time, to find theirs.
        self.authenticate(None, None, session_extra={"context": dict(QUIETLY)})
        self.clock = Clock(self.sandbox)
        self.clock.start_afresh()
        self.enterContext(self.clock.running())
        self.invoices = make_invoices(self)

    def test_after_any_history_the_books_equal_mollies(self):
        histories = int(os.environ.get("HISTORIES") or 20)
        first = int(os.environ.get("SEED") or 1)
        for number in range(-(-histories // BATCH)):
            # The others are looked at, too, after a batch that fails.
            with self.subTest(seed=first + number):
                self.run_batch(first + number)
            played, days = (number + 1) * BATCH, self.clock.passed.days
            print(f"{played} of {histories} histories, {days} days", flush=True)

    def run_batch(self, number):
        Histories.case = self
        run = get_state_machine_test(
            Histories,
            settings=settings(
                max_examples=BATCH,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
            _flaky_state={"selecting_rule": False},
        )
        # Else it makes up to five more of each history by doubling parts of it: half of all would
        # be copies, in which little is new.
        mutations = patch.object(ConjectureRunner, "generate_mutations_from", lambda *_: None)
        try:
            with mutations:
                seed(number)(run)()
        except BaseException:
            command = f"HISTORIES={BATCH} SEED={number} make test T=tests/histories"
            print(f"Replay with: {command}", flush=True)
            raise
