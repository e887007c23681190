"""Many payments become paid within a minute, while customers look and the scheduler runs."""

import contextlib
import os
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.e2e.crowd import deliver, meanwhile, press_pay, view
from tests.e2e.server import OdooServer, database, free_port

# `make soak` lets as many become paid in a minute, and asks for the figures: beside other tests
# they are those of the machine.
LOAD = int(os.environ.get("LOAD") or 0)
PAYMENTS = LOAD or 12
A_MINUTE = 200
SENDERS = 16
# A single process lets eight wait at its door.
FEW_SENDERS = 8


@contextlib.contextmanager
def answering(count):
    """Run Odoo as one does in production: some processes that answer, one for the scheduler."""
    server = OdooServer(f"odoo-workers-{count}")
    try:
        processes = ("--workers", str(count), "--max-cron-threads", "1")
        server.launch(*processes, "--gevent-port", str(free_port()))
        yield server.wait()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def workers(first_server):
    with answering(2) as server:
        yield server


def test_webhooks_are_answered_while_many_payments_become_paid(workers, clerk, admin, sandbox):
    warm_up(workers, clerk, sandbox)
    invoices = [clerk.make_invoice(10 + number / 100) for number in range(PAYMENTS)]
    links = [invoice.make_link() for invoice in invoices]
    payments = [start(workers, link, sandbox) for link in links]
    with looking(workers, links), meanwhile(run_scheduler, admin):
        answers = become_paid(workers, payments, sandbox)
    seconds = sorted(answer.elapsed.total_seconds() for answer in answers)
    median, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
    print(f"{len(seconds)} webhooks: median {median:.2f}, p99 {p99:.2f}, most {seconds[-1]:.2f} s")
    assert Counter(answer.status_code for answer in answers) == {200: 2 * PAYMENTS}
    assert not LOAD or (p99 < 2 and seconds[-1] < 10)
    assert booked_once([invoice.id for invoice in invoices]) == {(1, 0.0): PAYMENTS}


def test_a_second_process_books_beside_the_first(workers, clerk, sandbox):
    """How many a second, is printed: it is the machine's, too, on which all the others run."""
    rates, invoices = {1: [], 2: []}, []
    with answering(1) as one:
        for server in (one, workers):
            warm_up(server, clerk, sandbox)
        for server, count in ((one, 1), (workers, 2)) * 2:
            made = [clerk.make_invoice(10 + number / 100) for number in range(PAYMENTS // 4)]
            payments = [start(workers, invoice.make_link(), sandbox) for invoice in made]
            rates[count].append(rate(server, payments, sandbox))
            invoices += made
    print("payments booked a second, by 1 and 2 processes:", rates)
    assert booked_once([invoice.id for invoice in invoices]) == {(1, 0.0): len(invoices)}


def rate(server, payments, sandbox):
    """Return how many payments a second are booked, when all are told of at once."""
    for payment in payments:
        sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
    begin = time.monotonic()
    with ThreadPoolExecutor(FEW_SENDERS) as senders:
        answers = list(senders.map(partial(deliver, server), payments))
    assert {answer.status_code for answer in answers} == {200}
    return round(len(payments) / (time.monotonic() - begin), 2)


def warm_up(server, clerk, sandbox):
    """Let each process do it all once: what Odoo keeps in memory is not what is measured."""
    for _ in range(4):
        payment = start(server, clerk.make_invoice().make_link(), sandbox)
        become_paid(server, [payment], sandbox)


def start(server, link, sandbox):
    assert press_pay(server, link).status_code == 303
    return sandbox.payments()[-1]


def become_paid(server, payments, sandbox):
    """Let the payments become paid, one after the other within their time; send each webhook twice
    at the same moment, and return the answers.
    """
    begin, answers = time.monotonic(), []
    pace = threading.Event()
    with ThreadPoolExecutor(SENDERS) as senders:
        for number, payment in enumerate(payments):
            pace.wait(max(begin + number * 60 / A_MINUTE - time.monotonic(), 0))
            sandbox.set_status(payment["id"], "paid", method="ideal", webhook=False)
            answers += [senders.submit(deliver, server, payment) for _twice in range(2)]
    return [answer.result() for answer in answers]


class looking:
    """Customers who open their pages one after the other, as long as the block runs."""

    def __init__(self, server, links):
        self.views = [partial(view, server, link) for link in links]
        self.is_over = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.is_over.is_set():
            for open_page in self.views:
                assert open_page().status_code == 200
                if self.is_over.wait(0.3):
                    return

    def __exit__(self, *_error):
        self.is_over.set()
        self.thread.join()


def run_scheduler(admin):
    with database() as cursor:
        cursor.execute(
            "UPDATE payment_transaction SET mollie_next_check = now() AT TIME ZONE 'utc'"
        )
    admin.run_cron()


def booked_once(invoice_ids):
    """Return how many invoices have how many payments booked, and how much left to pay."""
    with database() as cursor:
        cursor.execute(
            """
            SELECT count(payment.id), max(move.amount_residual)::float
              FROM account_move AS move
              JOIN account_invoice_transaction_rel AS rel ON rel.invoice_id = move.id
              JOIN account_payment AS payment ON payment.payment_transaction_id = rel.transaction_id
              JOIN account_move AS entry ON entry.id = payment.move_id AND entry.state = 'posted'
             WHERE move.id = ANY(%s)
             GROUP BY move.id
            """,
            [invoice_ids],
        )
        return dict(Counter(cursor.fetchall()))
