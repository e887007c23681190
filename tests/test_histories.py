"""Whatever happens, in any order: the books equal Mollie's."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.common import MollieCase
from tests.histories import Histories


class TestHistories(MollieCase):
    def test_after_any_history_the_books_equal_mollies(self):
        Histories.case = self
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=int(os.environ.get("HISTORIES", "30")),
                stateful_step_count=12,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
