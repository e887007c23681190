"""One sandbox, Odoo processes on one database, and one browser for all of these tests."""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.browser import CHROMIUM_FLAGS, DESK, PHONE, Album, Visitor
from tests.e2e.office import User
from tests.e2e.server import OdooServer, in_postgres, prepare
from tests.mailbox import Mailbox
from tests.mollie_sandbox import Sandbox

CLIPBOARD = ["clipboard-read", "clipboard-write"]
FAILED = pytest.StashKey()


@pytest.fixture(scope="session")
def running_sandbox():
    """A stand-in for Mollie that delivers its webhooks itself."""
    with Sandbox.start(hold_webhooks=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def mailbox():
    """Where every mail ends, whoever it is for."""
    with Mailbox.start() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def first_server(running_sandbox, mailbox):
    """The Odoo process with the public address, on the prepared database."""
    server = OdooServer("odoo-1")
    prepare(server, running_sandbox, mailbox)
    with server.running():
        yield server


@pytest.fixture(scope="session")
def second_server(first_server):
    """Another Odoo process on the same database."""
    with OdooServer("odoo-2").running() as server:
        yield server


@pytest.fixture
def sandbox(running_sandbox):
    """The sandbox as new: no payments, no faults, the clock right."""
    running_sandbox.reset()
    yield running_sandbox
    running_sandbox.reset()


@pytest.fixture
def bare_database(monkeypatch):
    """A database of this test's own, without the addon."""
    base, name = os.environ["ODOO_BASE"], f"invoice_mollie_test_upgrade_{os.getpid()}"
    store = pathlib.Path(os.environ["ODOO_DATA_DIR"]) / "filestore"
    in_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{base}" STRATEGY FILE_COPY')
    if (store / base).is_dir():
        shutil.copytree(store / base, store / name)
    monkeypatch.setenv("ODOO_DATABASE", name)
    yield name
    in_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
    shutil.rmtree(store / name, ignore_errors=True)


@pytest.fixture
def server(first_server, sandbox):
    """The Odoo process that has the public address."""
    return first_server


@pytest.fixture
def servers(first_server, second_server, sandbox):
    """Two Odoo processes on one database."""
    return first_server, second_server


@pytest.fixture(scope="session")
def logins(first_server):
    database = os.environ["ODOO_DATABASE"]
    return {login: User(first_server, database, login) for login in ("clerk", "admin")}


@pytest.fixture
def clerk(logins, sandbox):
    """A billing user, without any right of an administrator."""
    return logins["clerk"]


@pytest.fixture
def admin(logins, sandbox):
    return logins["admin"]


@pytest.fixture(scope="session")
def chromium():
    """A real browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether the test failed."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


@pytest.fixture
def visit(chromium, request):
    """Return a function that opens a window of its own for one person: see `Visitor`."""
    album = Album(request.node.name.removeprefix("test_"))
    visitors = []

    def open_window(**options):
        visitors.append(Visitor(chromium.new_context(**options), album))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        if request.node.stash[FAILED]:
            visitor.keep("failed")
        visitor.context.close()


@pytest.fixture
def desk(visit, server):
    """The clerk's window, logged in."""
    desk = visit(**DESK)
    desk.context.grant_permissions(CLIPBOARD, origin=server.url)
    desk.log_in(server.url, "clerk")
    return desk


@pytest.fixture
def phone(visit):
    """The window of a customer who has no login."""
    return visit(**PHONE)


@pytest.fixture
def invoice(clerk):
    return clerk.make_invoice(121.00)
