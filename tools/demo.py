"""Runs the demo: a database with telling invoices, the sandbox and Odoo, until Ctrl-C."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import requests

import databases
import postgres
from environment import CHECKOUT, SANDBOX, TOOLS, Failure, run_quietly, say, subfolder
from processes import foreground, nothing_left_behind, signals_go_to, start

MAILBOX = [sys.executable, "-m", "tests.mailbox", "--port"]
ODOO = [sys.executable, "-m", "odoo"]
WELCOME = """
Odoo        {odoo}/odoo
            the clerk: clerk / clerk    the administrator: admin / admin
Invoices    {invoices}
Pay as a customer (part paid, no login needed):
            {link}
Sandbox     {sandbox}   stands in for Mollie: pick any outcome
Mailbox     {mailbox}   shows each mail that would have been sent
Log files   {logs}
Ctrl-C stops it all.
"""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or asked us to end."""


def port(name, default):
    """Return the port that the variable `name` asks for, if nobody is using it."""
    text = os.environ.get(name) or str(default)
    try:
        socket.create_server(("127.0.0.1", int(text))).close()
    except (OSError, OverflowError, ValueError) as error:
        raise Failure(f"port {text} can't be used, choose another with {name}: {error}") from None
    return text


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def sandbox(_arguments):
    """Run the sandbox alone, in the foreground."""
    number = port("SANDBOX_PORT", 8899)
    say(f"the sandbox listens at http://localhost:{number}, Ctrl-C stops it")
    return foreground([*SANDBOX, number], stop_with=signal.SIGINT, cwd=CHECKOUT)


def main(_arguments):
    """Prepare and run the demo; return when it is stopped."""
    ports = port("DEMO_PORT", 8069), port("SANDBOX_PORT", 8899), port("MAILBOX_PORT", 8025)
    with contextlib.suppress(Stopped), signals_go_to(_stop), postgres.running():
        # The servers end before their database is dropped.
        with databases.clone("demo") as database, nothing_left_behind():
            _run(database, *ports)
    say("stopped")


def _stop(_number):
    # Only once: a second Ctrl-C must not keep us from cleaning up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _run(database, *ports):
    odoo, sandbox, mailbox = (f"http://localhost:{number}" for number in ports)
    odoo_port, sandbox_port, mailbox_port = ports
    smtp_port = str(_free_port())
    servers = {"the sandbox": _start([*SANDBOX, sandbox_port], "sandbox", dict(os.environ))}
    mailbox_argv = [*MAILBOX, mailbox_port, "--smtp-port", smtp_port]
    servers["the mailbox"] = _start(mailbox_argv, "mailbox", dict(os.environ))
    _await(sandbox, servers)
    _await(mailbox, servers)
    say("making the demo's invoices")
    invoices = _make_invoices(
        database, DEMO_URL=odoo, DEMO_ENDPOINT=sandbox, DEMO_SMTP_PORT=smtp_port
    )
    argv = [*ODOO, "--database", database, "--db-filter", f"^{database}$"]
    argv += ["--http-port", odoo_port, "--max-cron-threads", "1"]
    servers["Odoo"] = _start(argv, "demo-odoo", databases.odoo_environment())
    _await(f"{odoo}/web/health", servers)
    _pay(invoices["paid"]["link"], "paid")
    _pay(invoices["failed attempt"]["link"], "failed")
    names = (f"{invoice['name']}  {situation}" for situation, invoice in invoices.items())
    welcome = WELCOME.format(
        odoo=odoo,
        sandbox=sandbox,
        mailbox=mailbox,
        invoices="\n            ".join(names),
        link=invoices["part paid"]["link"],
        logs=subfolder("logs"),
    )
    print(welcome, flush=True)
    while True:
        _check(servers)
        time.sleep(0.5)


def _start(argv, name, env):
    """Start a server whose output goes to a log file, and that gets no Ctrl-C but ours."""
    with (subfolder("logs") / f"{name}.log").open("w") as log:
        output = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        return start(argv, cwd=CHECKOUT, env=env, start_new_session=True, **output)


def _make_invoices(database, **variables):
    result = subfolder("results") / f"{database}.json"
    variables["DEMO_RESULT"] = str(result)
    with (TOOLS / "demo_data.py").open() as script:
        run_quietly(
            [*ODOO, "shell", "--database", database, "--no-http", "--log-level", "warn"],
            "making the demo's invoices",
            stdin=script,
            env=databases.odoo_environment() | variables,
            cwd=CHECKOUT,
            start_new_session=True,
        )
    invoices = json.loads(result.read_text())
    result.unlink()
    return invoices


def _pay(link, outcome):
    """Do what a customer does: press Pay, and pick a method and an outcome at the checkout."""
    try:
        checkout = _http("POST", link).url
        _http("POST", checkout, {"method": "ideal", "outcome": outcome}).raise_for_status()
    except requests.RequestException as error:
        raise Failure(f"the demo's payment at {link} failed: {error}") from None


def _http(method, url, form=None):
    with requests.Session() as session:
        session.trust_env = False  # No proxy: all of this happens on this machine.
        return session.request(method, url, data=form, timeout=60)


def _await(url, servers):
    """Wait until something answers at `url`, whatever it says."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        _check(servers)
        with contextlib.suppress(requests.ConnectionError):
            return _http("GET", url)
        time.sleep(0.1)
    raise Failure(f"nothing answers at {url}, see {subfolder('logs')}")


def _check(servers):
    for name, process in servers.items():
        if process.poll() is not None:
            raise Failure(f"{name} ended by itself, see {subfolder('logs')}")
