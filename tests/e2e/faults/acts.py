"""What happens while a payment stands still at a step: each a context, which mends it at its end.

What stood still is let go in the middle: it meets what has happened, and not its mending.
"""

import contextlib
import datetime
import os

from tests.e2e.crowd import deliver, press_pay
from tests.e2e.faults.places import WAITING
from tests.e2e.server import database
from tests.e2e.test_upgrade import install

# As Odoo calls its connections.
OF_ODOO = "application_name LIKE 'odoo-%'"


@contextlib.contextmanager
def killed(story):
    """The process, as by kill -9."""
    story.server.kill()
    yield
    story.server.launch().wait()


@contextlib.contextmanager
def upgraded(story):
    """The process is told to end, the addon is upgraded, and another one starts."""
    story.server.process.terminate()
    yield
    story.server.stop()
    install("--update")
    story.server.launch().wait()


@contextlib.contextmanager
def postgresql_restarted(_story):
    """All connections end at once. Others use the same PostgreSQL, so it goes on itself."""
    end_connections(OF_ODOO)
    yield


@contextlib.contextmanager
def connection_cut(_story):
    """The connection of who stands still ends."""
    end_connections(f"pid IN ({WAITING})")
    yield


def end_connections(condition):
    with database() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND {condition}"
        )
        assert cursor.fetchone()[0]


@contextlib.contextmanager
def asked_again(story):
    """Who waits for an answer loses patience, and asks again."""
    if story.payment:
        assert deliver(story.server, story.payment).status_code in (200, 503)
    else:
        assert press_pay(story.server, story.link).status_code in (200, 303)
    yield


@contextlib.contextmanager
def read_only(story):
    """The database takes no changes for a while, as a standby does; all see a page of ours."""
    switch_read_only("SET default_transaction_read_only = on")
    try:
        story.look_around()
        yield
    finally:
        switch_read_only("RESET default_transaction_read_only")


def switch_read_only(setting):
    with database() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(f'ALTER DATABASE "{os.environ["ODOO_DATABASE"]}" {setting}')
    end_connections(OF_ODOO)


@contextlib.contextmanager
def clock_ahead(story):
    """Mollie's clock is an hour ahead of ours. So is a daylight-saving hour: Odoo keeps UTC."""
    story.sandbox.advance(hours=1)
    yield


@contextlib.contextmanager
def clock_behind(story):
    """Mollie's clock is an hour behind ours."""
    story.sandbox.advance(hours=-1)
    yield


# --- the books ------------------------------------------------------------------------------------


@contextlib.contextmanager
def period_locked(story):
    """Today is in a period that is closed."""
    today = datetime.date.today().isoformat()
    with changed(story.admin, "res.company", [], "fiscalyear_lock_date", today, False):
        yield


@contextlib.contextmanager
def journal_archived(story):
    """The provider's journal is archived."""
    domain = [("code", "=", "mollie"), ("state", "=", "test")]
    [provider] = story.admin.read("payment.provider", domain, "journal_id")
    domain = [("id", "=", provider["journal_id"][0])]
    with changed(story.admin, "account.journal", domain, "active", False, True):
        yield


@contextlib.contextmanager
def account_archived(story):
    """The account on which customers owe is archived."""
    domain = [("account_type", "=", "asset_receivable")]
    with changed(story.admin, "account.account", domain, "active", False, True):
        yield


@contextlib.contextmanager
def changed(admin, model, domain, field, value, before):
    """Let the first record of a domain have another value while the block runs."""
    record = admin.read(model, domain)[0]["id"]
    admin.call(model, "write", [record], {field: value})
    try:
        yield
    finally:
        admin.call(model, "write", [record], {field: before})


ACTS = {
    act.__name__: act
    for act in (
        account_archived,
        asked_again,
        clock_ahead,
        clock_behind,
        connection_cut,
        journal_archived,
        killed,
        period_locked,
        postgresql_restarted,
        read_only,
        upgraded,
    )
}
