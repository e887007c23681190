"""Mollie's replies, each place × eight mutations, by every door: no 5xx, no traceback, and nothing
is booked that Mollie did not say.

One answer with 503 is agreed: to a webhook about a payment of which Mollie told nothing that can be
used, so that Mollie delivers it again. So is the page that says that Mollie is down.
"""

import contextlib
import itertools
import json
import urllib.request
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import UserError

from tests.common import TEST_KEY, MollieCase
from tests.fuzz.cases import batch
from tests.fuzz.errors import Errors
from tests.fuzz.mutations import MUTATIONS, mutate, places
from tests.ledger import movements_of
from tests.mollie_sandbox.driver import OPENER

PAYMENT = r"^/v2/payments/tr_\w+$"
DOORS = ("webhook", "return_page", "pay_page", "clock", "check_button")


# In make test: each costs as much as twenty requests of strangers. All are looked at in the soak.
SAMPLE = 40


class Reply(NamedTuple):
    """A reply that the addon reads: to which request, and who has it asked."""

    method: str
    path: str
    doors: tuple


# Replies about a payment have the name of what came to it.
DECIDED = ("open", "failed", "paid", "captured")
REPLIES = {
    **dict.fromkeys(DECIDED, Reply("GET", PAYMENT, DOORS)),
    "made": Reply("POST", "^/v2/payments$", ("press",)),
    "refund": Reply("POST", "^/v2/payments/tr_[^/]*/refunds$", ("refund",)),
    "refunds": Reply("GET", "^/v2/refunds$", ("aftercare",)),
    "chargebacks": Reply("GET", "^/v2/chargebacks$", ("aftercare",)),
    "payments": Reply("GET", "^/v2/payments$", ("comparison",)),
    "profile": Reply("GET", "^/v2/profiles/me$", ("connection",)),
    "methods": Reply("GET", "^/v2/methods$", ("connection",)),
    "tariffs": Reply("GET", "^/v2/methods/all$", ("tariffs",)),
}
# What comes to each payment at Mollie, without Odoo's hearing of it.
WORLDS = {
    "open": ("open", "banktransfer"),
    "failed": ("failed", "creditcard"),
    "paid": ("paid", "creditcard"),
    "captured": ("authorized", "klarna"),
    "known": ("paid", "ideal"),
}


