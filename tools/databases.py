"""The databases in three layers, each made from the one below and kept until its recipe changes.

base      Odoo with the modules the addon builds on, a Dutch company in EUR, English and Dutch
template  base with the addon installed
clone     a copy of the template for one run of the tests or the demo, dropped afterwards
"""

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

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
KEPT_LAYERS = 6
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
    odoo = odoo_source.locate()
    addons = [*odoo.addons, *([CHECKOUT] if ADDON.is_dir() else [])]
    text = CONFIGURATION.format(addons=",".join(map(str, addons)), data=data_dir())
    path = subfolder("configurations") / f"{fingerprint(text)}.conf"
    if not path.exists():
        path.write_text(text)
    return path


def odoo_environment():
    """Return the variables with which `python -m odoo` is this checkout's Odoo."""
    python_path = [str(odoo_source.locate().python_path)]
    python_path += filter(None, [os.environ.get("PYTHONPATH")])
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(python_path),
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
    return _layer("template", fingerprint(below, ADDON), lambda name: _make_template(name, below))


@contextlib.contextmanager
def clone(purpose):
    """Yield the name of a fresh copy of the template; drop it afterwards."""
    source = template()
    name = f"{PREFIX}{purpose}_{os.getpid()}"
    _drop_orphans()
    copy(source, name)
    try:
        yield name
    finally:
        drop(name)


def _layer(kind, recipe, make):
    name = f"{PREFIX}{kind}_{recipe}"
    with locked(f"{kind} database"):
        if not exists(name):
            unfinished = f"{name}_unfinished"
            drop(unfinished)
            make(unfinished)
            _rename(unfinished, name)
            _remove_old(kind, name)
        (subfolder("layers") / name).touch()
    return name


def _make_base(name):
    say("making the base database (about two minutes, once)")
    _odoo("db", "init", name, "--country", "NL", what="making the base database")
    _odoo(
        "--database",
        name,
        "--init",
        ",".join(MODULES),
        "--load-language",
        "nl_NL",
        "--stop-after-init",
        "--no-http",
        what="installing Odoo's modules",
    )
    with (TOOLS / "base_data.py").open() as script:
        _odoo("shell", "--database", name, "--no-http", what="preparing the company", stdin=script)


def _make_template(name, below):
    say("installing the addon in a database")
    copy(below, name)
    _odoo(
        "--database",
        name,
        "--init",
        "invoice_mollie",
        "--stop-after-init",
        "--no-http",
        what="installing the addon",
    )


def _odoo(*arguments, what, **kwargs):
    log_level = [] if arguments[0] == "db" else ["--log-level", "warn"]
    run_quietly(
        [sys.executable, "-m", "odoo", *arguments, *log_level],
        what,
        env=odoo_environment(),
        cwd=CHECKOUT,
        **kwargs,
    )


def _remove_old(kind, newest):
    """Keep some more than the newest: other checkouts may be using them."""
    names = [name for name in _names(f"{PREFIX}{kind}_") if name != newest]
    names.sort(key=_last_use, reverse=True)
    for name in names[KEPT_LAYERS:]:
        drop(name)


def _last_use(name):
    stamp = subfolder("layers") / name
    return stamp.stat().st_mtime if stamp.exists() else 0


def _drop_orphans():
    """Drop the copies whose process was killed before it could."""
    for name in [*_names(f"{PREFIX}test_"), *_names(f"{PREFIX}demo_")]:
        pid = name.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            drop(name)


# -- PostgreSQL and filestores -------------------------------------------------


@contextlib.contextmanager
def _cursor():
    import psycopg2

    try:
        connection = psycopg2.connect(dbname="postgres")
    except psycopg2.OperationalError as error:
        reason = str(error).splitlines()[0].rpartition("failed: ")[2].strip()
        raise Failure(f"PostgreSQL can't be reached at {os.environ['PGHOST']}: {reason}") from None
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    except psycopg2.Error as error:
        raise Failure(f"PostgreSQL: {str(error).strip().splitlines()[0]}") from None
    finally:
        connection.close()


def check_server():
    """Raise a :class:`Failure` if the role we have can't be Odoo's."""
    with _cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        role, may_create = cursor.fetchone()
    if role == "postgres":
        raise Failure("Odoo refuses the PostgreSQL role postgres: set PGUSER to another role")
    if not may_create:
        raise Failure(f"the PostgreSQL role {role} may not create databases: ALTER ROLE … CREATEDB")


def _names(prefix):
    with _cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in cursor.fetchall()]


def exists(name):
    """Return whether there is a database of this name."""
    return name in _names(name)


def copy(source, name):
    """Copy a database with its filestore."""
    drop(name)
    with _cursor() as cursor:
        _disconnect(cursor, source)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if _filestore(source).is_dir():
        shutil.copytree(_filestore(source), _filestore(name))


def drop(name):
    """Drop a database with its filestore, if it is there."""
    with _cursor() as cursor:
        _disconnect(cursor, name)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(_filestore(name), ignore_errors=True)
    (subfolder("layers") / name).unlink(missing_ok=True)


def _rename(name, new_name):
    shutil.rmtree(_filestore(new_name), ignore_errors=True)
    if _filestore(name).is_dir():
        _filestore(name).rename(_filestore(new_name))
    with _cursor() as cursor:
        _disconnect(cursor, name)
        cursor.execute(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')


def _disconnect(cursor, name):
    """End the connections that would keep a database from being copied or dropped."""
    query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    for _attempt in range(50):
        cursor.execute(query, [name])
        if not cursor.fetchone()[0]:
            return
        time.sleep(0.1)


def _filestore(name):
    return data_dir() / "filestore" / name
