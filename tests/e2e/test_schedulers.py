"""Two schedulers on one database, and one that dies in the middle of its batch."""

from functools import partial

import pytest
import requests

from tests.e2e import oracle
from tests.e2e.crowd import at_once, meanwhile, press_pay
from tests.e2e.faults.places import PLACES
from tests.e2e.faults.story import make_due
from tests.e2e.office import CallError, User

ACTION = "invoice_mollie.cron_mollie_sync"


@pytest.fixture
def batch(server, clerk, sandbox):
    """Two invoices that were paid at Mollie, and nobody has told us: it is time to ask."""
    invoices = [clerk.make_invoice(amount) for amount in (30.0, 40.0)]
    for invoice in invoices:
        press_pay(server, invoice.make_link())
        [payment] = oracle.payments_of(invoice, sandbox)
        sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
        make_due(invoice)
    return invoices


@pytest.fixture
def colleague(servers, admin):
    """An administrator at the other process."""
    return User(servers[1], admin.database, "admin")


def run(user):
    """Run the scheduled action; return whether Odoo let it run."""
    try:
        user.run_cron(ACTION)
    except CallError as error:
        assert "already executing" in str(error)
        return False
    return True


def assert_booked_once(batch, admin, sandbox):
    for invoice in batch:
        oracle.check(invoice, admin, sandbox, payments=1, due=0)


def count_asked(batch, sandbox):
    """Return how often Mollie was asked for a payment of the batch: others may be due as well."""
    ids = {oracle.payments_of(invoice, sandbox)[0]["id"] for invoice in batch}
    return len([row for row in sandbox.requests() if row["path"].rpartition("/")[2] in ids])


def test_the_same_action_on_two_servers_at_once_books_once(batch, admin, colleague, sandbox):
    """G6: Odoo lets one of them run at a time."""
    assert any(at_once(partial(run, admin), partial(run, colleague)))
    assert_booked_once(batch, admin, sandbox)


def test_a_copy_of_the_action_takes_nothing_that_another_is_at(batch, admin, colleague, sandbox):
    """G6: not even if Odoo takes them for two: each claims its payments, and skips the others'."""
    [action] = admin.read("ir.model.data", [("name", "=", "cron_mollie_sync")], "res_id")
    [copy] = admin.call("ir.cron", "copy", [action["res_id"]])
    try:
        with PLACES["S12"].holding(sandbox) as hold, meanwhile(run, admin) as first:
            hold.wait()
            asked = count_asked(batch, sandbox)
            colleague.call("ir.cron", "method_direct_trigger", [copy])
            assert count_asked(batch, sandbox) == asked
            hold.release()
            assert first.result()
    finally:
        admin.call("ir.cron", "unlink", [copy])
    assert_booked_once(batch, admin, sandbox)


def test_what_a_killed_scheduler_left_is_booked_by_the_next_round(
    servers, batch, admin, colleague, sandbox
):
    """G6: it dies while it asks for the second payment; the first is in the books by then."""
    second = oracle.payments_of(batch[1], sandbox)[0]["id"]
    sandbox.fault("slow", method="GET", path=second, seconds=60)
    with meanwhile(run, colleague) as dying:
        sandbox.wait_held()
        servers[1].kill()
        sandbox.clear_faults()
    assert isinstance(dying.exception(), requests.ConnectionError)
    assert [invoice.get("amount_residual") for invoice in batch] == [0, 40]
    servers[1].launch().wait()
    make_due(batch[1])
    assert run(admin)
    assert_booked_once(batch, admin, sandbox)