class TestReplies(MollieCase):
    def setUp(self):
        super().setUp()
        # A visitor with a session: else Odoo lists all databases each time, to find theirs.
        self.authenticate(None, None)
        self.clean = self.make_paid()[1]
        self.cents = itertools.count(1)
        self.made = self.start_payment(self.make_invoice())
        self.txs = {world: self.make_world(*how) for world, how in WORLDS.items()}
        ids = {world: tx.provider_reference for world, tx in self.txs.items()}
        self.sandbox.add_capture(ids["captured"], {"currency": "EUR", "value": "40.00"})
        self.webhook("known")
        for name in ("paid", "known"):
            self.sandbox.add_refund(ids[name], "10.00", status="refunded")
            self.sandbox.add_chargeback(ids[name], "5.00")
        self.due_path = self.make_link(self.make_invoice())
        self.env.invalidate_all()
        self.errors = Errors.of(self)

    def make_world(self, status, method):
        tx = self.start_payment(self.make_invoice())
        self.sandbox.set_status(tx.provider_reference, status, method=method)
        return tx

    def bodies(self):
        """Return what Mollie replies to each request, before anything is twisted."""
        found = {
            name: self.ask(reply.path.strip("^$"))
            for name, reply in REPLIES.items()
            if reply.method == "GET" and reply.path != PAYMENT
        }
        for world in DECIDED:
            found[world] = self.sandbox.payment(self.txs[world].provider_reference)
        found["made"] = self.ask(f"/v2/payments/{self.made.provider_reference}")
        found["refund"] = found["refunds"]["_embedded"]["refunds"][0]
        return found

    def ask(self, path):
        headers = {"Authorization": f"Bearer {TEST_KEY}"}
        request = urllib.request.Request(self.sandbox.url + path, headers=headers)
        with OPENER.open(request, timeout=10) as answer:
            return json.load(answer)

    def test_whatever_mollie_replies_nothing_breaks_and_no_other_money_is_booked(self):
        """Attacks B1, H."""
        bodies = self.bodies()
        possible = [
            (name, way, mutation, door)
            for name, reply in REPLIES.items()
            for way in places(bodies[name])
            for mutation in MUTATIONS
            for door in reply.doors
        ]
        # What is made comes first in the list of payments from then on.
        for case in sorted(batch(possible, SAMPLE), key=lambda case: case[0] == "made"):
            with self.subTest(case):
                self.check(bodies[case[0]], *case)

    def check(self, body, name, way, mutation, door):
        reply = REPLIES[name]
        told, instead = mutate(body, way, mutation)
        self.sandbox.clear_faults()
        self.sandbox.fault("twist", reply.method, reply.path, times=None, at=way, instead=instead)
        with self.env.cr.savepoint() as savepoint:
            getattr(self, door)(name)
            self.env.invalidate_all()
            booked = self.ledger.booked_movements()
            savepoint.rollback()
            self.env.invalidate_all()
        (fault,) = self.sandbox.control("GET", "faults")["faults"]
        self.assertTrue(fault["hits"])
        self.assertEqual(self.errors.take(), [])
        said = self.ledger.movements().items() | told_of_money(told).items()
        self.assertLessEqual(booked.items(), said)

    # --- doors -----------------------------------------------------------------------------------

    def webhook(self, world):
        tx = self.txs[world]
        answer = self.post_webhook(self.webhook_path(tx), tx.provider_reference)
        self.assertIn(answer.status_code, (200, 503))

    def return_page(self, world):
        self.assert_page(self.get(self.return_path(self.txs[world])), 200)

    def pay_page(self, world):
        self.assert_page(self.get(f"/mollie/pay/{self.txs[world].mollie_link_id.token}"), 200)

    def press(self, _name):
        # A payment without a checkout is waited for.
        self.assert_page(self.press_pay(self.due_path), 303, 200, 503)

    def assert_page(self, answer, *statuses):
        self.assertIn(answer.status_code, statuses)
        self.assertNotIn("Traceback", answer.text)

    def clock(self, world):
        # Of the others Mollie would tell the same: their time comes while many cases are tried.
        self.env["payment.transaction"].search([]).mollie_next_check = False
        self.txs[world].mollie_next_check = fields.Datetime.now()
        self.run_cron("cron_mollie_sync")

    def check_button(self, world):
        self.as_clerk(self.txs[world].invoice_ids, "action_mollie_sync")

    def as_clerk(self, record, name, *args):
        with self.refusals():
            getattr(record.with_user(self.clerk), name)(*args)

    def refund(self, _name):
        # Else the one that was made for the case before is found, of which Odoo knows nothing now.
        self.sandbox.tamper(self.clean.provider_reference, {"_embedded": {"refunds": []}})
        # Mollie refuses to refund the same amount twice in an hour.
        self.as_clerk(self.clean, "action_refund", next(self.cents) / 100)

    def aftercare(self, _name):
        self.run_cron("cron_mollie_aftercare")

    def comparison(self, _name):
        self.run_cron("cron_mollie_compare")

    def tariffs(self, _name):
        self.run_cron("cron_mollie_refresh_methods")

    def connection(self, _name):
        with self.refusals():
            self.connect(TEST_KEY)

    @contextlib.contextmanager
    def refusals(self):
        """Let who presses a button be refused, in words."""
        try:
            yield
        except UserError as error:
            self.assertNotIn(TEST_KEY, str(error))


def told_of_money(reply):
    """Return the money that a reply tells of, if it is a payment that can be read."""
    try:
        return movements_of([reply])
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}
