"""A payment that something happens to at one step, and how it goes on afterwards."""

import contextlib
from contextlib import ExitStack

import requests

from tests.e2e import oracle
from tests.e2e.crowd import deliver, meanwhile, press_pay, view
from tests.e2e.faults.acts import ACTS
from tests.e2e.faults.places import PLACES
from tests.e2e.office import CallError, User
from tests.e2e.server import database, until

ENDPOINT = "invoice_mollie.api_endpoint"
PAYS = ("S1", "S2", "S3", "S4", "S5", "S6")
AMOUNT = 60.0


class Story:
    """One invoice, from the link to the books.

    :param server: the process that things happen to.
    :param clerk: logged in to another process, as is `admin`.
    """

    def __init__(self, server, clerk, admin, sandbox):
        self.server, self.admin, self.sandbox = server, admin, sandbox
        self.payment = None
        forget_failures()
        self.invoice = clerk.make_invoice(AMOUNT)
        self.link = self.invoice.make_link()

    # --- what a cell does ---

    def held(self, step, act):
        """Hold the payment up at a step, and let something happen to it."""
        self.go_up_to(step)
        if step not in PLACES:
            with ACTS[act](self):
                self.customer_pays(step)
            return
        with PLACES[step].holding(self.sandbox) as hold, meanwhile(self.take, step) as answer:
            with ExitStack() as ends:
                ends.callback(hold.release)
                hold.wait()
                with ACTS[act](self):
                    ends.close()
                    died = answer.exception()
        assert isinstance(died, requests.ConnectionError | None)
        if not died:
            assert_ours(answer.result())

    def raised(self, step, sqlstate):
        """Have PostgreSQL refuse a statement of the step."""
        self.go_up_to(step)
        with PLACES[step].raising(sqlstate) as is_hit:
            assert_ours(self.take(step))
            assert is_hit()

    def answered(self, step, fault):
        """Spoil Mollie's answer at the step."""
        self.go_up_to(step)
        kind, fields = fault
        self.sandbox.fault(kind, method="POST" if step in PAYS else "GET", **fields)
        assert_ours(self.take(step))
        self.sandbox.clear_faults()
        until(self.is_fault_hit, what="the fault to be met")

    def unreachable(self, step, endpoint):
        """Have no way to Mollie at the step."""
        self.go_up_to(step)
        address = self.sandbox.url.partition("//")[2]
        with self.endpoint(endpoint.format(sandbox=address)):
            assert self.take(step).status_code == 503

    def cron(self, step, act):
        """Hold up the scheduled action at the step, in the middle of its batch."""
        self.go_up_to(step)
        make_due(self.invoice)
        admin = User(self.server, self.admin.database, "admin")
        with PLACES[step].holding(self.sandbox) as hold, meanwhile(admin.run_cron) as run:
            hold.wait()
            with ACTS[act](self):
                hold.release()
                assert isinstance(run.exception(), requests.ConnectionError)

    def is_fault_hit(self):
        return any(request["fault"] for request in self.sandbox.requests())

    # --- the steps ---

    def go_up_to(self, step):
        """Let all go well until the step."""
        if step in PAYS:
            return
        assert press_pay(self.server, self.link).status_code == 303
        if step not in ("S7", "S8"):
            self.become_paid()

    def become_paid(self):
        self.payment = oracle.payments_of(self.invoice, self.sandbox)[-1]
        self.sandbox.set_status(self.payment["id"], "paid", method="ideal", webhook=False)

    def take(self, step):
        """Do what the step is part of: press Pay, or let Mollie's webhook come."""
        if step in PAYS:
            return press_pay(self.server, self.link)
        return deliver(self.server, self.payment)

    def customer_pays(self, step):
        """Let the customer pay while we are not there; nobody hears of it."""
        if step == "S8":
            self.become_paid()
            with contextlib.suppress(requests.ConnectionError):
                assert_ours(deliver(self.server, self.payment))

    def look_around(self):
        """Let the customer look at the page meanwhile."""
        assert_ours(view(self.server, self.link))

    def go_on(self):
        """Let customer, Mollie and scheduler do what they do anyway, until it is booked."""
        forget_failures()
        if not self.payment:
            until(self.is_sent_off, what="the checkout")
            self.become_paid()
        until(lambda: deliver(self.server, self.payment).status_code == 200, what="a webhook's 200")
        make_due(self.invoice)
        until(self.run_cron, what="the scheduled action")
        self.check()

    def is_sent_off(self):
        return press_pay(self.server, self.link).status_code == 303

    def run_cron(self):
        with contextlib.suppress(CallError):
            self.admin.run_cron()
            return True

    def check(self):
        """Compare with Mollie: one payment was paid, nobody can pay another, and it is booked."""
        payments = oracle.payments_of(self.invoice, self.sandbox)
        statuses = [payment["status"] for payment in payments]
        assert statuses.count("paid") == 1, statuses
        assert set(statuses) <= {"paid", "open", "expired"}, statuses
        for payment in payments:
            assert payment["status"] != "open" or not is_offered(payment), statuses
        oracle.check(self.invoice, self.admin, self.sandbox, len(payments), due=0)

    @contextlib.contextmanager
    def endpoint(self, address):
        """Look for Mollie at another address while the block runs."""
        self.admin.call("ir.config_parameter", "set_param", ENDPOINT, address)
        try:
            yield
        finally:
            self.admin.call("ir.config_parameter", "set_param", ENDPOINT, self.sandbox.url)


def assert_ours(answer):
    """It is an answer of ours, for a visitor a page or a redirect."""
    assert answer.headers.get("Cache-Control") == "no-store", (answer.status_code, answer.text)
    if answer.request.method == "GET":
        assert "</html>" in answer.text


def is_offered(payment):
    """Return whether we send customers to the checkout of a payment."""
    with database() as cursor:
        cursor.execute(
            "SELECT count(*) FROM payment_transaction WHERE provider_reference = %s"
            " AND mollie_checkout_url > '' AND mollie_expires_at > now() AT TIME ZONE 'utc'",
            [payment["id"]],
        )
        return bool(cursor.fetchone()[0])


def forget_failures():
    """Let it be a while since Mollie failed."""
    with database() as cursor:
        cursor.execute("UPDATE payment_provider SET mollie_failures = 0")
        cursor.execute("UPDATE payment_transaction SET mollie_asked = NULL")


def make_due(invoice):
    """Let it be time for the scheduled action to ask."""
    with database() as cursor:
        cursor.execute(
            "UPDATE payment_transaction SET mollie_next_check = now() AT TIME ZONE 'utc'"
            " - interval '1 minute' WHERE id IN (SELECT transaction_id"
            " FROM account_invoice_transaction_rel WHERE invoice_id = %s)",
            [invoice.id],
        )
