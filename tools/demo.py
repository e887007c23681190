"""Runs the demo: a database with telling invoices, the sandbox and Odoo, until Ctrl-C."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import databases
import postgres
from environment import CHECKOUT, TOOLS, Failure, run_quietly, say, subfolder
from processes import nothing_left_behind, signals_go_to, start

WELCOME = """
Odoo        {url}/odoo
            the clerk: clerk / clerk    the administrator: admin / admin
Invoices    {invoices}
Pay as a customer ({customer}, no login needed):
            {link}
Sandbox     http://localhost:{sandbox_port}   stands in for Mollie: pick any outcome
Log files   {logs}
Ctrl-C stops it all.
"""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or asked us to end."""


def port(name, default):
    """Return the port that the variable `name` asks for, if nobody is using it."""
    text = os.environ.get(name) or default
    if not str(text).isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"{name} is {text}, which is no port")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise Failure(
                f"port {text} can't be used ({error.strerror.lower()}): choose another with {name}"
            ) from None
    return int(text)


def main():
    """Prepare and run the demo; return when it is stopped."""
    odoo_port, sandbox_port = port("DEMO_PORT", 8069), port("SANDBOX_PORT", 8899)
    with _stoppable(), postgres.running():
        databases.check_server()
        # The servers end before their database is dropped.
        with databases.clone("demo") as database, nothing_left_behind():
            _run(database, odoo_port, sandbox_port)


def sandbox():
    """Run the sandbox alone, in the foreground."""
    with _stoppable(), nothing_left_behind():
        sandbox_port = port("SANDBOX_PORT", 8899)
        process = start_sandbox(sandbox_port)
        say(f"the sandbox listens at http://localhost:{sandbox_port}, Ctrl-C stops it")
        _watch({"the sandbox": process})


@contextmanager
def _stoppable():
    stopped = []

    def stop(number):
        # Only once: a second Ctrl-C must not keep us from cleaning up.
        if not stopped:
            stopped.append(number)
            raise Stopped

    with signals_go_to(stop):
        try:
            yield
        except Stopped:
            say("stopped")


def _run(database, odoo_port, sandbox_port):
    url = f"http://localhost:{odoo_port}"
    servers = {"the sandbox": start_sandbox(sandbox_port)}
    say("making the demo's invoices")
    invoices = _make_invoices(database, url, f"http://localhost:{sandbox_port}")
    servers["Odoo"] = _start_odoo(database, odoo_port)
    _await(f"{url}/web/health", servers)
    for situation, outcome in {"paid": "paid", "failed attempt": "failed"}.items():
        pay(invoices[situation]["link"], outcome)
    listing = "\n            ".join(
        f"{invoice['name']}  {situation}" for situation, invoice in invoices.items()
    )
    print(
        WELCOME.format(
            url=url,
            invoices=listing,
            customer="part paid",
            link=invoices["part paid"]["link"],
            sandbox_port=sandbox_port,
            logs=subfolder("logs"),
        ),
        flush=True,
    )
    _watch(servers)


def start_sandbox(number):
    """Start the sandbox at a port and wait until it answers; return its process."""
    process = _start(
        [sys.executable, "-m", "tests.mollie_sandbox", "--port", str(number)],
        "sandbox",
        dict(os.environ),
    )
    _await(f"http://localhost:{number}/", {"the sandbox": process})
    return process


def _start_odoo(database, number):
    argv = [sys.executable, "-m", "odoo", "--database", database, "--http-port", str(number)]
    argv += ["--db-filter", f"^{database}$", "--max-cron-threads", "1"]
    return _start(argv, "demo-odoo", databases.odoo_environment())


def _start(argv, name, env):
    with (subfolder("logs") / f"{name}.log").open("w") as log:
        return start(
            argv,
            cwd=CHECKOUT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _make_invoices(database, url, endpoint):
    result = subfolder("results") / f"{database}.json"
    variables = {"DEMO_URL": url, "DEMO_ENDPOINT": endpoint, "DEMO_RESULT": str(result)}
    argv = [sys.executable, "-m", "odoo", "shell", "--database", database, "--no-http"]
    with (TOOLS / "demo_data.py").open() as script:
        run_quietly(
            [*argv, "--log-level", "warn"],
            "making the demo's invoices",
            stdin=script,
            env=databases.odoo_environment() | variables,
            cwd=CHECKOUT,
            start_new_session=True,
        )
    invoices = json.loads(result.read_text())
    result.unlink()
    return invoices


def pay(link, outcome):
    """Do what a customer does: press Pay, and pick a method and an outcome at the checkout."""
    try:
        checkout = _open(link, {}).url
        _open(checkout, {"method": "ideal", "outcome": outcome})
    except urllib.error.URLError as error:
        raise Failure(f"the demo's payment at {link} failed: {error}") from None


def _open(url, form=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    # No proxy: all of this happens on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, data, timeout=60)


def _await(url, servers):
    """Wait until something answers at `url`, whatever it says."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        _check(servers)
        try:
            _open(url)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Failure(f"nothing answers at {url}, see {subfolder('logs')}")


def _watch(servers):
    while True:
        _check(servers)
        time.sleep(0.5)


def _check(servers):
    for name, process in servers.items():
        if process.poll() is not None:
            raise Failure(f"{name} ended by itself, see {subfolder('logs')}")
