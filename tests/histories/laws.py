"""What holds, whatever happened."""

import contextlib
from collections import defaultdict

from hypothesis.stateful import invariant

from odoo.addons.invoice_mollie.const import PAGE_SECONDS

from tests.ledger import captures_of, held, movements_of, received, tries_of

from .bounds import bounds
from .changes import Changes
from .days import DayLaws
from .heard import DECIDED
from .mollie import held_of
from .page import Page, is_shown
from .todos import ToDoLaws

# States of transactions of which Mollie may say more.
UNDECIDED = ("draft", "pending", "authorized")
# Half of the least that any of the currencies can write.
NOTHING = 0.005


class Laws(Changes, DayLaws, ToDoLaws):
    """What holds after each step, and what holds once both sides have talked."""

    # --- after each step -------------------------------------------------------------------------

    @invariant()
    def what_changed_is_right(self):
        self.mollie.forget()
        if self.now() != self.looked:
            self.case.env.invalidate_all()
            self.nothing_is_booked_twice()
            self.the_pages_ask_for_what_is_due()
            # Only now: looking at the pages writes, though that is undone.
            self.looked = self.now()

    def nothing_is_booked_twice(self):
        references = self.books.family().filtered("payment_id").mapped("provider_reference")
        assert len(references) == len(set(references)), references

    def the_pages_ask_for_what_is_due(self):
        with self.undone():
            heard = self.heard.copy()
            pages = {move: Page(self.look(move, heard)) for move in self.paths}
            self.case.env.invalidate_all()
            self.check_pages(pages.values(), *bounds(self, heard))
            for invoice, page in pages.items():
                left = invoice.amount_residual
                assert page.due < left + NOTHING, f"{page.due} of {left} are due by the page"

    def look(self, invoice, heard):
        """Open an invoice's page as often as it takes to hear of each attempt, for Odoo asks of one
        each time, and of none that it has asked of just now; return the last answer.
        """
        undecided = invoice.transaction_ids.filtered(lambda tx: tx.state in UNDECIDED)
        asked = undecided.filtered(lambda tx: not tx._mollie_asked_within(PAGE_SECONDS))
        answers = [self.case.get(self.paths[invoice]) for _tx in undecided or [invoice]]
        if is_shown(answers[-1]):
            heard.of_undecided(asked)
        return answers[-1]

    def check_pages(self, pages, least, most):
        asked = sum(page.due for page in pages)
        assert asked < most + NOTHING, f"the pages ask {asked}, at most {most} is due"
        for page in pages:
            too_much = [amount for amount in page.buttons if amount > page.due + NOTHING]
            assert not too_much, f"{too_much} on buttons, {page.due} is due"
        if self.can_pay() and all(page.status == 200 for page in pages):
            assert asked > least - NOTHING, f"the pages ask {asked}, at least {least} is due"

    def can_pay(self):
        """Return whether customers are asked to pay: not while an amount is reserved, nor while
        Mollie can't be asked.
        """
        return not self.mollie.payments("authorized") and not self.heard.is_deaf

    @contextlib.contextmanager
    def undone(self):
        """Let Odoo forget what is done in this block: looking must not change the history."""
        savepoint = self.case.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.case.env.invalidate_all(flush=False)

    # --- once both sides have talked -------------------------------------------------------------

    def compare(self):
        self.settle()
        settled = self.now()
        self.finish_payments()
        if self.now() != settled:
            self.settle()
        if self.has_entries:
            self.entries_are_right()
        else:
            self.assert_same(self.books.registered_movements(), self.mollie.movements())
        self.the_pages_ask_for_what_is_due()
        self.everything_is_in_the_log()
        self.people_are_told()
        self.nothing_differs()
        self.another_sync_writes_nothing()
        self.pressing_pay_asks_for_what_is_due()

    def settle(self):
        self.finish()
        self.cron_looks_for_attempts()
        self.check_tells_only_news()
        self.cron_looks_for_attempts()
        self.case.env.invalidate_all()

    def check_tells_only_news(self):
        """Press Check with Mollie: people had been told of all but what it hears of."""
        told, log = self.books.told(), self.books.invoices().mollie_log_ids
        self.check_with_mollie()
        self.case.env.invalidate_all()
        if self.books.invoices().mollie_log_ids == log:
            new, gone = self.books.told() - told, told - self.books.told()
            assert not (new or gone), f"Check tells {new}, and no more {gone}"

    def entries_are_right(self):
        self.books_equal_mollies()
        self.customer_owes_what_is_not_paid()
        self.amount_due_is_right()
        self.discount_is_granted_once_at_most()
        self.discount_is_of_its_taxes()
        self.discount_is_for_money_in_time()
        self.discount_is_honoured()
        self.days_are_mollies()

    def books_equal_mollies(self):
        booked = self.case.ledger.booked(self.invoice.currency_id.name)
        assert_equal(booked, self.mollie.held(), "booked, and held by Mollie")
        self.assert_same(self.case.ledger.booked_movements(), self.mollie.movements())

    def assert_same(self, booked, moved):
        booked, moved = self.of_payments(booked), self.of_payments(moved)
        for key in booked.keys() | moved.keys():
            assert booked.get(key) == moved.get(key), f"{key}: {booked}, {moved}"

    def of_payments(self, movements):
        """Return ``{(id, currency): amounts}``, of all captures of a payment under its own id: if
        one fails, another one of the same amount takes its place.
        """
        owners = {c["id"]: p["id"] for p in self.mollie.payments() for c in tries_of(p)}
        found = defaultdict(list)
        for (name, currency), amount in movements.items():
            found[owners.get(name, name), currency].append(amount)
        return {key: sorted(amounts) for key, amounts in found.items()}

    def customer_owes_what_is_not_paid(self):
        # What is booked by hand where Odoo never heard of money is nobody's business: it may have
        # come by Mollie all the same, but not by what Odoo asked for.
        paid = self.mollie.held() + self.books.discount() + self.books.by_hand_alone()
        assert_equal(self.books.settled_by_mollie(), paid, "settled, and paid")

    def amount_due_is_right(self):
        """What came with another amount is the customer's credit until somebody uses it, and so is
        what a clerk took from an invoice. What nobody needed when it was asked back pays nothing
        while it may still leave.
        """
        others = sum(held_of(p) for p in self.mollie.payments() if p["id"] in self.others)
        if self.is_loose:
            others += self.books.unused_of_mollie()
        else:
            others += min(self.books.unused_of_mollie(), self.mollie.leaving())
        least, most = bounds(self, self.heard, of_books=True)
        due = sum(self.books.invoices().mapped("amount_residual"))
        assert least - NOTHING < due < most + others + NOTHING, f"{due}, not {least} to {most}"

    def discount_is_granted_once_at_most(self):
        granted = round(self.books.discount(), 2)
        # Each rate of a tax is rounded by itself.
        is_offered = any(abs(granted - discount) < 0.02 for discount in self.discounts)
        assert is_offered, f"{granted} of {self.discounts}"

    def discount_is_of_its_taxes(self):
        """Each tax is owed on what was paid: it goes down in the proportion of the price."""
        granted, taken = self.books.discount(), self.books.discount_of_taxes()
        for line in self.invoice.line_ids.filtered("tax_line_id"):
            share = -line.amount_currency / self.total * granted
            off = taken.get(line.tax_line_id, 0)
            # Each rate is rounded by itself, and so is what an invoice of another price had.
            assert abs(off - share) < 0.03, f"{off} of {line.name} is taken off, not {share}"

    def everything_is_in_the_log(self):
        rows = self.books.invoices().mollie_log_ids.sorted("id")
        logged = set(rows.mapped("mollie_reference"))
        assert self.mollie.ids() <= logged, self.mollie.ids() - logged
        for payment in self.mollie.payments():
            # One of them stands for the payment.
            left = {capture["id"] for capture in captures_of(payment)} - logged
            assert len(left) < 2, left
        said = {row.mollie_reference: row.mollie_status for row in rows if row.event == "status"}
        for payment in self.mollie.payments(*DECIDED):
            # What brought another amount never became what was asked for; what brought nothing,
            # though Mollie calls it paid, may never have been paid.
            name, statuses = payment["id"], [payment["status"]]
            if payment["status"] == "paid" and not received(payment):
                statuses.append("failed")
            assert name in self.others or said.get(name) in statuses, f"{name}: {said.get(name)}"

    def nothing_differs(self):
        """The night's comparison looks at all there is, and finds nothing else."""
        comparison = self.case.env["mollie.comparison"].search([])
        comparison.started = False
        self.case.run_cron("cron_mollie_compare")
        rows = self.case.env["mollie.difference"].search([])
        texts = [f"{row.mollie_reference} {row.reason} {row.amount_booked}" for row in rows]
        assert not rows, f"Mollie and the books differ: {texts}"
        others = self.others_payments()
        payments = [payment for payment in self.mollie.payments() if payment not in others]
        name = self.invoice.currency_id.name
        compared = float((comparison.search([]).sums or {}).get(name, 0))
        assert_equal(compared, held(movements_of(payments), name), "compared, and held")

    def another_sync_writes_nothing(self):
        written = self.written_by_another_sync()
        if "withdrawn" in written:
            # What one payment brought left another one nothing to ask for: the scheduler was woken
            # to see to that.
            written = self.written_by_another_sync()
        assert not written, f"another sync wrote to the log: {written}"

    def written_by_another_sync(self):
        """Return the events that another sync writes."""
        before = self.books.invoices().mollie_log_ids
        self.settle()
        return (self.books.invoices().mollie_log_ids - before).mapped("event")

    def pressing_pay_asks_for_what_is_due(self):
        asked = [self.asked_by_pressing(invoice, again="1") for invoice in self.paths]
        self.check_asked(sum(filter(None, asked)), is_all=None not in asked)

    def check_asked(self, asked, is_all):
        """Check what Mollie was asked for, be it for all that is due or for a part."""
        least, most = bounds(self, self.heard)
        assert asked < most + NOTHING, f"pressing Pay asks {asked}, at most {most} is due"
        if is_all:
            assert asked > least - NOTHING, f"pressing Pay asks {asked}, at least {least} is due"

    def asked_by_pressing(self, invoice, **data):
        """Press Pay; return what Mollie is asked for, or None if it is not asked for anything."""
        known = {payment["id"] for payment in self.mollie.payments()}
        if is_shown(self.case.press_pay(self.paths[invoice], **data)):
            self.heard.of_undecided(invoice.transaction_ids)
        self.mollie.forget()
        new = [p for p in self.mollie.payments() if p["id"] not in known]
        self.heard.of(*(payment["id"] for payment in new))
        return float(new[0]["amount"]["value"]) if new else None


def assert_equal(one, other, what):
    assert abs(one - other) < NOTHING, f"{what}: {one}, {other}"
