"""The databases in three layers, each made from the one below and kept until its recipe changes.

base      Odoo with the modules the addon builds on, a Dutch company in EUR, English and Dutch
template  base with the addon installed
clone     a copy of the template for one run of the tests or the demo, dropped afterwards

The layers that are kept allow no connections: that tells the finished from the unfinished ones,
and what nobody is connected to can be copied at any time.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

import psycopg2

import odoo_source
from environment import (
    ADDON,
    CHECKOUT,
    TOOLS,
    Failure,
    fingerprint,
    locked,
    run_quietly,
    say,
    subfolder,
)

# payment_custom: another provider beside Mollie, for what customers see where there are two.
MODULES = ["account_payment", "payment_mollie", "payment_custom", "l10n_nl"]
PREFIX = "invoice_mollie_"
# More than the newest: other checkouts may be using them.
KEPT_LAYERS = 7
CONFIGURATION = """\
[options]
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
list_db = False
max_cron_threads = 0
log_handler = :INFO,py.warnings:ERROR
without_demo = True
"""


def data_dir():
    """Return Odoo's data folder, which holds the filestores."""
    return subfolder("odoo-data")


def configuration():
    """Write Odoo's configuration file for this checkout and return its path."""
    addons = [*odoo_source.locate().addons, *([CHECKOUT] if ADDON.is_dir() else [])]
    text = CONFIGURATION.format(addons=",".join(map(str, addons)), data=data_dir())
    path = subfolder("configurations") / f"{fingerprint(text)}.conf"
    if not path.exists():
        path.write_text(text)
    return path


def odoo_environment():
    """Return the variables with which `python -m odoo` is this checkout's Odoo."""
    python_path = [str(odoo_source.locate().python_path), os.environ.get("PYTHONPATH")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
        "ODOO_RC": str(configuration()),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def base():
    """Return the name of the base database, made first if need be."""
    recipe = fingerprint(odoo_source.locate().version, *MODULES, TOOLS / "base_data.py")
    return _layer("base", recipe, _make_base)


def template():
    """Return the name of the database with the addon installed, made first if need be."""
    if not (ADDON / "__manifest__.py").is_file():
        raise Failure(f"there is no addon in {ADDON}")
    below = base()

    def make(name):
        say("installing the addon in a database")
        copy(below, name)
        _install(name, ADDON.name, "installing the addon")

    return _layer("template", fingerprint(below, ADDON), make)


@contextlib.contextmanager
def clone(purpose, layer=template):
    """Yield the name of a fresh copy of a layer; drop it afterwards."""
    source = layer()
    name = f"{PREFIX}{purpose}_{os.getpid()}"
    _drop_orphans()
    copy(source, name)
    try:
        yield name
    finally:
        drop(name)


@contextlib.contextmanager
def both_sides():
    """Yield the variables that name a database without the addon, and one with it."""
    with clone("bench_core", base) as core, clone("bench_addon") as addon:
        yield {"BENCH_CORE": core, "BENCH_ADDON": addon}


def _layer(kind, recipe, make):
    name = f"{PREFIX}{kind}_{recipe}"
    with locked(f"{kind} database"):
        check_server()
        if not _query("SELECT 1 FROM pg_database WHERE datname = %s AND NOT datallowconn", name):
            drop(name)
            make(name)
            _query(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            for old in _names(f"{PREFIX}{kind}_")[KEPT_LAYERS:]:
                drop(old)
    return name


def _make_base(name):
    say("making the base database (about two minutes, once)")
    _odoo("db", "init", name, "--country", "NL", what="making the base database")
    _install(name, ",".join(MODULES), "installing Odoo's modules", "--load-language", "nl_NL")
    with (TOOLS / "base_data.py").open() as script:
        _odoo("shell", "--database", name, "--no-http", what="preparing the company", stdin=script)


def _install(name, modules, what, *options):
    argv = ["--database", name, "--init", modules, *options, "--stop-after-init", "--no-http"]
    _odoo(*argv, "--log-level", "warn", what=what)


def _odoo(*arguments, what, **kwargs):
    argv = [sys.executable, "-m", "odoo", *arguments]
    run_quietly(argv, what, env=odoo_environment(), cwd=CHECKOUT, **kwargs)


def _drop_orphans():
    """Drop the copies whose process was killed before it could."""
    for name in sum((_names(f"{PREFIX}{use}_") for use in ("test", "demo", "bench")), []):
        pid = name.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            drop(name)


# -- PostgreSQL and filestores -------------------------------------------------


def copy(source, name):
    """Copy a database with its filestore."""
    drop(name)
    _query(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if _filestore(source).is_dir():
        shutil.copytree(_filestore(source), _filestore(name))


def drop(name):
    """Drop a database with its filestore, if it is there."""
    _query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(_filestore(name), ignore_errors=True)


def check_server():
    """Raise a :class:`Failure` if the role we have can't be Odoo's."""
    query = "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ((role, may_create),) = _query(query)
    if role == "postgres":
        raise Failure("Odoo refuses the PostgreSQL role postgres: set PGUSER to another role")
    if not may_create:
        raise Failure(f"the PostgreSQL role {role} may not create databases: ALTER ROLE … CREATEDB")


def _names(prefix):
    """Return the databases whose names begin so, the newest first."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC"
    return [name for (name,) in _query(query, prefix)]


def _query(query, *parameters):
    """Return the rows that a query of PostgreSQL comes to, if it is one that has rows."""
    try:
        connection = psycopg2.connect(dbname="postgres")
    except psycopg2.OperationalError as error:
        reason = str(error).splitlines()[0].rpartition("failed: ")[2].strip()
        raise Failure(f"PostgreSQL can't be reached at {os.environ['PGHOST']}: {reason}") from None
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description is not None else []
    except psycopg2.Error as error:
        raise Failure(f"PostgreSQL: {str(error).strip().splitlines()[0]}") from None
    finally:
        connection.close()


def _filestore(name):
    return data_dir() / "filestore" / name
