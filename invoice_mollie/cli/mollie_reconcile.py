"""The command `odoo mollie_reconcile`. Odoo loads this file by itself, without the addon."""

from argparse import ArgumentTypeError
from contextlib import closing
from datetime import date

import psycopg2

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tools import config
from odoo.tools.sql import table_exists

INSTALLED = """
    SELECT FROM ir_module_module
     WHERE name = 'invoice_mollie'
       AND state IN ('installed', 'to upgrade')
"""


class MollieReconcile(Command):
    """Find the payments that Mollie has of a database's, and the database does not know.

    After a backup was restored, say. Ends with 1 if something needs a person.
    """

    name = "mollie_reconcile"

    def run(self, args):
        """Reconcile the companies of a database that have a key, and print what was found."""
        options = self._parse(args)
        (name,) = config["db_name"]
        self._check_database(name)
        with closing(Registry(name).cursor()) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            days = {
                f"date_{name}": day
                for name, day in (("from", options.since), ("to", options.until))
                if day
            }
            companies = env["payment.provider"]._mollie_search_connected().company_id
            needs = [self._reconcile_company(env, company, days) for company in companies]
        raise SystemExit(int(any(needs)))

    def _parse(self, args):
        self.parser.add_argument("-c", "--config", help="a configuration file")
        self.parser.add_argument("-d", "--database", help="the database's name")
        self.parser.add_argument(
            "--from", dest="since", type=_day, metavar="2026-11-01", help="first day"
        )
        self.parser.add_argument(
            "--to", dest="until", type=_day, metavar="2026-11-30", help="last day"
        )
        options = self.parser.parse_args(args)
        names = [("-c", options.config), ("-d", options.database)]
        own = [part for name, value in names if value for part in (name, value)]
        config.parse_config(["--no-http", *own], setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database with -d")
        return options

    def _check_database(self, name):
        """End if a database has no addon. Before Odoo loads it, which would leave tables in it."""
        try:
            with closing(db_connect(name).cursor()) as cr:
                if not table_exists(cr, "ir_module_module") or not _is_installed(cr):
                    self.parser.error(f"invoice_mollie is not installed in {name}")
        except psycopg2.OperationalError:
            self.parser.error(f"the database {name} can't be reached")

    def _reconcile_company(self, env, company, days):
        """Reconcile a company, and return whether something needs a person."""
        repair = env["mollie.repair"].create({"company_id": company.id, **days})
        try:
            for _step in repair._take_steps():
                env.cr.commit()
        except UserError as error:
            env.cr.rollback()
            print(f"{company.name}: {error}")
            return True
        print(f"{company.name}: {repair.summary}")
        for line in repair.line_ids:
            parts = [line.mollie_reference, line.move_id.name, str(line.amount), line.outcome]
            print("  " + "  ".join(filter(None, [*parts, line.why])))
        return bool(repair.line_ids.filtered(lambda line: line.why))


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day, as 2026-11-30 is") from None


def _is_installed(cr):
    cr.execute(INSTALLED)
    return bool(cr.rowcount)
